"""Taking a yes back, and giving it: from the preference page, from a mail's button, by a reply.

李敏 answers R to an SMS: from the next second on no offer leaves for that number, not even one that
was queued this morning. Her earlier yes and this no both stay, with how each was given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.label import Language
from regulars.domain.members.consent import (
    Channel,
    Choice,
    Consent,
    Purpose,
    in_force,
    standing,
)
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.storage import consents, facts, members
from regulars.storage.consents import Given
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a member wants of one channel and purpose from now on."""

    channel: Channel
    purpose: Purpose
    granted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPreferences:
    """What a member chose by a signed link. `source`: page, one-click, reply."""

    member_id: UUID
    wishes: tuple[Wish, ...]
    language: Language
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesSet:
    """How many of her choices are new."""

    changed: int


@use_case
def set_preferences(tx: Write, command: SetPreferences, moment: Moment) -> PreferencesSet:
    """Remember what a member chose herself; the link that she followed is her proof of being her.

    Refuses: member.unknown.
    """
    return PreferencesSet(changed=keep_wishes(tx, moment, command))


def keep_wishes(tx: Write, moment: Moment, chosen: SetPreferences) -> int:
    """Write what is new of some wishes; the same no twice is one row. Refuses: member.unknown."""
    if tx.one(members.MEMBER_LOCKED, member_id=chosen.member_id) is None:
        raise MEMBER_UNKNOWN.because()
    today = standing(consents.of_member(tx, chosen.member_id))
    wordings = {
        one.purpose: one.version
        for one in in_force(tx.all(consents.WORDINGS), on=moment.now.date())
    }
    new = [
        Choice(
            channel=wish.channel,
            purpose=wish.purpose,
            granted=wish.granted,
            wording_version=wordings[wish.purpose],
        )
        for wish in chosen.wishes
        if _is_new(wish, today.get((wish.channel, wish.purpose)))
    ]
    _written(tx, moment, chosen, new)
    return len(new)


def _is_new(wish: Wish, known: Consent | None) -> bool:
    # Nothing said counts as no, and yet a no that was said is kept.
    return known is None or known.choice.granted is not wish.granted


def _written(tx: Write, moment: Moment, chosen: SetPreferences, choices: Sequence[Choice]) -> None:
    given = Given(
        member_id=chosen.member_id,
        language=chosen.language,
        source=chosen.source,
        at=moment.now,
        by="member",
    )
    consents.add(tx, given, choices, new_id=moment.new_id)
    facts.append_all(
        tx,
        [
            (
                moment.new_id(),
                Fact(
                    kind="consent.granted" if choice.granted else "consent.withdrawn",
                    at=moment.now,
                    member_id=chosen.member_id,
                    body={"channel": choice.channel.value, "purpose": choice.purpose.value},
                ),
            )
            for choice in choices
        ],
    )
