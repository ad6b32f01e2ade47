"""What the till tells a member: looked at when it is read, not only when it was laid out."""

from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.members.consent import Channel as Way
from regulars.domain.members.consent import Purpose as Wish
from regulars.domain.messaging.channels import Channel
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from regulars.use_cases.message_prompts import prompts_for
from tests.messaging import PostUnderTest, Provider, body, variant
from tests.shops import open_shop

PHONE = "13800138000"
TEXTS = (variant("till", "zh-CN", "您有一张券"), variant("till", "en", "There is a coupon"))


@pytest.fixture
def post(database: Database, tmp_path: Path) -> PostUnderTest:
    opened = PostUnderTest(open_shop(database, tmp_path), [Provider("till", Channel.TILL)])
    opened.template(body(*TEXTS))
    return opened


def guest(post: PostUnderTest) -> UUID:
    member = post.member(PHONE)
    post.choose(member, post.choice(granted=True, way=Way.PROFILE, wish=Wish.PERSONALISATION))
    return member


def shown(post: PostUnderTest, member: UUID) -> int:
    with post.shop.database.read() as read:
        return len(prompts_for(read, post.shop.vault, member, now=post.shop.now))


def test_a_prompt_is_not_read_out_once_she_has_said_no(post: PostUnderTest) -> None:
    member = guest(post)
    post.plan(post.planned(member, "one", channels=(Channel.TILL,)))
    post.work()
    assert shown(post, member) == 1
    post.shop.pass_time(seconds=1)
    no = post.choice(granted=False, way=Way.PROFILE, wish=Wish.PERSONALISATION)
    post.choose(member, no)
    assert shown(post, member) == 0


def test_a_prompt_about_a_coupon_ends_when_that_is_used(post: PostUnderTest) -> None:
    member = guest(post)
    shop = post.shop
    coupon = shop.coupon(member, "TEN")
    post.plan(post.planned(member, "one", channels=(Channel.TILL,), coupon_id=coupon))
    post.work()
    assert shown(post, member) == 1
    chosen = Choices(coupons=(coupon,))
    shop.run(shop.sale([shop.line("milk_tea")], member=member, cash=800, choices=chosen))
    assert shown(post, member) == 0
