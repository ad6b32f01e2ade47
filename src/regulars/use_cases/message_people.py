"""The members of a batch of messages: how each is reached, what she allows now, what is hers.

林小雨 changed her number on Thursday: Friday's message goes to the new one, if she still allows it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.members.member import MemberState
from regulars.domain.members.profile import ProfileField
from regulars.domain.messaging.channels import (
    Channel,
    Purpose,
    consent_channel,
    consent_purpose,
)
from regulars.storage import members, message_people
from regulars.storage.engine import Read
from regulars.storage.message_people import AddressRow, ChoiceRow, PersonRow, StopRow
from regulars.storage.vault import MemberKey, Vault

CONTACTABLE = frozenset({MemberState.ACTIVE.value, MemberState.FROZEN.value})
_KIND_OF = {Channel.SMS: "phone", Channel.EMAIL: "email"}
IN_THE_HOUSE = frozenset({Channel.TILL, Channel.CONSOLE})


@dataclass(frozen=True, slots=True)
class Permit:
    """Whether she may be written to, and the choice that says so."""

    allowed: bool
    choice: ChoiceRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One member, as she is now."""

    row: PersonRow
    key: MemberKey | None
    addresses: Mapping[Channel, AddressRow]
    choices: Mapping[tuple[str, str], ChoiceRow] = field(default_factory=dict)
    stops: Sequence[StopRow] = ()
    balances: Mapping[str, int] = field(default_factory=dict)

    @property
    def contactable(self) -> bool:
        """Whether she is a member to whom one may write at all."""
        return self.key is not None and self.row.state in CONTACTABLE

    @property
    def name(self) -> str | None:
        """What she is called."""
        if self.key is None:
            return None
        return members.opened(self.key, ProfileField.NAME, self.row.name)

    @property
    def points(self) -> int:
        """Her points."""
        return self.balances.get(AccountKind.POINTS.value, 0)

    @property
    def stored_value_minor(self) -> int:
        """Her stored value, paid in and given."""
        parts = (AccountKind.PRINCIPAL.value, AccountKind.BONUS.value)
        return sum(self.balances.get(kind, 0) for kind in parts)

    @property
    def unobserved(self) -> bool:
        """Whether she said no to the use of what she does: then nobody counts what she follows."""
        way = consent_channel(Channel.TILL).value
        wanted = consent_purpose(Channel.TILL, Purpose.MARKETING).value
        choice = self.choices.get((way, wanted))
        return choice is not None and not choice.granted

    def address(self, channel: Channel) -> str | None:
        """Where she is reached on a channel."""
        row = self.addresses.get(channel)
        if row is None or self.key is None:
            return None
        if channel in IN_THE_HOUSE:
            return str(self.row.id)
        return message_people.opened_address(self.key, row)

    def permit(self, channel: Channel, purpose: Purpose) -> Permit:
        """What she allows now.

        Marketing needs a standing yes, and no later stop of the address. Service messages are part
        of membership: they need only that nobody took it back.
        """
        way = consent_channel(channel).value
        wanted = consent_purpose(channel, purpose).value
        choice = self.choices.get((way, wanted))
        address = self.addresses.get(channel)
        stopped = [
            one
            for one in self.stops
            if address is not None
            and one.blind_index == address.blind_index
            and (one.channel, one.purpose) == (way, wanted)
            and (choice is None or one.at >= choice.at)
        ]
        if choice is None:
            return Permit(purpose is Purpose.SERVICE and not stopped)
        return Permit(choice.granted and not stopped, choice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What else a batch needs to know of its members."""

    balances: bool = True
    in_the_house: bool = False


def load(
    read: Read, vault: Vault, member_ids: Collection[UUID], *, also: Asked
) -> dict[UUID, Person]:
    """The members of a batch, in a few questions for all of them."""
    asked = {"member_ids": sorted(member_ids, key=lambda one: one.int)}
    people, identities, points, choices = read.group(
        message_people.PEOPLE.ask(**asked),
        message_people.IDENTITIES.ask(**asked),
        message_people.POINTS.ask(**asked),
        message_people.CHOICES.ask(**asked),
    )
    addresses: dict[UUID, dict[Channel, AddressRow]] = defaultdict(dict)
    for row in identities:
        channel = Channel.SMS if row.kind == _KIND_OF[Channel.SMS] else Channel.EMAIL
        addresses[row.member_id].setdefault(channel, row)
    for row in points:
        addresses[row.member_id][Channel(row.kind)] = row
    newest: dict[UUID, dict[tuple[str, str], ChoiceRow]] = defaultdict(dict)
    for choice in choices:
        known = newest[choice.member_id].get((choice.channel, choice.purpose))
        # Of a yes and a no of one instant the no counts.
        if known is None or known.at < choice.at or not choice.granted:
            newest[choice.member_id][(choice.channel, choice.purpose)] = choice
    stops = _stops(read, addresses)
    held = _balances(read, asked) if also.balances else {}
    if also.in_the_house:
        for one in people:
            addresses[one.id] |= _in_the_house(vault, one.id)
    return {
        row.id: Person(
            row=row,
            key=_key(vault, row),
            addresses=addresses.get(row.id, {}),
            choices=newest.get(row.id, {}),
            stops=[
                one
                for address in addresses.get(row.id, {}).values()
                for one in stops.get(address.blind_index, ())
            ],
            balances=held.get(row.id, {}),
        )
        for row in people
    }


def _key(vault: Vault, row: PersonRow) -> MemberKey | None:
    # A key that no longer opens makes one member unreachable, and not everybody beside her.
    try:
        return None if row.wrapped_key is None else vault.unlock(row.wrapped_key, row.id)
    except Refusal:
        return None


def _stops(
    read: Read, addresses: Mapping[UUID, Mapping[Channel, AddressRow]]
) -> dict[bytes, list[StopRow]]:
    indexes = {row.blind_index for each in addresses.values() for row in each.values()}
    stops: dict[bytes, list[StopRow]] = defaultdict(list)
    for row in read.all(message_people.STOPS, indexes=sorted(indexes)) if indexes else ():
        stops[row.blind_index].append(row)
    return stops


def _balances(read: Read, asked: Mapping[str, object]) -> dict[UUID, dict[str, int]]:
    held: dict[UUID, dict[str, int]] = defaultdict(dict)
    for row in read.all(message_people.BALANCES, **asked):
        held[row.member_id][row.kind] = row.balance
    return held


def _in_the_house(vault: Vault, member_id: UUID) -> dict[Channel, AddressRow]:
    """At the till she is there herself: her id is her address."""
    return {
        channel: AddressRow(
            member_id,
            channel.value,
            message_people.point_index(vault, channel.value, str(member_id)),
            b"",
        )
        for channel in IN_THE_HOUSE
    }
