"""Programmes that a test starts, the shop's own jobs that it lets run, and the books proved.

ten_cups = start(shop, "pass", TEN_CUPS)
work(shop, PASSES)
assert differences(shop) == []
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.terms import Level
from regulars.jobs.job import Job
from regulars.storage.columns import Words
from regulars.storage.statement import Statement
from regulars.storage.tables.system import fact
from regulars.storage.verify import QUESTIONS, groups, passes, referrals
from regulars.storage.verify.report import Difference
from regulars.use_cases.programmes import SaveProgramme
from tests.shops import ShopUnderTest
from tests.workshops import run_out

_FACTS: Statement[Mapping[str, object]] = Statement(
    select(fact.c.body)
    .where(fact.c.kind == bindparam("of_kind", type_=Words()))
    .order_by(fact.c.id)
)
TEN_CUPS: Mapping[str, object] = {
    "code": "TEA10",
    "price_minor": 15_000,
    "uses": 10,
    "valid_days": 90,
    "covers_zh": "任意奶茶一杯",
    "covers_en": "Any milk tea",
    "freeze_days_max": 30,
    "transferable": True,
    "refund": {"rule": "by_list_price", "list_price_minor": 1_800},
    "remind_days": 7,
}
FRIENDS: Mapping[str, object] = {
    "inviter": {"points": 200},
    "invited": {"points": 50, "coupon_types": ["TEN"]},
    "min_due_minor": 1_000,
    "window_days": 14,
    "join_days": 7,
    "order_days": 90,
    "rush_max": 3,
}
THREE_TOGETHER: Mapping[str, object] = {
    "deal_zh": "三人团奶茶",
    "deal_en": "Tea for three",
    "coupon_type": "TEN",
    "price_minor": 990,
    "seats": 3,
    "open_minutes": 120,
    "per_member_max": 2,
}


def start(
    shop: ShopUnderTest,
    kind: str,
    definition: Mapping[str, object],
    *,
    store_id: UUID | None = None,
) -> UUID:
    """A programme of one store or of the whole chain, in force from now on."""
    programme_id = shop.new_id()
    shop.run(
        SaveProgramme(
            id=programme_id,
            seen=0,
            kind=kind,
            name=Label("活动", "Programme"),
            level=Level.ORGANISATION if store_id is None else Level.STORE,
            place_id=store_id,
            definition=dict(definition),
            effective_at=None,
            ends_at=None,
        )
    )
    return programme_id


def work(shop: ShopUnderTest, job: Job) -> int:
    """Let one job do all that is due; in how many steps."""
    return run_out(job.step, shop)


def differences(shop: ShopUnderTest) -> list[tuple[str, Difference]]:
    """Every difference that the proof of the books finds."""
    own = (*passes.QUESTIONS, *referrals.QUESTIONS, *groups.QUESTIONS)
    with shop.database.read() as read:
        return [
            (question.name, one)
            for question in dict.fromkeys((*QUESTIONS, *own))
            for one in question.asked(read).differences
        ]


def facts_of(shop: ShopUnderTest, kind: str) -> list[Mapping[str, object]]:
    """The bodies of all facts of a kind, oldest first."""
    with shop.database.read() as read:
        return read.all(_FACTS, of_kind=kind)
