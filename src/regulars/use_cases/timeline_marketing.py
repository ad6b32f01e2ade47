"""What marketing did with a member, in words: stages, tags, segments, tests, tasks, messages.

What was kept from her is told like what was sent, with the reason.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from regulars.domain.insights import stage_words
from regulars.domain.insights.assignment import CONTROL, HELD_OUT
from regulars.domain.insights.lifecycle import Stage
from regulars.domain.kernel.label import Label
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.message import MessageState
from regulars.domain.messaging.reason_words import reason_label
from regulars.domain.timeline import words
from regulars.domain.timeline.kinds import Kind, Topic, told_under
from regulars.domain.timeline.line import Amount, Cause, Line, Rule, RuleKind, Unit
from regulars.storage import timeline_marketing as stored
from regulars.storage.timeline import BEGUN, Source, Spot
from regulars.storage.timeline_marketing import EventRow, FactRow, MessageRow, StayRow, TagRow
from regulars.use_cases.timeline_telling import Telling, id_of, in_rows, keys, teller

MESSAGES: Mapping[str, Kind] = {
    MessageState.QUEUED.value: Kind.MESSAGE_HELD_BACK,
    MessageState.HANDED.value: Kind.MESSAGE_SENT,
    MessageState.ACCEPTED.value: Kind.MESSAGE_ACCEPTED,
    MessageState.DELIVERED.value: Kind.MESSAGE_DELIVERED,
    MessageState.FAILED.value: Kind.MESSAGE_FAILED,
    MessageState.UNKNOWN.value: Kind.MESSAGE_IN_DOUBT,
    MessageState.SUPPRESSED.value: Kind.MESSAGE_SUPPRESSED,
    MessageState.EXPIRED.value: Kind.MESSAGE_EXPIRED,
    MessageState.CANCELLED.value: Kind.MESSAGE_CANCELLED,
    "clicked": Kind.MESSAGE_CLICKED,
}
_ALL_MARKETING = Label("全部营销", "all our marketing")
_REFUSED = Label("服务商的说法：", "The provider says: ")


def _stages(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    found = telling.read.all(stored.STAGES, keys=keys(spots), member_id=telling.member_id)
    rows = {row.number: row for row in found}
    for spot in spots:
        row = rows[_number(spot)]
        name = stage_words.NAMES[Stage(row.stage)]
        yield (
            spot,
            Line(
                at=spot.at,
                kind=Kind.STAGE_CHANGED,
                sentence=telling.said(Kind.STAGE_CHANGED, stage=name),
                why=words.stage_reason(row.why),
            ),
        )


def _tags(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    instants = [one.at for one in spots]
    rows = telling.read.all(stored.TAGS, since=instants, member_id=telling.member_id)
    since: dict[datetime, list[TagRow]] = defaultdict(list)
    for row in () if telling.erased else rows:
        since[row.since].append(row)
    for spot in (one for one in spots if since[one.at]):
        worn = [row.tag for row in since[spot.at]]
        origin = words.putter_of(since[spot.at][0].by)
        tags = Label("、".join(worn), ", ".join(worn))
        yield (
            spot,
            Line(
                at=spot.at,
                kind=Kind.TAGGED,
                sentence=telling.said(Kind.TAGGED, tags=tags),
                why=origin.words,
                caused_by=origin.cause,
            ),
        )


def _segments(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    found = telling.read.all(stored.STAYS, keys=keys(spots))
    rows = {row.id: row for row in found}
    asked = [row.fact_sequence for row in found if row.fact_sequence is not None]
    facts = {row.sequence: row for row in telling.read.all(stored.FACTS, sequences=asked)}
    for spot in spots:
        row = rows[_number(spot)]
        enters = spot.part == BEGUN
        kind = Kind.SEGMENT_ENTERED if enters else Kind.SEGMENT_LEFT
        name = Label(row.name_zh, row.name_en)
        why = row.why if enters else row.left_why
        yield (
            spot,
            Line(
                at=spot.at,
                kind=kind,
                sentence=telling.said(kind, name=name),
                why=words.condition_reason(why, telling.names),
                rule=Rule(RuleKind.SEGMENT, row.segment_id, str(row.version), name),
                caused_by=_let_in(telling, row, facts) if enters else None,
                ids={"segment": row.segment_id},
            ),
        )


def _let_in(telling: Telling, row: StayRow, facts: Mapping[int, FactRow]) -> Cause | None:
    """What she did that let her in, where the newest fact that was known is hers."""
    fact = None if row.fact_sequence is None else facts.get(row.fact_sequence)
    if fact is None or fact.member_id != telling.member_id or fact.subject_id is None:
        return None
    topic = told_under(fact.kind)
    return None if topic is None else Cause(topic, fact.subject_id)


def _experiments(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    asked = keys(spots)
    drawn, named = telling.read.group(
        stored.ASSIGNMENTS.ask(keys=asked, member_id=telling.member_id),
        stored.JOURNEY_NAMES.ask(keys=asked),
    )
    rows = {row.programme_id: row for row in drawn}
    names = {row.id: Label(row.name_zh, row.name_en) for row in named}
    for spot in spots:
        row = rows[id_of(spot)]
        name = names.get(row.programme_id) or _ALL_MARKETING
        kind = {CONTROL: Kind.IN_CONTROL, HELD_OUT: Kind.HELD_OUT}.get(row.arm, Kind.IN_VARIANT)
        yield (
            spot,
            Line(
                at=spot.at,
                kind=kind,
                sentence=telling.said(kind, name=name, arm=row.arm),
                why=words.chance_of(row.propensity),
                rule=Rule(RuleKind.EXPERIMENT, row.programme_id, str(row.policy_version), name),
                ids={"programme": row.programme_id},
            ),
        )


def _tasks(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = {row.id: row for row in telling.read.all(stored.TASKS, keys=keys(spots))}
    for spot, row in ((one, rows[id_of(one)]) for one in spots):
        kind = Kind.TASK_OPENED if spot.part == BEGUN else Kind.TASK_DONE
        yield (
            spot,
            Line(
                at=spot.at,
                kind=kind,
                sentence=telling.said(kind, task=Label(row.text_zh, row.text_en)),
                caused_by=Cause(Topic.JOURNEY, row.journey_id),
                store_id=row.store_id,
                ids={"task": row.id, "journey": row.journey_id},
            ),
        )


def _plans(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = {row.id: row for row in telling.read.all(stored.MESSAGES, keys=keys(spots))}
    for spot in spots:
        row = rows[id_of(spot)]
        yield spot, _of_message(telling, spot, Kind.MESSAGE_PLANNED, row)


def _messages(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    events = {row.number: row for row in telling.read.all(stored.EVENTS, keys=keys(spots))}
    asked = sorted({row.message_id for row in events.values()})
    rows = {row.id: row for row in telling.read.all(stored.MESSAGES, keys=asked)}
    for spot in spots:
        event = events[_number(spot)]
        if event.state not in MESSAGES:
            continue
        row = rows[event.message_id]
        yield spot, _of_message(telling, spot, MESSAGES[event.state], row, event)


def _of_message(
    telling: Telling, spot: Spot, kind: Kind, row: MessageRow, event: EventRow | None = None
) -> Line:
    name = Label(row.name_zh, row.name_en)
    about = {
        "message": row.id,
        "journey": row.journey_id,
        "run": row.run_id,
        "campaign": row.campaign_id,
        "rival": None if event is None else _rival(event),
    }
    cost = row.cost_micro if kind is Kind.MESSAGE_SENT else None
    return Line(
        at=spot.at,
        kind=kind,
        sentence=telling.said(
            kind,
            name=name,
            channel=words.CHANNELS[Channel(row.channel)],
            until=_until(telling, row, event),
        ),
        why=None if event is None else _why(event),
        rule=Rule(RuleKind.TEMPLATE, row.template_id, str(row.template_version), name),
        caused_by=None if row.run_id is None else Cause(Topic.JOURNEY, row.run_id),
        store_id=row.store_id,
        ids={what: found for what, found in about.items() if found is not None},
        amounts=(Amount(Unit.COST_MICRO, cost),) if cost else (),
    )


def _why(event: EventRow) -> Label | None:
    reason = reason_label(event.reason)
    if event.detail and event.state in {MessageState.FAILED.value, MessageState.UNKNOWN.value}:
        said = Label(f"{_REFUSED.zh}{event.detail}", f"{_REFUSED.en}{event.detail}")
        return in_rows(reason, said)
    return reason if reason.zh else None


def _until(telling: Telling, row: MessageRow, event: EventRow | None) -> Label:
    """Until when it waits, where that is what it waits for still."""
    waits = row.state == MessageState.QUEUED.value and row.due_at > telling.now
    if event is None or not waits or event.reason != row.reason:
        return Label("", "")
    clock = telling.clock(row.due_at)
    return Label(f"到 {clock.zh}", f" until {clock.en}")


def _rival(event: EventRow) -> UUID | None:
    if event.reason != "lost_to" or event.detail is None:
        return None
    try:
        return UUID(event.detail)
    except ValueError:
        return None


def _number(spot: Spot) -> int:
    assert isinstance(spot.key, int)
    return spot.key


TELLERS = {
    Source.STAGE: teller(_stages),
    Source.TAG: teller(_tags),
    Source.SEGMENT: teller(_segments),
    Source.EXPERIMENT: teller(_experiments),
    Source.TASK: teller(_tasks),
    Source.PLAN: teller(_plans),
    Source.MESSAGE: teller(_messages),
}
