"""Where a member is reached beside her phone and e-mail: a browser, an openid, a WeCom contact.

林小雨 lets her browser show messages: its address is kept, sealed; allowing offers there is asked
apart, as on every channel.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.messaging.channels import Channel
from regulars.domain.stores.permissions import Permission
from regulars.storage import members, message_people
from regulars.storage.engine import Write
from regulars.storage.identities import Owner
from regulars.storage.message_people import Point
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

POINT_MALFORMED = refusal_code("contact_point.malformed")
ADDRESS_LETTERS_MAX = 2_000
KEPT = frozenset({Channel.PUSH, Channel.WECHAT, Channel.WECOM, Channel.WEBHOOK})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContactPoint:
    """Remember where a member is reached on a channel."""

    member_id: UUID
    channel: Channel
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveContactPoint:
    """Reach a member there no more."""

    member_id: UUID
    channel: Channel
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPointKept:
    """On which channel it is; the address itself is in no answer that is kept."""

    member_id: UUID
    channel: Channel


@use_case
def add_contact_point(tx: Write, command: AddContactPoint, moment: Moment) -> ContactPointKept:
    """Keep an address of a member.

    Refuses: permission.missing, member.unknown, member.closed, contact_point.malformed.
    """
    moment.actor.need(Permission.MEMBER_JOIN)
    _check(command.channel, command.address)
    known = tx.one(members.MEMBER_LOCKED, member_id=command.member_id)
    profile = tx.one(members.PROFILE, member_id=command.member_id)
    if known is None or profile is None or profile.wrapped_key is None:
        raise MEMBER_UNKNOWN.because()
    known.changeable()
    owner = Owner(command.member_id, moment.vault.unlock(profile.wrapped_key, command.member_id))
    point = Point(command.channel.value, command.address)
    message_people.add_point(tx, moment.vault, owner, point, at=moment.now)
    return ContactPointKept(member_id=command.member_id, channel=command.channel)


@use_case
def remove_contact_point(
    tx: Write, command: RemoveContactPoint, moment: Moment
) -> ContactPointKept:
    """Forget an address of a member. Refuses: permission.missing, contact_point.malformed."""
    moment.actor.need(Permission.MEMBER_JOIN)
    _check(command.channel, command.address)
    index = message_people.point_index(moment.vault, command.channel.value, command.address)
    tx.send(message_people.REMOVE_POINT, gone=index, of_member=command.member_id)
    return ContactPointKept(member_id=command.member_id, channel=command.channel)


def _check(channel: Channel, address: str) -> None:
    fits = 1 <= len(address) <= ADDRESS_LETTERS_MAX and address.isprintable()
    if channel not in KEPT or not fits:
        raise POINT_MALFORMED.because()
