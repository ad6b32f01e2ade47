"""老友归来 (C5, C7): who stays away is written to once, by a shop that keeps every promise of silence."""

from datetime import timedelta
from pathlib import Path

from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Heard, Inbound, Receipt, ReceiptState
from regulars.domain.pricing.basket import Choices
from regulars.storage.engine import Database
from regulars.use_cases.message_receipts import Hear
from tests.inviting import differences
from tests.messaging import PostUnderTest, Provider, body, variant
from tests.shops import open_shop

TEXTS = (
    variant(
        "sms",
        "zh-CN",
        '【山野茶事】{{name|fallback:"老朋友"}}，好久不见！{{coupon|fallback:"一张券"}}已放进您的卡包，'
        '{{valid_until|date:"M月d日"}}前可用，拒收请回复R',
    ),
    variant(
        "sms",
        "en",
        'Long time no see, {{name|fallback:"friend"}}! {{coupon|fallback:"A coupon"}} is in your wallet'
        " until {{valid_until}}. Reply STOP to opt out",
    ),
)


def test_guests_who_stayed_away_are_written_to_as_each_of_them_allows(
    database: Database, tmp_path: Path
) -> None:
    provider = Provider()
    post = PostUnderTest(open_shop(database, tmp_path), [provider])
    shop = post.shop
    post.template(body(*TEXTS))
    wang = post.member("13800138000", name="王芳")
    smith = post.member("13900139000", name="Smith", language="en")
    silent = post.member("13700137000", allows=False)
    quick = post.member("13600136000")
    for guest in (wang, smith, silent, quick):
        shop.run(shop.sale([shop.line("milk_tea")], member=guest, cash=1_800))

    # Thirty days later, at half past ten at night, a coupon and a message are decided for each.
    shop.now = instant_from_iso("2026-06-03T22:30:00+08:00")
    coupons = {guest: shop.coupon(guest, "TEN") for guest in (wang, smith, silent, quick)}
    until = Instant(shop.now + timedelta(days=7))
    ids = post.plan(
        *[
            post.planned(
                guest,
                f"back:2026-06-03:{guest}",
                coupon_id=coupon,
                values={"coupon": "立减10元"},
                valid_until=until,
            )
            for guest, coupon in coupons.items()
        ]
    )
    messages = {guest: ids[f"back:2026-06-03:{guest}"] for guest in coupons}
    post.work_through(minutes=10)
    assert provider.got == [], "nobody is written to at night"

    # One of them comes back by herself and uses her coupon before the morning's message.
    shop.now = instant_from_iso("2026-06-04T08:30:00+08:00")
    chosen = Choices(coupons=(coupons[quick],))
    shop.run(shop.sale([shop.line("milk_tea")], member=quick, cash=800, choices=chosen))
    post.work_through(minutes=30)
    assert {sent.address: sent.text for sent in provider.got} == {
        "+8613800138000": "【山野茶事】王芳，好久不见！立减10元已放进您的卡包，6月10日前可用，拒收请回复R",
        "+8613900139000": "Long time no see, Smith! 立减10元 is in your wallet until 2026-06-10."
        " Reply STOP to opt out",
    }
    assert post.row(messages[silent]).reason == "no_consent"
    assert post.row(messages[quick]).reason == "offer_closed"

    # The provider tells; one of the two has had enough.
    delivered = Receipt(state=ReceiptState.DELIVERED, at=shop.now, message_id=messages[wang])
    stop = Inbound(channel=Channel.SMS, address="+8613900139000", text="STOP", at=shop.now)
    shop.run(Hear(provider="alpha", heard=Heard(receipts=(delivered,), inbound=(stop,))))
    shop.now = instant_from_iso("2026-06-08T11:00:00+08:00")
    again = post.plan(*[post.planned(guest, f"news:{guest}") for guest in (wang, smith)])
    post.work_through(minutes=10)
    assert [sent.address for sent in provider.got[2:]] == ["+8613800138000"]
    assert post.row(again[f"news:{smith}"]).reason == "no_consent"
    assert post.events(messages[wang]) == [
        ("queued", "quiet_hours"),
        ("handed", None),
        ("accepted", None),
        ("delivered", "receipt"),
    ]
    assert differences(shop) == []
