"""Where the lines of a member's timeline are found: one question for each topic, newest first.

A question answers spots, when and which row, and goes on behind any spot; what a line says is read
afterwards, for the few that a page shows (`timeline_trade`, `timeline_marketing`). Each one starts
from an index on the member, so a page of hers costs the same in a shop with a million members.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.types import TypeEngine

from regulars.domain.kernel.period import Instant
from regulars.domain.timeline.kinds import Topic
from regulars.storage.columns import At, Day, Id, Whole, Words
from regulars.storage.statement import Statement
from regulars.storage.tables import (
    groups,
    insights,
    journeys,
    ledger,
    measurement,
    members,
    merging,
    messaging,
    offers,
    orders,
    passes,
    points,
    referrals,
    rewards,
    rewards_done,
    segments,
    stored_value,
    system,
)

Key = UUID | int | str | date
T = TypeVar("T")


class Spot(NamedTuple):
    """When something happened, in which row, and which part of that row."""

    at: Instant
    key: Key
    part: int


class Source(StrEnum):
    """A question. Within one moment what stands later here followed from what stands before: the
    bill, then what it moved; the step of a journey, then the coupon that it gave."""

    MEMBER = "member"
    MERGE = "merge"
    STATE = "state"
    CONSENT = "consent"
    ORDER = "order"
    SURVEY = "survey"
    CHECK_IN = "check_in"
    REFERRAL = "referral"
    DRAW = "draw"
    MALL = "mall"
    GROUP = "group"
    PASS = "pass"  # noqa: S105 - a pass of ten visits, not a password
    SEGMENT = "segment"
    EXPERIMENT = "experiment"
    RUN = "run"
    STEP = "step"
    TASK = "task"
    VALUE = "value"
    WARNING = "warning"
    FREEZE = "freeze"
    GIFT = "gift"
    COUPON = "coupon"
    TIER = "tier"
    STAGE = "stage"
    CLASS = "class"
    TAG = "tag"
    UNTAGGED = "untagged"
    PLAN = "plan"
    MESSAGE = "message"


# A topic is one question, but for these.
_TOPICS: Mapping[Source, Topic] = {
    Source.MERGE: Topic.MEMBER,
    Source.STATE: Topic.MEMBER,
    Source.WARNING: Topic.VALUE,
    Source.FREEZE: Topic.VALUE,
    Source.CLASS: Topic.STAGE,
    Source.UNTAGGED: Topic.TAG,
    Source.RUN: Topic.JOURNEY,
    Source.STEP: Topic.JOURNEY,
    Source.PLAN: Topic.MESSAGE,
}


def topic_of(source: Source) -> Topic:
    """What the lines of a question are about."""
    return _TOPICS.get(source) or Topic(source.value)


# The parts of a row that is told more than once.
BEGUN, ENDED, LAPSED, EVENT = 1, 2, 3, 4

_MEMBER = bindparam("member_id", type_=Id())
_Told = Select[Instant, object, int]


def _found(
    at: ColumnElement[Instant],
    key: ColumnElement[object],
    where: ColumnElement[bool],
    *,
    part: int | ColumnElement[int] = 0,
    rows: FromClause | None = None,
) -> _Told:
    """One sort of row of a member: `at` when it happened, `key` what names it."""
    shown = literal_column(str(part), Whole()) if isinstance(part, int) else part
    found = select(at.label("at"), key.label("key"), shown.label("part"))
    found = found.where(where, at.is_not(None))
    return found if rows is None else found.select_from(rows)


def _spots(kind: TypeEngine[T], *found: _Told) -> Statement[Spot]:
    """The next spots behind one, newest first. Nothing at or after `before_at` in its order."""
    told = (found[0] if len(found) == 1 else union_all(*found)).subquery("told")
    at, key, part = told.c.at, told.c.key, told.c.part
    before_at = bindparam("before_at", type_=At())
    before_key = bindparam("before_key", type_=kind)
    return Statement(
        select(at, key, part)
        .where(
            at >= bindparam("since", type_=At()),
            at <= before_at,
            or_(
                at < before_at,
                key < before_key,
                and_(key == before_key, part < bindparam("before_part", type_=Whole())),
            ),
        )
        .order_by(at.desc(), key.desc(), part.desc())
        .limit(bindparam("rows", type_=Whole())),
        Spot,
    )


_m, _card = members.member.c, stored_value.card_event.c
_o, _r = orders.orders.c, orders.refund.c
_answer, _recovery = insights.survey_answer.c, insights.recovery_task.c
_referral = referrals.referral.c
_mall, _draw, _check_in = rewards_done.mall_order.c, rewards_done.draw.c, rewards_done.check_in.c
_seat, _pass = groups.group_seat.c, passes.member_pass.c
_coupon, _coupon_event = offers.coupon.c, offers.coupon_event.c
_stay, _run, _log = segments.segment_member.c, journeys.journey_run.c, journeys.journey_log.c
_effect, _task = journeys.effect.c, journeys.staff_task.c
_message, _event = messaging.message.c, messaging.message_event.c
_tag = members.member_tag.c
_account, _posting, _entry = ledger.account.c, ledger.posting.c, ledger.entry.c


def _facts(*kinds: str) -> _Told:
    """The facts of some kinds about her, by the index that holds those of the timeline alone."""
    fact = system.fact.c
    wanted = fact.kind.in_([literal_column(f"'{kind}'", Words()) for kind in kinds])
    mine = and_(fact.member_id == _MEMBER, system.TOLD_OF_MEMBER, wanted)
    return _found(fact.at, fact.sequence, mine)


def _merges(side: ColumnElement[UUID]) -> tuple[_Told, _Told]:
    """The merges that had her record on one side, and their undoing."""
    merge, undo = merging.member_merge, merging.member_merge_undo
    both = merge.join(undo, undo.c.merge_id == merge.c.id)
    return (
        _found(merge.c.at, merge.c.id, side == _MEMBER, part=BEGUN),
        _found(undo.c.at, undo.c.merge_id, side == _MEMBER, part=ENDED, rows=both),
    )


def _moved(side: str, number: int) -> _Told:
    """The movements of one side: the part tells a posting and its side apart."""
    return _found(
        _entry.occurred_at,
        _posting.entry_id,
        and_(_account.owner_id == _MEMBER, _posting[f"{side}_version"].is_not(None)),
        part=_posting.number * 2 + literal_column(str(number), Whole()),
        rows=ledger.account.join(ledger.posting, _posting[f"{side}_account"] == _account.id).join(
            ledger.entry, _entry.id == _posting.entry_id
        ),
    )


# What was passed on to her is hers from then on: what happened to it before is another member's.
_moved_on = offers.coupon_event.alias("moved_on")
_changed_hands = passes.pass_event.alias("changed_hands")
_AFTER_HER: list[ColumnElement[str]] = [literal_column("'transferred'"), literal_column("'taken'")]


def _was_anothers(at: ColumnElement[Instant]) -> ColumnElement[bool]:
    """Whether a coupon was passed on to her after a moment."""
    return exists().where(
        _moved_on.c.coupon_id == _coupon.id,
        _moved_on.c.to_member_id == _coupon.member_id,
        _moved_on.c.kind.in_(_AFTER_HER),
        _moved_on.c.at > at,
    )


def _was_anothers_pass(at: ColumnElement[Instant]) -> ColumnElement[bool]:
    """Whether a pass was passed on to her after a moment."""
    return exists().where(
        _changed_hands.c.pass_id == _pass.id,
        _changed_hands.c.to_member_id == _pass.member_id,
        _changed_hands.c.at > at,
    )


# A coupon out of a code is issued in the same moment.
_told_apart = _coupon_event.kind != literal_column("'claimed'")

SPOTS: Mapping[Source, Statement[Spot]] = {
    Source.MEMBER: _spots(
        Id(),
        _found(_m.joined_at, _m.id, _m.id == _MEMBER, part=BEGUN),
        _found(_card.at, _card.id, _card.member_id == _MEMBER, part=EVENT),
    ),
    Source.MERGE: _spots(
        Id(),
        *_merges(merging.member_merge.c.survivor_id),
        *_merges(merging.member_merge.c.absorbed_id),
    ),
    Source.STATE: _spots(Whole(), _facts("member.state_changed")),
    Source.CONSENT: _spots(
        Id(),
        _found(members.consent.c.at, members.consent.c.id, members.consent.c.member_id == _MEMBER),
    ),
    Source.ORDER: _spots(
        Id(),
        _found(_o.settled_at, _o.id, _o.member_id == _MEMBER, part=BEGUN),
        _found(
            _r.at,
            _r.id,
            _o.member_id == _MEMBER,
            part=EVENT,
            rows=orders.orders.join(orders.refund, _r.order_id == _o.id),
        ),
    ),
    Source.SURVEY: _spots(
        Id(),
        _found(_answer.at, _answer.id, _answer.member_id == _MEMBER),
        *(
            _found(
                at,
                _recovery.answer_id,
                _answer.member_id == _MEMBER,
                part=part,
                rows=insights.survey_answer.join(
                    insights.recovery_task, _recovery.answer_id == _answer.id
                ),
            )
            for at, part in ((_recovery.opened_at, BEGUN), (_recovery.done_at, ENDED))
        ),
    ),
    Source.CHECK_IN: _spots(
        Id(), _found(_check_in.at, _check_in.programme_id, _check_in.member_id == _MEMBER)
    ),
    Source.REFERRAL: _spots(
        Id(),
        *(
            _found(at, _referral.id, who == _MEMBER, part=part)
            for at, part in ((_referral.at, BEGUN), (_referral.ended_at, ENDED))
            for who in (_referral.inviter_id, _referral.invited_id)
        ),
    ),
    Source.DRAW: _spots(Id(), _found(_draw.at, _draw.id, _draw.member_id == _MEMBER)),
    Source.MALL: _spots(
        Id(),
        _found(_mall.at, _mall.id, _mall.member_id == _MEMBER, part=BEGUN),
        _found(_mall.ended_at, _mall.id, _mall.member_id == _MEMBER, part=ENDED),
    ),
    Source.GROUP: _spots(
        Id(),
        _found(_seat.taken_at, _seat.id, _seat.member_id == _MEMBER, part=BEGUN),
        _found(_seat.closed_at, _seat.id, _seat.member_id == _MEMBER, part=ENDED),
    ),
    Source.PASS: _spots(
        Id(),
        *(
            _found(
                rows.c.at,
                rows.c.id,
                and_(_pass.member_id == _MEMBER, ~_was_anothers_pass(rows.c.at)),
                part=part,
                rows=passes.member_pass.join(rows, rows.c.pass_id == _pass.id),
            )
            for rows, part in ((passes.pass_use, BEGUN), (passes.pass_event, EVENT))
        ),
    ),
    Source.VALUE: _spots(Id(), _moved("from", 0), _moved("to", 1)),
    Source.WARNING: _spots(
        Day(),
        _found(
            points.expiry_warning.c.warned_at,
            points.expiry_warning.c.expires_on,
            points.expiry_warning.c.member_id == _MEMBER,
        ),
    ),
    Source.FREEZE: _spots(Whole(), _facts("value.frozen", "value.unfrozen")),
    Source.GIFT: _spots(
        Words(),
        _found(
            rewards.gift.c.at,
            rewards.gift.c.business_id,
            and_(rewards.gift.c.member_id == _MEMBER, rewards.gift.c.item_zh.is_not(None)),
        ),
    ),
    Source.COUPON: _spots(
        Id(),
        _found(
            _coupon.issued_at,
            _coupon.id,
            and_(_coupon.member_id == _MEMBER, ~_was_anothers(_coupon.issued_at)),
            part=BEGUN,
        ),
        _found(
            _coupon.used_at,
            _coupon.id,
            and_(_coupon.member_id == _MEMBER, _coupon.state == literal_column("'used'")),
            part=ENDED,
        ),
        _found(
            _coupon.valid_until,
            _coupon.id,
            and_(
                _coupon.member_id == _MEMBER,
                _coupon.state.in_([literal_column("'issued'"), literal_column("'frozen'")]),
            ),
            part=LAPSED,
        ),
        _found(
            _coupon_event.at,
            _coupon_event.id,
            and_(_coupon.member_id == _MEMBER, _told_apart, ~_was_anothers(_coupon_event.at)),
            part=EVENT,
            rows=offers.coupon.join(offers.coupon_event, _coupon_event.coupon_id == _coupon.id),
        ),
    ),
    Source.TIER: _spots(
        Id(),
        _found(
            members.tier_period.c.since,
            members.tier_period.c.id,
            members.tier_period.c.member_id == _MEMBER,
        ),
    ),
    Source.STAGE: _spots(
        Whole(),
        _found(
            insights.member_stage.c.at,
            insights.member_stage.c.number,
            insights.member_stage.c.member_id == _MEMBER,
        ),
    ),
    Source.CLASS: _spots(Whole(), _facts("member.class_changed")),
    Source.UNTAGGED: _spots(Whole(), _facts("member.tags_changed")),
    # Words that were put on together are one line.
    Source.TAG: _spots(
        Whole(),
        _found(_tag.since, literal_column("0", Whole()), _tag.member_id == _MEMBER).distinct(),
    ),
    Source.SEGMENT: _spots(
        Whole(),
        _found(_stay.entered_at, _stay.id, _stay.member_id == _MEMBER, part=BEGUN),
        _found(_stay.left_at, _stay.id, _stay.member_id == _MEMBER, part=ENDED),
    ),
    Source.EXPERIMENT: _spots(
        Id(),
        _found(
            measurement.assignment.c.at,
            measurement.assignment.c.programme_id,
            measurement.assignment.c.member_id == _MEMBER,
        ),
    ),
    Source.RUN: _spots(Id(), _found(_run.entered_at, _run.id, _run.member_id == _MEMBER)),
    Source.STEP: _spots(
        Whole(),
        _found(
            _log.at,
            _log.number,
            _run.member_id == _MEMBER,
            rows=journeys.journey_run.join(journeys.journey_log, _log.run_id == _run.id),
        ),
    ),
    Source.TASK: _spots(
        Id(),
        *(
            _found(
                at,
                _task.id,
                and_(_run.member_id == _MEMBER, _effect.kind == literal_column("'task'")),
                part=part,
                rows=journeys.journey_run.join(journeys.effect, _effect.run_id == _run.id).join(
                    journeys.staff_task, _task.effect_key == _effect.key
                ),
            )
            for at, part in ((_task.opened_at, BEGUN), (_task.done_at, ENDED))
        ),
    ),
    Source.PLAN: _spots(
        Id(), _found(_message.planned_at, _message.id, _message.member_id == _MEMBER)
    ),
    Source.MESSAGE: _spots(
        Whole(),
        _found(
            _event.at,
            _event.number,
            _message.member_id == _MEMBER,
            rows=messaging.message.join(messaging.message_event, _event.message_id == _message.id),
        ),
    ),
}

_NOT_BY_ID: Mapping[Source, Key] = {
    Source.STATE: -1,
    Source.FREEZE: -1,
    Source.CLASS: -1,
    Source.UNTAGGED: -1,
    Source.WARNING: date.min,
    Source.GIFT: "",
    Source.STAGE: -1,
    Source.TAG: -1,
    Source.SEGMENT: -1,
    Source.STEP: -1,
    Source.MESSAGE: -1,
}
# What comes before every key of a source: nothing of its moment lies behind it.
LOWEST: Mapping[Source, Key] = {source: _NOT_BY_ID.get(source, UUID(int=0)) for source in Source}
