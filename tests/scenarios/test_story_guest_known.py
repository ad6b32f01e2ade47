"""熟客 (A1, C8, C11): known by her rhythm, offered what she likes, asked, and made good to."""

from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.loyalty.recovery import Act
from regulars.domain.members.consent import Channel, Choice, Purpose
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.jobs.baskets import count
from regulars.storage import surveys
from regulars.storage.audit import NEWEST
from regulars.storage.engine import Database
from regulars.use_cases.consents import RecordConsent
from regulars.use_cases.counting_baskets import READER
from regulars.use_cases.member_insight import Known, known_of
from regulars.use_cases.members import ChangeProfile
from regulars.use_cases.recommending import Popularities, Recommended, Wanted, recommended
from regulars.use_cases.survey_links import token_of
from regulars.use_cases.surveys import AnswerSurvey, FinishRecovery
from tests.domain.loyalty.test_survey import SURVEY
from tests.insights import follow_all, settle_jobs
from tests.rewards import differences, started
from tests.shops import ShopUnderTest, named, open_shop

ONE_TIER = [{"code": "leaf", "name_zh": "茶友", "name_en": "Leaf", "growth_from": 0}]
TERMS: dict[str, object] = {"joining.coupon_types": [], "tiers.ladder": ONE_TIER}
PRICES = {"milk_tea": 1_800, "mango_ice": 2_200, "lemon_tea": 1_500, "egg_tart": 800}
MILK_TEA, MANGO_ICE, LEMON_TEA, EGG_TART = (named(f"product:{code}") for code in PRICES)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    return open_shop(database, tmp_path, terms=TERMS)


def bought(shop: ShopUnderTest, *products: str, member: UUID | None = None) -> UUID:
    lines = [shop.line(one) for one in products]
    sale = shop.sale(lines, member=member, cash=sum(PRICES[one] for one in products))
    shop.run(sale)
    return sale.order_id


def known(shop: ShopUnderTest, member: UUID) -> Known:
    with shop.database.read() as read:
        return known_of(read, member, at=shop.now)


def offered(shop: ShopUnderTest, member: UUID, *basket: UUID) -> Recommended:
    with shop.database.read() as read:
        inside = shop.shops.in_force(read, shop.store_id, at=shop.now)
        wanted = Wanted(member_id=member, basket=basket, at=shop.now)
        return recommended(read, shop.vault, inside, wanted, popular=Popularities())


def overnight(shop: ShopUnderTest) -> None:
    settle_jobs(shop)
    follow_all(count, READER, shop)


def allowed(shop: ShopUnderTest, member: UUID) -> None:
    choice = Choice(
        channel=Channel.PROFILE,
        purpose=Purpose.PERSONALISATION,
        granted=True,
        wording_version="2026-01",
    )
    command = RecordConsent(member_id=member, choices=(choice,), language="zh-CN", source="till")
    shop.run(command)


def test_a_guest_becomes_a_regular_is_missed_comes_back_and_is_made_good_to(
    shop: ShopUnderTest,
) -> None:
    """李敏 and her lemon tea, from the first cup to the one after an apology."""
    for _ in range(25):
        bought(shop, "mango_ice", "egg_tart")
    started(shop, ProgrammeKind.SURVEY, {**SURVEY, "thanks": {"points": 5}})
    li = shop.join("13800138001")
    told = (ProfileText(field=ProfileField.TABOOS, text="芒果过敏"),)
    shop.run(ChangeProfile(member_id=li, revision=1, told=told))
    overnight(shop)
    assert MANGO_ICE not in [one.product_id for one in offered(shop, li).found]

    last = bought(shop, "lemon_tea", member=li)
    for _ in range(5):
        shop.pass_time(days=6)
        last = bought(shop, "lemon_tea", member=li)
    overnight(shop)
    then = known(shop, li)
    assert then.standing.staged.stage == "regular"
    assert then.habits.liked == ()
    allowed(shop, li)
    assert offered(shop, li).found[0].product_id == LEMON_TEA
    assert known(shop, li).habits.liked[0][1].visits == 6

    token = token_of(shop.vault, last)
    given = {"nps": ("3",), "where": ("wait",), "more": ("等了半小时",)}
    shop.run(AnswerSurvey(token=token, given=given, language="zh-CN"))
    score = known(shop, li).last_score
    assert score is not None
    assert score.score == 3
    with shop.database.read() as read:
        (task,) = read.all(surveys.TASKS, stores=[shop.store_id], in_state="open", before=NEWEST)
    shop.run(FinishRecovery(answer_id=task.answer_id, act=Act.APOLOGISED, note=None))

    shop.pass_time(days=18)
    overnight(shop)
    assert known(shop, li).standing.staged.stage == "at_risk"
    shop.pass_time(days=40)
    overnight(shop)
    assert known(shop, li).standing.staged.stage == "lost"
    bought(shop, "lemon_tea", "egg_tart", member=li)
    overnight(shop)
    after = known(shop, li)
    assert after.standing.staged.stage == "won_back"
    expected = ["prospect", "regular", "at_risk", "lost", "won_back"]
    assert [row.stage for row in after.history] == expected
    assert differences(shop) == []
