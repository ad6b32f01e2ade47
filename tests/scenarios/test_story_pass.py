"""次卡 (V6): ten cups are bought, some are had, the pass rests, changes hands, and is given back."""

from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.storage import ledger
from regulars.storage.engine import Database
from regulars.use_cases.pass_refunds import RefundPass, refund_plan
from regulars.use_cases.pass_times import FreezePass, TransferPass, UnfreezePass
from regulars.use_cases.pass_uses import UndoPassUse, UsePass
from regulars.use_cases.passes import SellPass
from tests.inviting import TEN_CUPS, differences, start
from tests.shops import named, open_shop


def test_ten_cups_are_bought_had_rested_passed_on_and_given_back(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    programme = start(shop, "pass", TEN_CUPS)
    li, sister = shop.join("13800138000"), shop.join("13900139000")

    # 李敏 pays 150.00 for ten cups.
    pass_id = shop.new_id()
    sold = shop.run(
        SellPass(
            id=pass_id,
            member_id=li,
            programme_id=programme,
            store_id=shop.store_id,
            terminal_id=shop.terminal_id,
            tender="cash",
        )
    )
    assert (sold["left"], sold["deferred_minor"], sold["ends_on"]) == (10, 15_000, "2026-08-02")

    # Two cups here, one at the other store; a slip of the finger is undone.
    def use(count: int, *, store: str = "S1") -> dict[str, object]:
        shop.pass_time(hours=1)
        command = UsePass(
            id=shop.new_id(),
            pass_id=pass_id,
            store_id=named(f"store:{store}"),
            terminal_id=named(f"terminal:{store}:A"),
            count=count,
        )
        return shop.run(command)

    assert use(2)["value_minor"] == 3_000
    use(1, store="S2")
    slip = use(4)
    undo = UndoPassUse(
        id=shop.new_id(), pass_id=pass_id, use_id=UUID(str(slip["id"])), reason="按错了"
    )
    undone = shop.run(undo)
    assert (undone["left"], undone["deferred_minor"]) == (7, 10_500)

    # She travels for 20 days: the pass ends 20 days later.
    shop.run(FreezePass(pass_id=pass_id))
    with pytest.raises(Refusal) as refused:
        use(1)
    assert refused.value.code == "pass.frozen"
    shop.pass_time(days=20)
    assert shop.run(UnfreezePass(pass_id=pass_id))["ends_on"] == "2026-08-22"

    # Her sister takes over what is left, and gives it back after one more cup.
    shop.run(
        TransferPass(id=shop.new_id(), pass_id=pass_id, to_member_id=sister, reason="客人要求转赠")
    )
    use(1)
    shop.pass_time(hours=1)
    with database.read() as read:
        plan = refund_plan(read, pass_id)
    # Paid 150.00, four cups at 18.00: 78.00 come back.
    assert [(line.count, line.amount_minor) for line in plan.lines] == [(10, 15_000), (4, -7_200)]
    assert (plan.amount_minor, plan.kept_minor) == (7_800, 1_200)
    shop.run(
        RefundPass(
            id=shop.new_id(),
            pass_id=pass_id,
            store_id=shop.store_id,
            terminal_id=shop.terminal_id,
            amount_minor=7_800,
            reason="不再来了",
        )
    )
    with pytest.raises(Refusal) as refused:
        use(1)
    assert refused.value.code == "pass.not_active"

    # What the sister's own statement says, newest first.
    with database.read() as read:
        rows = ledger.statement_of(read, sister).rows
    told = [(row.kind, row.unit, row.amount, row.after) for row in rows if row.account == "pass"]
    assert told == [
        ("pass_back", "PASS.TEA10", -6, 0),
        ("pass_use", "PASS.TEA10", -1, 6),
        ("transfer", "PASS.TEA10", 7, 7),
    ]
    assert differences(shop) == []
