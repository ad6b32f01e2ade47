"""Surveys after a visit: one answer a link, low marks as work, a guest's words under her own key."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.terms import Level
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.loyalty.recovery import Act
from regulars.domain.stores.actor import Actor, ActorKind
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import Scope
from regulars.storage import members, surveys
from regulars.storage.audit import NEWEST
from regulars.storage.engine import Database
from regulars.storage.statement import Statement
from regulars.storage.surveys import AnswerRow, OpenTask
from regulars.storage.tables.insights import survey_answer
from regulars.storage.tables.system import fact
from regulars.use_cases.members import FreezeMember
from regulars.use_cases.programmes import SaveProgramme
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.survey_links import order_of, token_of
from regulars.use_cases.surveys import AnswerSurvey, FinishRecovery
from tests.domain.loyalty.test_survey import SURVEY
from tests.rewards import differences, refused, started, stopped
from tests.shops import ShopUnderTest, named, open_shop

WITHOUT_GIFTS: dict[str, object] = {"joining.points": 0, "joining.coupon_types": []}
TOLD = Statement[tuple[str, dict[str, object]]](
    select(fact.c.kind, fact.c.body)
    .where(fact.c.kind.in_(("survey.answered", "recovery.opened", "recovery.done")))
    .order_by(fact.c.sequence),
    lambda kind, body: (kind, body),
)
ANSWERS: Statement[int] = Statement(select(func.count()).select_from(survey_answer))


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path, terms=WITHOUT_GIFTS)


def visited(shop: ShopUnderTest, member: UUID | None) -> UUID:
    sale = shop.sale([shop.line("egg_tart")], member=member, cash=800)
    shop.run(sale)
    return sale.order_id


def answer(shop: ShopUnderTest, order_id: UUID, **given: str) -> dict[str, object]:
    token = token_of(shop.vault, order_id)
    told = {question: (text,) for question, text in given.items()}
    return shop.run(AnswerSurvey(token=token, given=told, language="zh-CN"))


def answers_of(shop: ShopUnderTest, member: UUID) -> list[AnswerRow]:
    with shop.database.read() as read:
        return read.all(surveys.OF_MEMBER, member_id=member)


def tasks(
    shop: ShopUnderTest, state: str = "open", *, before: UUID | None = None
) -> list[OpenTask]:
    with shop.database.read() as read:
        return read.all(
            surveys.TASKS, stores=[shop.store_id], in_state=state, before=before or NEWEST
        )


def test_a_low_mark_is_kept_and_becomes_somebodys_work(shop: ShopUnderTest) -> None:
    started(shop, ProgrammeKind.SURVEY, SURVEY)
    wang = shop.join("13800138000")
    order = visited(shop, wang)
    answer(shop, order, nps="3", where="wait", more="等了半小时")
    (row,) = answers_of(shop, wang)
    assert (row.score, row.choices, row.order_id) == (3, {"where": ["wait"]}, order)
    (task,) = tasks(shop)
    assert (task.score, task.member_id, task.state) == (3, wang, "open")
    done = FinishRecovery(answer_id=task.answer_id, act=Act.APOLOGISED, note="电话致歉")
    shop.run(done)
    assert tasks(shop) == []
    (after,) = tasks(shop, "done")
    assert (after.act, after.note, after.done_by) == ("apologised", "电话致歉", shop.actor.name)
    assert refused(lambda: shop.run(done)) == "recovery.done_already"
    unknown = FinishRecovery(answer_id=shop.new_id(), act=Act.MENDED, note=None)
    assert refused(lambda: shop.run(unknown)) == "recovery.unknown"
    with shop.database.read() as read:
        told = read.all(TOLD)
    assert [kind for kind, _ in told] == ["survey.answered", "recovery.opened", "recovery.done"]
    assert told[0][1]["score"] == 3


def test_a_high_mark_is_nobodys_work_and_each_link_answers_once(shop: ShopUnderTest) -> None:
    started(shop, ProgrammeKind.SURVEY, SURVEY)
    order = visited(shop, None)
    answer(shop, order, nps="9")
    assert tasks(shop) == []
    assert refused(lambda: answer(shop, order, nps="1")) == "survey.answered_already"
    with shop.database.read() as read:
        assert read.one(ANSWERS) == 1


def test_her_own_words_are_under_her_own_key(shop: ShopUnderTest) -> None:
    started(shop, ProgrammeKind.SURVEY, SURVEY)
    wang = shop.join("13800138000")
    answer(shop, visited(shop, wang), more="店员王姐很好")
    (row,) = answers_of(shop, wang)
    assert row.words is not None
    assert "王姐".encode() not in row.words
    with shop.database.read() as read:
        profile = read.one(members.PROFILE, member_id=wang)
    assert profile is not None
    assert profile.wrapped_key is not None
    key = shop.vault.unlock(profile.wrapped_key, wang)
    opened = key.open(row.words, table="survey_answer", column="words", row=row.id.bytes)
    assert opened == "店员王姐很好"


def test_who_is_no_member_leaves_no_words_behind(shop: ShopUnderTest) -> None:
    started(shop, ProgrammeKind.SURVEY, SURVEY)
    order = visited(shop, None)
    answer(shop, order, nps="2", more="我叫王芳 13800138000")
    (task,) = tasks(shop)
    assert (task.score, task.words, task.member_id) == (2, None, None)


def test_a_member_is_thanked_whatever_she_says_unless_she_is_frozen(shop: ShopUnderTest) -> None:
    started(shop, ProgrammeKind.SURVEY, {**SURVEY, "thanks": {"points": 5}})
    wang, li = shop.join("13800138000"), shop.join("13800138001")
    earned = shop.balances(wang).points
    assert answer(shop, visited(shop, wang), nps="0")["points"] == 5
    assert shop.balances(wang).points - earned == 5 + 8
    order = visited(shop, li)
    shop.run(FreezeMember(member_id=li, reason="卡丢了"))
    assert answer(shop, order, nps="10")["points"] == 0
    assert differences(shop) == []


def test_nobody_answers_without_the_link_of_the_receipt(shop: ShopUnderTest) -> None:
    started(shop, ProgrammeKind.SURVEY, SURVEY)
    order = visited(shop, None)
    token = token_of(shop.vault, order)
    assert order_of(shop.vault, token) == order
    other = token_of(shop.vault, shop.new_id())
    forged = [token[:22] + other[22:], token[:-1] + "!", token[:-2], "", "a" * 43, token + "a"]
    for wrong in forged:
        command = AnswerSurvey(token=wrong, given={"nps": ("1",)}, language="en")
        with pytest.raises(Exception, match=r"survey\.link_unknown"):
            shop.run(command)
    stranger = AnswerSurvey(token=other, given={"nps": ("1",)}, language="en")
    assert refused(lambda: shop.run(stranger)) == "survey.none"


def test_the_survey_is_the_one_that_ran_when_she_paid_and_ends_in_time(
    shop: ShopUnderTest,
) -> None:
    early = visited(shop, None)
    shop.pass_time(minutes=1)
    first = started(shop, ProgrammeKind.SURVEY, {**SURVEY, "open_days": 2})
    assert refused(lambda: answer(shop, early, nps="1")) == "survey.none"
    order, late = visited(shop, None), visited(shop, None)
    shop.pass_time(minutes=1)
    stopped(shop, first)
    shop.pass_time(days=1)
    assert answer(shop, order, nps="1")["points"] == 0
    shop.pass_time(days=1)
    assert refused(lambda: answer(shop, late, nps="1")) == "survey.over"


def test_an_answer_that_says_nothing_or_nonsense_is_refused_and_may_be_sent_again(
    shop: ShopUnderTest,
) -> None:
    started(shop, ProgrammeKind.SURVEY, SURVEY)
    order = visited(shop, None)
    assert refused(lambda: answer(shop, order)) == "survey.nothing_answered"
    assert refused(lambda: answer(shop, order, nps="11")) == "survey.answer_malformed"
    assert refused(lambda: answer(shop, order, where="price")) == "survey.answer_malformed"
    answer(shop, order, nps="7")


def test_who_gave_everything_back_may_still_say_why(shop: ShopUnderTest) -> None:
    started(shop, ProgrammeKind.SURVEY, SURVEY)
    order = visited(shop, None)
    shop.run(RefundOrder(id=shop.new_id(), order_id=order, units=None, reason="洒了"))
    answer(shop, order, nps="1")
    assert [task.order_id for task in tasks(shop)] == [order]


def test_another_stores_manager_finishes_no_task_of_this_one(shop: ShopUnderTest) -> None:
    started(shop, ProgrammeKind.SURVEY, SURVEY)
    answer(shop, visited(shop, None), nps="1")
    (task,) = tasks(shop)
    manager = Actor(
        kind=ActorKind.STAFF,
        id=named("manager"),
        permissions=frozenset({Permission.MEMBER_WRITE}),
        scope=Scope(frozenset({shop.other_store_id})),
    )
    done = FinishRecovery(answer_id=task.answer_id, act=Act.MENDED, note=None)
    assert refused(lambda: shop.run(done, actor=manager)) == "scope.outside"


def test_marks_are_counted_by_store_and_business_day(shop: ShopUnderTest) -> None:
    started(shop, ProgrammeKind.SURVEY, SURVEY)
    for score in ("10", "9", "8", "3"):
        answer(shop, visited(shop, None), nps=score)
    day = shop.now.date()
    with shop.database.read() as read:
        rows = read.all(
            surveys.SCORES,
            stores=[shop.store_id],
            from_on=day,
            until_on=day.replace(day=day.day + 1),
        )
        before = read.all(surveys.SCORES, stores=[shop.store_id], from_on=day, until_on=day)
    assert [(row.score, row.answers) for row in rows] == [(3, 1), (8, 1), (9, 1), (10, 1)]
    assert before == []


def test_the_receipt_carries_its_link_once_the_survey_asks_for_it(shop: ShopUnderTest) -> None:
    def path_on(member: UUID | None = None) -> tuple[UUID, object]:
        sale = shop.sale([shop.line("egg_tart")], member=member, cash=800)
        return sale.order_id, shop.run(sale)["survey_path"]

    assert path_on()[1] is None
    silent = started(shop, ProgrammeKind.SURVEY, SURVEY)
    assert path_on()[1] is None, "it is asked by message alone"
    stopped(shop, silent)
    asking = started(shop, ProgrammeKind.SURVEY, {**SURVEY, "on_receipt": True})
    order, path = path_on()
    assert path == f"/survey/{token_of(shop.vault, order)}"
    answer(shop, order, nps="2")
    assert [task.order_id for task in tasks(shop)] == [order]
    shop.pass_time(minutes=1)
    stopped(shop, asking)
    assert path_on()[1] is None


def test_the_link_on_the_receipt_begins_and_ends_with_the_survey(shop: ShopUnderTest) -> None:
    shop.run(
        SaveProgramme(
            id=shop.new_id(),
            seen=0,
            kind=ProgrammeKind.SURVEY.value,
            name=Label("这次怎么样", "How was it"),
            level=Level.ORGANISATION,
            place_id=None,
            definition={**SURVEY, "on_receipt": True},
            effective_at=Instant(shop.now + timedelta(days=1)),
            ends_at=Instant(shop.now + timedelta(days=3)),
        )
    )

    def has_link() -> bool:
        sale = shop.sale([shop.line("egg_tart")], cash=800)
        return shop.run(sale)["survey_path"] is not None

    assert not has_link()
    shop.pass_time(days=1)
    assert has_link()
    shop.pass_time(days=2)
    assert not has_link()


def test_a_sale_asks_the_database_nothing_for_its_link(shop: ShopUnderTest) -> None:
    def asked_by_a_sale() -> int:
        # What the process keeps of its shop it reads with the first ones.
        for _ in range(3):
            visited(shop, None)
        before = shop.database.totals.statements
        visited(shop, None)
        return shop.database.totals.statements - before

    without = asked_by_a_sale()
    started(shop, ProgrammeKind.SURVEY, {**SURVEY, "on_receipt": True})
    assert asked_by_a_sale() == without


def test_tasks_that_are_older_than_a_page_are_found_behind_it(shop: ShopUnderTest) -> None:
    started(shop, ProgrammeKind.SURVEY, SURVEY)
    for score in ("1", "2", "3"):
        answer(shop, visited(shop, None), nps=score)
        shop.pass_time(minutes=1)
    newest, *older = tasks(shop)
    assert [task.score for task in (newest, *older)] == [3, 2, 1]
    assert tasks(shop, before=newest.answer_id) == older
    assert tasks(shop, before=older[-1].answer_id) == []
