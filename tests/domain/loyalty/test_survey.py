"""Surveys: what may be asked, what may be answered, and the net promoter score."""

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.survey import (
    Answers,
    Survey,
    answers_from,
    marks_of,
    survey_data,
    survey_from,
)

NPS = {"code": "nps", "kind": "nps", "text_zh": "会推荐给朋友吗？", "text_en": "Recommend us?"}
WHERE = {
    "code": "where",
    "kind": "choice",
    "text_zh": "哪里可以更好？",
    "text_en": "What could be better?",
    "several": True,
    "choices": [
        {"code": "taste", "text_zh": "口味", "text_en": "Taste"},
        {"code": "wait", "text_zh": "等待", "text_en": "The wait"},
    ],
}
MORE = {"code": "more", "kind": "text", "text_zh": "想说的话", "text_en": "Anything else?"}
SURVEY = {"questions": [NPS, WHERE, MORE]}


def survey(**changed: object) -> Survey:
    return survey_from({**SURVEY, **changed})


def test_a_survey_is_stored_as_it_was_written() -> None:
    made = survey(low_upto=5, open_days=3, thanks={"points": 5}, on_receipt=True)
    assert survey_from(survey_data(made)) == made
    assert (survey().low_upto, survey().on_receipt) == (6, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"questions": []},
        {"questions": [NPS, NPS]},
        {"questions": [NPS, {**NPS, "code": "again"}]},
        {"questions": [MORE, {**MORE, "code": "again"}]},
        {"questions": [{**NPS, "choices": WHERE["choices"]}]},
        {"questions": [{**WHERE, "choices": []}]},
        {"questions": [{**NPS, "kind": "stars"}]},
        {"questions": [{**NPS, "code": "a b"}]},
        {"questions": [{**NPS, "several": True}]},
        {"questions": [NPS] * 7},
        {"low_upto": 11},
        {"open_days": 0},
        {"thanks": {"pionts": 5}},
        {"colour": "red"},
        {"on_receipt": "yes"},
    ],
)
def test_a_survey_that_nobody_could_answer_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        survey(**wrong)


def test_answers_are_read_by_question_and_any_may_be_left_out() -> None:
    given = {"nps": ("3",), "where": ("wait", "taste"), "more": (" 等了\n半小时 ",)}
    assert answers_from(survey(), given) == Answers(
        score=3, choices={"where": ("wait", "taste")}, words="等了 半小时"
    )
    assert answers_from(survey(), {"nps": ("",), "unasked": ("x",)}).empty


@pytest.mark.parametrize(
    "given",
    [
        {"nps": ("11",)},
        {"nps": ("-1",)},
        {"nps": ("٣",)},
        {"nps": ("3", "4")},
        {"where": ("price",)},
        {"where": ("wait", "wait")},
        {"more": ("长" * 501,)},
    ],
)
def test_an_answer_that_was_not_offered_is_refused(given: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(Refusal) as told:
        answers_from(survey(), given)
    assert told.value.code == "survey.answer_malformed"


@pytest.mark.parametrize(
    ("counts", "net"),
    [
        ([], None),
        ([(10, 1)], 100),
        ([(0, 2)], -100),
        ([(9, 50), (8, 20), (6, 30)], 20),
        ([(9, 1), (8, 1), (7, 1)], 33),
        ([(9, 2), (8, 1)], 67),
        ([(6, 2), (8, 1)], -67),
    ],
)
def test_the_net_promoter_score_is_promoters_less_detractors(
    counts: list[tuple[int, int]], net: int | None
) -> None:
    assert marks_of(counts).net == net
