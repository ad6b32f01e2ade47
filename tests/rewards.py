"""Programmes for tests: check-in, tasks, draws, things of the mall, started in the small tea shop.

draw_id = started(shop, ProgrammeKind.DRAW, A_DRAW)
drew = shop.run(DrawOnce(id=shop.new_id(), programme_id=draw_id, member_id=wang, …))
"""

from collections.abc import Callable
from datetime import timedelta
from time import sleep
from uuid import UUID

import pytest
from sqlalchemy import func, select

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.kernel.terms import Level
from regulars.domain.loyalty.gift import Gift
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.jobs.tasks import DONE_TASKS
from regulars.storage import fact_cursors
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.rewards import gift
from regulars.storage.tables.system import fact
from regulars.storage.verify import verify
from regulars.use_cases import gifts
from regulars.use_cases.check_ins import CheckInMember
from regulars.use_cases.draws import DrawOnce
from regulars.use_cases.mall import OrderFromMall
from regulars.use_cases.moment import Moment
from regulars.use_cases.programmes import SaveProgramme, StopProgramme
from regulars.use_cases.tasks import ClaimTask
from tests.shops import ShopUnderTest
from tests.workshops import run_out

LOOKS_MAX, LOOK_SECONDS = 200, 0.05
NEWEST_FACT: Statement[int | None] = Statement(select(func.max(fact.c.sequence)))
ITEMS = Statement[str](select(gift.c.item_zh).where(gift.c.item_zh.is_not(None)))


def saved(
    shop: ShopUnderTest,
    programme_id: UUID,
    kind: str,
    definition: object,
    *,
    seen: int = 0,
    ends_at: Instant | None = None,
    store_id: UUID | None = None,
) -> dict[str, object]:
    """A version of a programme of one store or the whole organisation, in force at once."""
    command = SaveProgramme(
        id=programme_id,
        seen=seen,
        kind=kind,
        name=Label("周年活动", "Anniversary"),
        level=Level.ORGANISATION if store_id is None else Level.STORE,
        place_id=store_id,
        definition=definition,
        effective_at=None,
        ends_at=ends_at,
    )
    return shop.run(command)


def started(
    shop: ShopUnderTest, kind: ProgrammeKind, definition: object, *, days: float | None = None
) -> UUID:
    """A programme of the whole organisation that runs from now on, for so many days."""
    programme_id = shop.new_id()
    ends_at = None if days is None else Instant(shop.now + timedelta(days=days))
    saved(shop, programme_id, kind.value, definition, ends_at=ends_at)
    return programme_id


def stopped(shop: ShopUnderTest, programme_id: UUID, *, seen: int = 1) -> None:
    """A programme that ends now."""
    shop.run(StopProgramme(id=programme_id, seen=seen))


def with_points(shop: ShopUnderTest, phone: str, points: int) -> UUID:
    """A member who was given so many points, on top of those for joining."""
    member_id = shop.join(phone)
    moment = Moment(
        now=shop.now,
        actor=shop.actor,
        command_id=shop.new_id(),
        new_id=shop.new_id,
        vault=shop.vault,
        shops=shop.shops,
    )

    def give(tx: Write) -> None:
        known = shop.shops.in_force(tx, shop.store_id, at=shop.now)
        gifts.give(
            tx,
            moment,
            member_id=member_id,
            gift=Gift(points=points),
            shop=known,
            occasion=f"test:{shop.new_id()}",
        )

    shop.database.write(give).result()
    return member_id


def sign_in(shop: ShopUnderTest, programme_id: UUID, member_id: UUID) -> dict[str, object]:
    """She signs in today."""
    return shop.run(
        CheckInMember(programme_id=programme_id, member_id=member_id, store_id=shop.store_id)
    )


def claim(shop: ShopUnderTest, programme_id: UUID, member_id: UUID) -> dict[str, object]:
    """She claims the gift of a task."""
    return shop.run(
        ClaimTask(programme_id=programme_id, member_id=member_id, store_id=shop.store_id)
    )


def draw(shop: ShopUnderTest, programme_id: UUID, member_id: UUID) -> dict[str, object]:
    """She draws once."""
    command = DrawOnce(
        id=shop.new_id(),
        programme_id=programme_id,
        member_id=member_id,
        store_id=shop.store_id,
    )
    return shop.run(command)


def order(shop: ShopUnderTest, programme_id: UUID, member_id: UUID) -> dict[str, object]:
    """She orders from the points mall."""
    command = OrderFromMall(
        id=shop.new_id(),
        programme_id=programme_id,
        member_id=member_id,
        store_id=shop.store_id,
    )
    return shop.run(command)


def refused(act: Callable[[], object]) -> str:
    """The code of the refusal."""
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def handed_out(shop: ShopUnderTest) -> list[str]:
    """The things that were given over the counter."""
    with shop.database.read() as read:
        return read.all(ITEMS)


def differences(shop: ShopUnderTest) -> list[str]:
    """What the books and the rewards disagree about."""
    with shop.database.read() as read:
        found = verify(read, lambda _: None).checks
    return [f"{check.name}: {one.what}" for check in found for one in check.differences]


def pay_done_tasks(shop: ShopUnderTest) -> None:
    """Let the shop's own job work until it has read all that happened.

    On PostgreSQL it waits for transactions of whoever else uses the server meanwhile.
    """
    for _ in range(LOOKS_MAX):
        run_out(DONE_TASKS.step, shop)
        with shop.database.read() as read:
            behind = fact_cursors.cursor_of(read, DONE_TASKS.name).position < (
                read.one(NEWEST_FACT) or 0
            )
        if not behind:
            return
        sleep(LOOK_SECONDS)
    raise AssertionError("the job never caught up")
