"""What the lines of marketing say: the rows behind some spots, with the names that they bear."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.insights import member_stage
from regulars.storage.tables.journeys import (
    effect,
    journey,
    journey_log,
    journey_run,
    staff_task,
)
from regulars.storage.tables.measurement import assignment
from regulars.storage.tables.members import member_tag
from regulars.storage.tables.messaging import (
    message,
    message_event,
    message_template,
    message_template_version,
)
from regulars.storage.tables.segments import segment_member, segment_version
from regulars.storage.tables.system import fact

KEYS = "keys"


class StageRow(NamedTuple):
    """A stage that she entered."""

    number: int
    stage: str
    cause: str
    why: dict[str, object]


class TagRow(NamedTuple):
    """A word that stands on her."""

    tag: str
    since: Instant
    by: str


class StayRow(NamedTuple):
    """One time that she was in a segment, and what it was called by that version."""

    id: int
    segment_id: UUID
    version: int
    why: object
    left_why: object
    name_zh: str
    name_en: str
    fact_sequence: int | None


class FactRow(NamedTuple):
    """A fact that may have let her in somewhere."""

    sequence: int
    kind: str
    member_id: UUID | None
    subject_id: UUID | None


class AssignmentRow(NamedTuple):
    """What a programme drew for her."""

    programme_id: UUID
    arm: str
    propensity: int
    policy_version: int


class RunRow(NamedTuple):
    """A journey of hers, as it stands now."""

    id: UUID
    journey_id: UUID
    version: int
    occurrence: str
    state: str
    node: str
    rests: bool
    until_at: Instant | None
    why: str
    name_zh: str
    name_en: str
    store_id: UUID


class StepRow(NamedTuple):
    """A step that she took."""

    number: int
    run_id: UUID
    from_node: str | None
    to_node: str | None
    why: str
    detail: str | None


class EffectRow(NamedTuple):
    """What a step did for her."""

    key: str
    kind: str
    done: bool
    result: str | None
    cost_minor: int


class TaskRow(NamedTuple):
    """What the staff was asked to do for her."""

    id: UUID
    journey_id: UUID
    store_id: UUID
    text_zh: str
    text_en: str


class MessageRow(NamedTuple):
    """A message to her, without its text."""

    id: UUID
    template_id: UUID
    template_version: int
    name_zh: str
    name_en: str
    channel: str
    state: str
    reason: str | None
    due_at: Instant
    store_id: UUID
    journey_id: UUID | None
    run_id: UUID | None
    campaign_id: UUID | None
    cost_micro: int | None


class EventRow(NamedTuple):
    """One change of a message."""

    number: int
    message_id: UUID
    state: str
    reason: str | None
    detail: str | None


class NameRow(NamedTuple):
    """What a journey or a template is called."""

    id: UUID
    name_zh: str
    name_en: str


class CodeRow(NamedTuple):
    """What the template of a code is called."""

    code: str
    name_zh: str
    name_en: str


_MEMBER = bindparam("member_id", type_=Id())
_stage, _tag = member_stage.c, member_tag.c
STAGES = Statement(
    select(*(_stage[name] for name in StageRow._fields)).where(
        _stage.member_id == _MEMBER, one_of(_stage.number, KEYS, Whole())
    ),
    StageRow,
)
TAGS = Statement(
    select(_tag.tag, _tag.since, _tag.by)
    .where(_tag.member_id == _MEMBER, one_of(_tag.since, "since", At()))
    .order_by(_tag.since, _tag.tag),
    TagRow,
)
_stay, _version = segment_member.c, segment_version.c
STAYS = Statement(
    select(
        _stay.id,
        _stay.segment_id,
        _stay.version,
        _stay.why,
        _stay.left_why,
        _version.name_zh,
        _version.name_en,
        _stay.fact_sequence,
    )
    .select_from(
        segment_member.join(
            segment_version,
            (_version.segment_id == _stay.segment_id) & (_version.version == _stay.version),
        )
    )
    .where(one_of(_stay.id, KEYS, Whole())),
    StayRow,
)
FACTS = Statement(
    select(fact.c.sequence, fact.c.kind, fact.c.member_id, fact.c.subject_id).where(
        one_of(fact.c.sequence, "sequences", Whole())
    ),
    FactRow,
)
_drawn = assignment.c
ASSIGNMENTS = Statement(
    select(_drawn.programme_id, _drawn.arm, _drawn.propensity, _drawn.policy_version).where(
        _drawn.member_id == _MEMBER, one_of(_drawn.programme_id, KEYS, Id())
    ),
    AssignmentRow,
)
JOURNEY_NAMES = Statement(
    select(journey.c.id, journey.c.name_zh, journey.c.name_en).where(
        one_of(journey.c.id, KEYS, Id())
    ),
    NameRow,
)
_run, _log = journey_run.c, journey_log.c
RUNS = Statement(
    select(
        _run.id,
        _run.journey_id,
        _run.version,
        _run.occurrence,
        _run.state,
        _run.node,
        _run.rests,
        _run.until_at,
        _run.why,
        journey.c.name_zh,
        journey.c.name_en,
        _run.store_id,
    )
    .select_from(journey_run.join(journey, journey.c.id == _run.journey_id))
    .where(one_of(_run.id, KEYS, Id())),
    RunRow,
)
STEPS = Statement(
    select(*(_log[name] for name in StepRow._fields)).where(one_of(_log.number, KEYS, Whole())),
    StepRow,
)
EFFECTS = Statement(
    select(*(effect.c[name] for name in EffectRow._fields)).where(
        one_of(effect.c.key, KEYS, Words())
    ),
    EffectRow,
)
TASKS = Statement(
    select(*(staff_task.c[name] for name in TaskRow._fields)).where(
        one_of(staff_task.c.id, KEYS, Id())
    ),
    TaskRow,
)
_message, _event, _words = message.c, message_event.c, message_template_version.c
MESSAGES = Statement(
    select(
        _message.id,
        _message.template_id,
        _message.template_version,
        _words.name_zh,
        _words.name_en,
        _message.channel,
        _message.state,
        _message.reason,
        _message.due_at,
        _message.store_id,
        _message.journey_id,
        _message.run_id,
        _message.campaign_id,
        _message.cost_micro,
    )
    .select_from(
        message.join(
            message_template_version,
            (_words.template_id == _message.template_id)
            & (_words.version == _message.template_version),
        )
    )
    .where(one_of(_message.id, KEYS, Id())),
    MessageRow,
)
EVENTS = Statement(
    select(*(_event[name] for name in EventRow._fields)).where(
        one_of(_event.number, KEYS, Whole())
    ),
    EventRow,
)
TEMPLATE_NAMES = Statement(
    select(message_template.c.code, _words.name_zh, _words.name_en)
    .select_from(
        message_template.join(
            message_template_version,
            (_words.template_id == message_template.c.id)
            & (_words.version == message_template.c.version),
        )
    )
    .where(one_of(message_template.c.code, "codes", Words())),
    CodeRow,
)
