"""Asking after a visit, by a link that only the receipt holds: answered once, without a log-in.

The link names an order and carries a mark that only this shop can make: nobody can guess another
guest's, nor answer for her. Opening it changes nothing; sending it answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.loyalty.programme import Programme, ProgrammeKind
from regulars.domain.loyalty.recovery import RECOVERY_DONE, RECOVERY_UNKNOWN, Act
from regulars.domain.loyalty.survey import SURVEY_OVER, Answers, Survey, answers_from
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.store import Store
from regulars.storage import audit, members, orders, programmes, surveys, visits
from regulars.storage.engine import Read, Write
from regulars.storage.facts import Fact, append
from regulars.storage.orders import OrderRow
from regulars.storage.shops import Shops
from regulars.storage.surveys import AnswerRow, RecoveryRow
from regulars.use_cases import gifts
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.survey_links import order_of

SURVEY_NONE = refusal_code("survey.none")
SURVEY_ANSWERED = refusal_code("survey.answered_already")
SURVEY_EMPTY = refusal_code("survey.nothing_answered")

NOTE_LETTERS_MAX = 200
_PAID = frozenset({"paid", "part_refunded", "refunded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """The survey of a visit. `asks_words`: a member's own words are kept under her own key, so a
    guest who is no member is not asked for any."""

    order: OrderRow
    store: Store
    programme: Programme
    survey: Survey
    until: Instant
    answered: bool

    @property
    def asks_words(self) -> bool:
        """Whether a question for the guest's own words is asked."""
        return self.order.member_id is not None


def invitation_of(read: Read, shops: Shops, order_id: UUID, *, at: Instant) -> Invitation:
    """The survey that ran at the store when the visit was paid. Refuses: survey.none."""
    order = read.one(orders.ORDER, order_id=order_id)
    if order is None or order.state not in _PAID or order.settled_at is None:
        raise SURVEY_NONE.because()
    store = shops.in_force(read, order.store_id, at=at).store
    running = programmes.in_force(read, ProgrammeKind.SURVEY, store, at=order.settled_at)
    if not running:
        raise SURVEY_NONE.because()
    programme = running[0]
    survey = programme.definition
    assert isinstance(survey, Survey)
    known = read.one(surveys.ANSWERED, programme_id=programme.id, order_id=order.id)
    return Invitation(
        order=order,
        store=store,
        programme=programme,
        survey=survey,
        until=Instant(order.settled_at + timedelta(days=survey.open_days)),
        answered=known is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSurvey:
    """What a guest sent from her link, by question."""

    token: str
    given: Mapping[str, tuple[str, ...]]
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered:
    """The answer was kept. Units: the points that she got for it."""

    answer_id: UUID
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishRecovery:
    """Say what was done about a low mark."""

    answer_id: UUID
    act: Act
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryFinished:
    """The task that is done."""

    answer_id: UUID
    act: Act


@use_case
def answer_survey(tx: Write, command: AnswerSurvey, moment: Moment) -> SurveyAnswered:
    """Keep a guest's answer, open a task if her mark is low, and thank her.

    Who has the link may answer: nobody is signed in.
    Refuses: survey.link_unknown, survey.none, survey.over, survey.answered_already,
    survey.answer_malformed, survey.nothing_answered.
    """
    order_id = order_of(moment.vault, command.token)
    invitation = invitation_of(tx, moment.shops, order_id, at=moment.now)
    if invitation.answered:
        raise SURVEY_ANSWERED.because()
    if moment.now >= invitation.until:
        raise SURVEY_OVER.because()
    answers = answers_from(invitation.survey, command.given)
    if answers.empty:
        raise SURVEY_EMPTY.because()
    row = _answer_row(tx, invitation, answers, command.language, moment)
    surveys.add(tx, row, otherwise=SURVEY_ANSWERED.because())
    _tell(tx, moment, row, "survey.answered")
    low = invitation.survey.low_upto
    if row.score is not None and low is not None and row.score <= low:
        surveys.open_task(tx, _task_of(row, row.score))
        _tell(tx, moment, row, "recovery.opened")
    return SurveyAnswered(answer_id=row.id, points=_thank(tx, invitation, moment))


def _answer_row(
    tx: Write, invitation: Invitation, answers: Answers, language: Language, moment: Moment
) -> AnswerRow:
    order, answer_id = invitation.order, moment.new_id()
    words = None
    if answers.words is not None and order.member_id is not None:
        profile = tx.one(members.PROFILE, member_id=order.member_id)
        if profile is not None and profile.wrapped_key is not None:
            key = moment.vault.unlock(profile.wrapped_key, order.member_id)
            words = key.seal(
                answers.words, table=surveys.TABLE, column=surveys.WORDS, row=answer_id.bytes
            )
    return AnswerRow(
        id=answer_id,
        programme_id=invitation.programme.id,
        version=invitation.programme.version,
        order_id=order.id,
        store_id=order.store_id,
        business_day=order.business_day,
        member_id=order.member_id,
        score=answers.score,
        choices={question: list(codes) for question, codes in answers.choices.items()},
        words=words,
        language=language,
        at=moment.now,
    )


def _task_of(row: AnswerRow, score: int) -> RecoveryRow:
    return RecoveryRow(
        answer_id=row.id,
        store_id=row.store_id,
        member_id=row.member_id,
        order_id=row.order_id,
        score=score,
        opened_at=row.at,
        state="open",
        done_at=None,
        done_by=None,
        act=None,
        note=None,
    )


def _tell(tx: Write, moment: Moment, row: AnswerRow, kind: str) -> None:
    fact = Fact(
        kind=kind,
        at=moment.now,
        store_id=row.store_id,
        member_id=row.member_id,
        subject_id=row.id,
        body={"score": row.score, "order": str(row.order_id)},
    )
    append(tx, fact, id=moment.new_id())


def _thank(tx: Write, invitation: Invitation, moment: Moment) -> int:
    """Give a member what the survey promises for answering, whatever she said; in points."""
    member_id, gift = invitation.order.member_id, invitation.survey.thanks
    if member_id is None or gift.empty:
        return 0
    locked = tx.one(visits.VISITS_LOCKED, member_id=member_id)
    if locked is None or locked.state != "active":
        return 0
    gifts.lock(tx, [member_id])
    shop = moment.shops.in_force(tx, invitation.store.id, at=moment.now)
    occasion = f"survey:{invitation.programme.id}:{invitation.order.id}"
    given = gifts.give(tx, moment, member_id=member_id, gift=gift, shop=shop, occasion=occasion)
    return given.points


@use_case
def finish_recovery(tx: Write, command: FinishRecovery, moment: Moment) -> RecoveryFinished:
    """Say what was done about a low mark, once.

    Refuses: permission.missing, scope.outside, recovery.unknown, recovery.done_already,
    member.text_malformed, member.text_too_long.
    """
    moment.actor.need(Permission.MEMBER_WRITE)
    task = tx.one(surveys.TASK, answer_id=command.answer_id)
    if task is None:
        raise RECOVERY_UNKNOWN.because()
    moment.actor.scope.check(task.store_id)
    note = None
    if command.note:
        note = checked_text(command.note, field="note", maximum=NOTE_LETTERS_MAX)
    done = task._replace(
        done_at=moment.now, done_by=moment.actor.name, act=command.act.value, note=note
    )
    surveys.finish(tx, done, otherwise=RECOVERY_DONE.because())
    audit.record(
        tx,
        moment,
        action="recovery.done",
        subject=f"survey_answer:{task.answer_id}",
        store_id=task.store_id,
        after={"act": command.act.value},
    )
    fact = Fact(
        kind="recovery.done",
        at=moment.now,
        store_id=task.store_id,
        member_id=task.member_id,
        subject_id=task.answer_id,
        body={"act": command.act.value},
    )
    append(tx, fact, id=moment.new_id())
    return RecoveryFinished(answer_id=task.answer_id, act=command.act)
