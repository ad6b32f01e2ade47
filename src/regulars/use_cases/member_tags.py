"""Words that staff put on a member, 常客 or 素食, for offers and for whoever serves her.

李敏's manager tags 王芳 "常客": from the next quote on, an offer for 常客 sees her.
"""

from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit, facts, member_tags, members
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case

TAGS_TOO_MANY = refusal_code("member.tags_too_many", "maximum")

TAGS_MAX = 30
TAG_LETTERS_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMemberTags:
    """The words that stand on a member from now on."""

    member_id: UUID
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberTags:
    """The words that stand on a member."""

    member_id: UUID
    tags: tuple[str, ...]


@use_case
def set_member_tags(tx: Write, command: SetMemberTags, moment: Moment) -> MemberTags:
    """Put exactly these words on a member.

    Refuses: permission.missing, member.unknown, member.closed, member.tags_too_many,
    member.text_malformed, member.text_too_long, member.payment_card_refused.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    tags = {checked_text(one, field="tags", maximum=TAG_LETTERS_MAX) for one in command.tags}
    tags.discard("")
    if len(tags) > TAGS_MAX:
        raise TAGS_TOO_MANY.because(maximum=TAGS_MAX)
    member = tx.one(members.MEMBER_LOCKED, member_id=command.member_id)
    if member is None:
        raise MEMBER_UNKNOWN.because()
    member.changeable()
    gone, new = member_tags.set_tags(tx, member.id, tags, at=moment.now, by=moment.actor.name)
    if gone or new:
        # The words may say much about a person: what stays for ever has only their number.
        counts: dict[str, object] = {"added": len(new), "removed": len(gone)}
        audit.record(
            tx, moment, action="member.tags_changed", subject=f"member:{member.id}", after=counts
        )
        changed = Fact(kind="member.tags_changed", at=moment.now, member_id=member.id, body=counts)
        facts.append(tx, changed, id=moment.new_id())
    return MemberTags(member_id=member.id, tags=tuple(sorted(tags)))
