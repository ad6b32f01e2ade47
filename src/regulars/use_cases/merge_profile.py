"""What the record that stays tells and allows after a merge.

The name stays, the birthday comes from the other record, offers by SMS stop because one of the two
had refused them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regulars.domain.members import merge as rules
from regulars.domain.members.merge import Keep, Part
from regulars.domain.members.profile import ProfileField
from regulars.storage import birthdays, consents, members
from regulars.storage.consents import Given
from regulars.storage.engine import Write
from regulars.use_cases.merge_people import Between, Moved, Person
from regulars.use_cases.moment import Moment

MERGE_SOURCE = "merge"


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """Whose text of a field the record that stays shows."""

    field: ProfileField
    keep: Keep


def told_of(person: Person) -> dict[ProfileField, str]:
    """What a record tells of its owner, opened."""
    texts = {
        field: members.opened(person.key, field, members.ciphertext_of(person.profile, field))
        for field in ProfileField
    }
    return {field: text for field, text in texts.items() if text is not None}


def keep_profile(
    tx: Write, between: Between, choices: Sequence[FieldChoice], moment: Moment
) -> dict[str, bytes | None]:
    """Put the chosen texts into the profile that stays; answers what stood there, sealed."""
    theirs = told_of(between.giver)
    kept = rules.fields_kept(
        told_of(between.taker), theirs, {one.field: one.keep for one in choices}
    )
    taken = [one.field for one in kept if one.differs and one.keep is Keep.ABSORBED]
    before = {field.value: members.ciphertext_of(between.taker.profile, field) for field in taken}
    write_profile(
        tx,
        between.taker,
        {field: members.sealed(between.taker.key, field, theirs[field]) for field in taken},
    )
    if ProfileField.BIRTHDAY in taken:
        birthday = theirs[ProfileField.BIRTHDAY]
        birthdays.change(tx, moment.vault, between.taker.id, birthday)
    return before


def write_profile(tx: Write, person: Person, changed: Mapping[ProfileField, bytes | None]) -> None:
    """Change some fields of a profile, each sealed already; the others stay."""
    if not changed:
        return
    columns = {
        field: changed[field] if field in changed else members.ciphertext_of(person.profile, field)
        for field in ProfileField
    }
    tx.send(
        members.CHANGE_PROFILE,
        changed=person.id,
        new_language=person.profile.language,
        **{f"new_{field.value}": column for field, column in columns.items()},
    )


def withdraw_refused(tx: Write, between: Between, moment: Moment) -> list[Moved]:
    """Let the record that stays refuse whatever either of the two refused."""
    ours = consents.of_member(tx, between.taker.id)
    theirs = consents.of_member(tx, between.giver.id)
    refused = rules.withdrawn_by(ours, theirs)
    given = Given(
        member_id=between.taker.id,
        language=between.taker.profile.language,
        source=MERGE_SOURCE,
        at=moment.now,
        by=moment.actor.name,
    )
    consents.add(tx, given, refused, new_id=moment.new_id)
    return [(Part.CONSENT, f"{one.channel.value}:{one.purpose.value}") for one in refused]
