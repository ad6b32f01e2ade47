"""Two months of a tea shop with its ready journeys on: each fires as its story says, and once."""

from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.jobs.birthdays import BIRTHDAYS
from regulars.storage.engine import Database, Statement
from regulars.storage.tables.messaging import message, message_template
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.ready_journeys import SwitchOn
from tests.journeys import AUTHOR, Walk
from tests.messaging import PostUnderTest, Provider
from tests.shops import ShopUnderTest, open_shop
from tests.workshops import run_out

ON = ("welcome", "birthday", "joined", "come_back", "second_visit", "big_bill", "tier_up")
_SENT = Statement(
    select(message_template.c.code, message.c.member_id, message.c.state)
    .join_from(message, message_template, message_template.c.id == message.c.template_id)
    .order_by(message.c.planned_at, message.c.id),
    lambda code, member_id, state: (code, member_id, state),
)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def walk(database: Database, tmp_path: Path, provider: Provider) -> Walk:
    """A shop at ten in the morning of 4 May, its ready journeys on."""
    opened = Walk(PostUnderTest(open_shop(database, tmp_path), [provider]))
    for code in ON:
        opened.shop.run(SwitchOn(code=code, channels=("sms",)), actor=AUTHOR)
    opened.judge()
    opened.on()
    opened.shop.pass_time(minutes=1)
    return opened


def joins(walk: Walk, phone: str, birthday: str) -> UUID:
    shop: ShopUnderTest = walk.shop
    member_id = shop.new_id()
    command = JoinMember(
        member_id=member_id,
        store_id=shop.store_id,
        identities=(IdentityText(kind=IdentityKind.PHONE, text=phone),),
        profile=(ProfileText(field=ProfileField.BIRTHDAY, text=birthday),),
        consents=(walk.post.choice(granted=True),),
    )
    shop.run(command)
    run_out(BIRTHDAYS.step, shop)
    return member_id


def sell(walk: Walk, member: UUID, product: str, price: int, quantity: int = 1) -> None:
    line = walk.shop.line(product, quantity=quantity)
    walk.shop.run(walk.shop.sale([line], member=member, cash=price * quantity))


def told(walk: Walk) -> Counter[tuple[str, UUID]]:
    """How often each text was planned for each member."""
    with walk.shop.database.read() as read:
        rows = read.all(_SENT)
    return Counter((code, member_id) for code, member_id, _ in rows)


def test_each_ready_journey_fires_as_its_story_says(walk: Walk, provider: Provider) -> None:
    wang = joins(walk, "13800138000", "1990-05-20")
    li = joins(walk, "13800138001", "1988-12-01")
    sell(walk, wang, "egg_tart", 800)
    walk.shop.pass_time(minutes=5)
    # A gift box of 60.00, six times: a bill of 360.00, and growth enough for the next tier.
    sell(walk, li, "gift_box", 6_000, quantity=6)
    for day in range(62):
        for _ in range(4):
            walk.later(hours=6)
            walk.post.work()
        if day in (3, 6):
            sell(walk, li, "egg_tart", 760)
    found = told(walk)
    assert found["ready_welcome", wang] == found["ready_welcome", li] == 1
    assert found["ready_birthday", wang] == 1
    assert found["ready_birthday", li] == 0
    assert found["ready_joined", wang] == 0
    # 王芳 came once and never again: asked back after ten days; 李敏 came again by herself.
    assert (found["ready_second_visit", wang], found["ready_second_visit", li]) == (1, 0)
    assert (found["ready_big_bill", wang], found["ready_big_bill", li]) == (0, 1)
    assert (found["ready_tier_up", wang], found["ready_tier_up", li]) == (0, 1)
    # 李敏 stayed away for 45 days after her third visit, and a week more; 王芳 had come only once.
    assert (found["ready_come_back", li], found["ready_last_call", li]) == (1, 1)
    assert found["ready_come_back", wang] == 0
    with walk.shop.database.read() as read:
        states = Counter(state for _, _, state in read.all(_SENT))
    assert set(states) == {"accepted"}
    assert len(provider.got) == len(found) == states["accepted"]
    assert all("{{" not in one.text for one in provider.got)
