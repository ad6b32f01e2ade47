"""A tier by hand: a reason, an end, a second person; then the measure decides again."""

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.permissions import Role
from regulars.jobs.tiers import TIER_REVIEWS
from regulars.storage.engine import Database, Write
from regulars.storage.staff import WHOLE_ORGANISATION
from regulars.storage.tables import stores as store_tables
from regulars.use_cases.tier_by_hand import GiveTier
from tests.shops import ShopUnderTest
from tests.tier_shop import buy, differences, go_to, refund, story, tea_shop
from tests.workshops import run_out


def hired(shop: ShopUnderTest, role: Role) -> UUID:
    """Somebody of the shop."""
    staff_id = shop.new_id()
    row = {"id": staff_id, "login": str(staff_id), "name": "n", "language": "zh-CN"}
    given = {"staff_id": staff_id, "role": role.value, "level": "organisation"}

    def write(tx: Write) -> None:
        tx.add(store_tables.staff, [{**row, "state": "active", "revision": 1}])
        tx.add(store_tables.staff_role, [{**given, "place_id": WHOLE_ORGANISATION}])

    shop.database.write(write).result()
    return staff_id


def by_hand(shop: ShopUnderTest, member: UUID, **changed: object) -> GiveTier:
    """The owner's old friend is king for a while."""
    told: dict[str, object] = {"tier": "king", "until": date(2026, 8, 1), "reason": "老朋友"}
    told |= changed
    if "approved_by" not in told:
        told["approved_by"] = hired(shop, Role.STORE_MANAGER)
    tier, until, reason, approved_by = (told[n] for n in ("tier", "until", "reason", "approved_by"))
    assert isinstance(tier, str)
    assert isinstance(until, date)
    assert isinstance(reason, str)
    assert isinstance(approved_by, UUID)
    return GiveTier(
        member_id=member,
        store_id=shop.store_id,
        tier=tier,
        until=until,
        reason=reason,
        approved_by=approved_by,
    )


@pytest.mark.parametrize("window", ["lifetime", "rolling_months"])
def test_a_tier_by_hand_ends_on_its_day_and_the_measure_decides_again(
    database: Database, tmp_path: Path, window: str
) -> None:
    shop = tea_shop(database, tmp_path, window=window)
    wang = shop.join("13800138000")
    shop.run(by_hand(shop, wang))
    order = buy(shop, wang, 2)
    refund(shop, order)
    buy(shop, wang, 2)
    assert story(shop, wang) == [("king", "manual")]
    go_to(shop, "2026-08-01")
    run_out(TIER_REVIEWS.step, shop)
    assert story(shop, wang) == [("king", "manual"), ("gold", "down")]
    assert differences(shop) == []


def test_a_tier_by_hand_needs_somebody_else_a_reason_an_end_and_no_better_tier(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path)
    wang = shop.join("13800138000")
    buy(shop, wang, 2)
    refused: list[tuple[str, dict[str, object]]] = [
        ("tiers.approver_unfit", {"approved_by": shop.actor.id}),
        ("tiers.approver_unfit", {"approved_by": shop.new_id()}),
        ("tiers.approver_unfit", {"approved_by": hired(shop, Role.CASHIER)}),
        ("tiers.unknown", {"tier": "emperor"}),
        ("tiers.end_out_of_range", {"until": date(2026, 5, 4)}),
        ("tiers.end_out_of_range", {"until": date(2030, 5, 4)}),
        ("tiers.below_measure", {"tier": "leaf"}),
        ("tiers.reason_missing", {"reason": " "}),
    ]
    for code, changed in refused:
        with pytest.raises(Refusal) as said:
            shop.run(by_hand(shop, wang, **changed))
        assert said.value.code == code
    assert story(shop, wang) == [("gold", "up")]


def test_a_refund_leaves_a_tier_by_hand_alone_until_its_day(
    database: Database, tmp_path: Path
) -> None:
    shop = tea_shop(database, tmp_path)
    wang = shop.join("13800138000")
    buy(shop, wang, 4)
    shop.run(by_hand(shop, wang))
    order = buy(shop, wang, 1)
    assert story(shop, wang) == [("gold", "up"), ("king", "manual")]
    refund(shop, order)
    assert story(shop, wang)[-1] == ("king", "manual")
    go_to(shop, "2026-08-01")
    run_out(TIER_REVIEWS.step, shop)
    assert story(shop, wang)[-1] == ("gold", "down")
    assert differences(shop) == []


@pytest.mark.parametrize("window", ["calendar_year", "membership_year"])
@pytest.mark.parametrize("until", ["2027-06-01", "2027-12-01"])
def test_a_tier_by_hand_costs_nobody_the_tier_of_her_own(
    database: Database, tmp_path: Path, window: str, until: str
) -> None:
    shop = tea_shop(database, tmp_path, window=window)
    wang = shop.join("13800138000")
    buy(shop, wang, 2)
    go_to(shop, "2027-05-20")
    run_out(TIER_REVIEWS.step, shop)
    assert story(shop, wang) == [("gold", "up"), ("gold", "kept")]
    shop.run(by_hand(shop, wang, until=date.fromisoformat(until)))
    go_to(shop, until)
    run_out(TIER_REVIEWS.step, shop)
    assert story(shop, wang)[2:] == [("king", "manual"), ("gold", "down")]
    go_to(shop, "2028-05-20")
    run_out(TIER_REVIEWS.step, shop)
    assert story(shop, wang)[-1] == ("leaf", "down")
    assert differences(shop) == []
