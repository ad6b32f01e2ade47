"""拼团 (C4): three buy together; a group that nobody fills gives everything back."""

from pathlib import Path
from uuid import UUID

from regulars.jobs.groups import GROUPS
from regulars.storage import groups, ledger
from regulars.storage.engine import Database
from regulars.use_cases.group_ends import PayBackSeat
from regulars.use_cases.groups import JoinGroup, OpenGroup
from tests.inviting import THREE_TOGETHER, differences, facts_of, start, work
from tests.shops import ShopUnderTest, open_shop


class Counter:
    """Groups opened and joined at one till."""

    def __init__(self, shop: ShopUnderTest, programme: UUID) -> None:
        self.shop = shop
        self.programme = programme

    def open(self, member: UUID, tender: str) -> UUID:
        """A group with its first seat."""
        group_id = self.shop.new_id()
        command = OpenGroup(
            id=group_id,
            seat_id=self.shop.new_id(),
            programme_id=self.programme,
            member_id=member,
            store_id=self.shop.store_id,
            terminal_id=self.shop.terminal_id,
            tender=tender,
        )
        self.shop.run(command)
        return group_id

    def join(self, group: UUID, member: UUID, tender: str) -> dict[str, object]:
        """One more seat."""
        self.shop.pass_time(minutes=10)
        command = JoinGroup(
            seat_id=self.shop.new_id(),
            group_id=group,
            member_id=member,
            store_id=self.shop.store_id,
            terminal_id=self.shop.terminal_id,
            tender=tender,
            reference="wx-4200001" if tender == "external" else None,
        )
        return self.shop.run(command)


def test_three_buy_together_and_a_lonely_group_gives_everything_back(
    database: Database, tmp_path: Path
) -> None:
    shop = open_shop(database, tmp_path)
    counter = Counter(shop, start(shop, "group_buy", THREE_TOGETHER))
    wang, li, zhang = (shop.join(f"1380013800{number}") for number in range(3))
    shop.top_up(li, 10_000)

    # 王芳 pays cash, 李敏 with her stored value, 张伟 by his phone: the group is full.
    group = counter.open(wang, "cash")
    counter.join(group, li, "stored_value")
    assert shop.balances(li).principal_minor + shop.balances(li).bonus_minor == 11_000 - 990
    full = counter.join(group, zhang, "external")
    assert (full["state"], full["seats_taken"]) == ("filled", 3)
    assert len(facts_of(shop, "group.filled")) == 1
    assert differences(shop) == []

    # 王芳 and 李敏 try again, and nobody else comes.
    shop.pass_time(hours=1)
    lonely = counter.open(wang, "cash")
    counter.join(lonely, li, "stored_value")
    before = shop.balances(li)
    shop.pass_time(hours=2)
    work(shop, GROUPS)
    after = shop.balances(li)
    given = (after.principal_minor + after.bonus_minor) - (
        before.principal_minor + before.bonus_minor
    )
    assert given == 990
    (owed,) = facts_of(shop, "group.seat_refund_due")
    assert owed["amount_minor"] == 990

    # A cashier hands 王芳 her 9.90.
    with database.read() as read:
        seats = read.all(groups.SEATS_OF_MEMBER, member_id=wang)
    shop.run(PayBackSeat(seat_id=seats[0].id, reason="拼团未成，退现金"))
    assert differences(shop) == []

    # What 李敏's own statement says of her stored value, newest first.
    with database.read() as read:
        rows = ledger.statement_of(read, li).rows
    told = [(row.kind, row.amount) for row in rows if row.account == "principal"]
    assert told == [("hold_end", 900), ("hold", -900), ("hold", -900), ("top_up", 10_000)]
