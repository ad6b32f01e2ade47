"""Surveys 问卷: a few short questions after a visit, answered once.

"您会把我们推荐给朋友吗？0–10" and "哪里可以更好？口味 / 等待 / 服务": 李敏 scans the code on her receipt
and gives 3 for the wait. The shop thanks her, and a task is open for the store to make it good.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import (
    CODE_LETTERS_MAX,
    check_parts,
    rows,
    text,
    whole,
)
from regulars.domain.loyalty.gift import NOTHING, Gift, gift_data, gift_from
from regulars.domain.loyalty.programme import PROGRAMME_MALFORMED, Definition
from regulars.domain.members.writing import checked_text

SURVEY_ANSWER_MALFORMED = refusal_code("survey.answer_malformed", "question")
SURVEY_OVER = refusal_code("survey.over")

FIELD = "definition"
QUESTIONS_MAX, CHOICES_MAX = 6, 12
SCORE_MAX = 10
# Source: Reichheld 2003: 0 to 6 detract, 9 and 10 promote.
DETRACTS_UPTO, PROMOTES_FROM = 6, 9
DAYS_OPEN = 14
TEXT_LETTERS_MAX = 500


class QuestionKind(StrEnum):
    """How a question is answered."""

    NPS = "nps"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    code: str
    label: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `several`: more than one choice may be taken."""

    code: str
    kind: QuestionKind
    label: Label
    choices: tuple[Choice, ...] = ()
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What is asked. A score up to `low_upto` opens a task for the store; None opens none.

    `thanks`: what a member gets for answering, whatever she says. `on_receipt`: every receipt of the
    store carries its link. Units: marks from 0 to 10; days after the visit in which it may be
    answered.
    """

    questions: tuple[Question, ...]
    low_upto: int | None = DETRACTS_UPTO
    open_days: int = DAYS_OPEN
    thanks: Gift = NOTHING
    on_receipt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was answered: the mark, the choices by question, and a guest's own words."""

    score: int | None
    choices: Mapping[str, tuple[str, ...]]
    words: str | None

    @property
    def empty(self) -> bool:
        """Whether nothing was answered at all."""
        return self.score is None and not self.choices and self.words is None


def answers_from(survey: Survey, given: Mapping[str, tuple[str, ...]]) -> Answers:
    """The answers that a form carries, by question. Every question may be left out.

    Refuses: survey.answer_malformed, member.payment_card_refused, member.text_malformed.
    """
    score: int | None = None
    chosen: dict[str, tuple[str, ...]] = {}
    words: str | None = None
    for question in survey.questions:
        told = tuple(one.strip() for one in given.get(question.code, ()) if one.strip())
        if not told:
            continue
        match question.kind:
            case QuestionKind.NPS:
                score = _score(question, told)
            case QuestionKind.CHOICE:
                chosen[question.code] = _chosen(question, told)
            case QuestionKind.TEXT:
                words = _words(question, told)
            case _:
                assert_never(question.kind)
    return Answers(score=score, choices=chosen, words=words)


def _score(question: Question, told: tuple[str, ...]) -> int:
    known = {str(mark): mark for mark in range(SCORE_MAX + 1)}
    if len(told) != 1 or told[0] not in known:
        raise SURVEY_ANSWER_MALFORMED.because(question=question.code)
    return known[told[0]]


def _chosen(question: Question, told: tuple[str, ...]) -> tuple[str, ...]:
    known = {one.code for one in question.choices}
    if len(set(told)) != len(told) or not set(told) <= known:
        raise SURVEY_ANSWER_MALFORMED.because(question=question.code)
    if len(told) > 1 and not question.several:
        raise SURVEY_ANSWER_MALFORMED.because(question=question.code)
    return told


def _words(question: Question, told: tuple[str, ...]) -> str:
    if len(told) != 1 or len(told[0]) > TEXT_LETTERS_MAX:
        raise SURVEY_ANSWER_MALFORMED.because(question=question.code)
    # Lines become one: nothing that a guest types may look like anything else where it is shown.
    line = "".join(one if one.isprintable() else " " for one in told[0])
    return checked_text(line, field=question.code, maximum=TEXT_LETTERS_MAX)


@dataclass(frozen=True, slots=True)
class Marks:
    """How many guests would recommend the shop. Units: answers."""

    promoters: int
    passives: int
    detractors: int

    @property
    def answered(self) -> int:
        """How many gave a mark."""
        return self.promoters + self.passives + self.detractors

    @property
    def net(self) -> int | None:
        """The net promoter score, from −100 to 100, rounded half away from zero; None: no marks."""
        if not self.answered:
            return None
        over = self.promoters - self.detractors
        rounded = (abs(over) * 200 + self.answered) // (2 * self.answered)
        return rounded if over >= 0 else -rounded


def marks_of(counts: Iterable[tuple[int, int]]) -> Marks:
    """The marks of so many answers by score."""
    promoters = passives = detractors = 0
    for score, count in counts:
        if score >= PROMOTES_FROM:
            promoters += count
        elif score <= DETRACTS_UPTO:
            detractors += count
        else:
            passives += count
    return Marks(promoters, passives, detractors)


def survey_from(data: Mapping[str, object]) -> Survey:
    """The survey that a definition spells. Refuses: terms.malformed, programme.malformed."""
    check_parts(FIELD, data, "questions", "low_upto", "open_days", "thanks", "on_receipt")
    survey = Survey(
        questions=tuple(
            _question(row) for row in rows(FIELD, data.get("questions"), QUESTIONS_MAX)
        ),
        low_upto=_low(data.get("low_upto", DETRACTS_UPTO)),
        open_days=whole(1, 90)(f"{FIELD}.open_days", data.get("open_days", DAYS_OPEN)),
        thanks=gift_from(FIELD, data.get("thanks", {})),
        on_receipt=_on_receipt(data.get("on_receipt", False)),
    )
    codes = [one.code for one in survey.questions]
    kinds = [one.kind for one in survey.questions]
    if not codes or len(set(codes)) != len(codes):
        raise PROGRAMME_MALFORMED.because(part="questions")
    if kinds.count(QuestionKind.NPS) > 1 or kinds.count(QuestionKind.TEXT) > 1:
        raise PROGRAMME_MALFORMED.because(part="questions")
    return survey


def _on_receipt(value: object) -> bool:
    if not isinstance(value, bool):
        raise PROGRAMME_MALFORMED.because(part="on_receipt")
    return value


def _low(value: object) -> int | None:
    return None if value is None else whole(0, SCORE_MAX)(f"{FIELD}.low_upto", value)


def _question(row: Mapping[str, object]) -> Question:
    check_parts(FIELD, row, "code", "kind", "text_zh", "text_en", "choices", "several")
    kind, several = row.get("kind"), row.get("several", False)
    if kind not in set(QuestionKind) or not isinstance(several, bool):
        raise PROGRAMME_MALFORMED.because(part="kind")
    choices = tuple(_choice(one) for one in rows(FIELD, row.get("choices", []), CHOICES_MAX))
    codes = {one.code for one in choices}
    is_choice = kind == QuestionKind.CHOICE
    if len(codes) != len(choices) or is_choice != bool(choices) or (several and not is_choice):
        raise PROGRAMME_MALFORMED.because(part="choices")
    return Question(
        code=_code(row),
        kind=QuestionKind(str(kind)),
        label=_label(row),
        choices=choices,
        several=several,
    )


def _choice(row: Mapping[str, object]) -> Choice:
    check_parts(FIELD, row, "code", "text_zh", "text_en")
    return Choice(_code(row), _label(row))


def _code(row: Mapping[str, object]) -> str:
    code = text(FIELD, row, "code")
    if not (code.isascii() and code.isalnum() and len(code) <= CODE_LETTERS_MAX):
        raise PROGRAMME_MALFORMED.because(part="code")
    return code


def _label(row: Mapping[str, object]) -> Label:
    return Label(text(FIELD, row, "text_zh"), text(FIELD, row, "text_en"))


def survey_data(definition: Definition) -> dict[str, object]:
    """The stored form; `survey_from` reads it back."""
    assert isinstance(definition, Survey)
    return {
        "questions": [
            {
                "code": one.code,
                "kind": one.kind.value,
                "text_zh": one.label.zh,
                "text_en": one.label.en,
                "choices": [
                    {"code": choice.code, "text_zh": choice.label.zh, "text_en": choice.label.en}
                    for choice in one.choices
                ],
                "several": one.several,
            }
            for one in definition.questions
        ],
        "low_upto": definition.low_upto,
        "open_days": definition.open_days,
        "thanks": gift_data(definition.thanks),
        "on_receipt": definition.on_receipt,
    }
