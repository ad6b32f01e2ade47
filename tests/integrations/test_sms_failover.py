"""Two real SMS senders behind the shop's own post: the second is tried after a refusal, never after
a doubt."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Senders
from regulars.integrations.calling.caller import Caller, Patience
from regulars.integrations.calling.reach import Reach
from regulars.integrations.keyring import Desk
from regulars.integrations.sms_aliyun.sender import AliyunSms
from regulars.integrations.sms_tencent.sender import TencentSms
from regulars.jobs.job import Workshop
from regulars.jobs.messages import Post
from regulars.jobs.receipts import Asking
from regulars.storage.engine import Database, open_database
from regulars.use_cases.message_receipts import Hear
from tests.integrations import test_sms_aliyun, test_sms_tencent
from tests.integrations.loopback import Answering, Provider, cut, keyring, provider, said, silent
from tests.messaging import PostUnderTest, body, variant
from tests.shops import open_shop

PHONE = "13800138000"
WORDS = "sms_aliyun=SMS_1; sms_tencent=1110(name)"
ALIYUN_TAKES = said({"Code": "OK", "BizId": "b1"})
TENCENT_TAKES = test_sms_tencent.status("Ok")


class TwoProviders(PostUnderTest):
    """A shop whose post has two SMS providers on this machine."""

    senders: Senders

    def workshop(self, database: Database | None = None) -> Workshop:
        """With the real senders."""
        return replace(super().workshop(database), senders=self.senders)


@contextmanager
def opened(
    sqlite_url: str, home: Path, aliyun: list[Answering], tencent: list[Answering]
) -> Iterator[tuple[TwoProviders, Provider, Provider]]:
    database = open_database(sqlite_url)
    try:
        with provider(aliyun) as first, provider(tencent) as second:
            shop = open_shop(database, home)
            post = TwoProviders(shop, [])
            caller = Caller(Reach(loopback=True), Patience(connect=0.5, wait=0.3, whole=0.6))
            desk = Desk(caller=caller, clock=lambda: shop.now, entropy=shop.entropy.randbytes)
            ring = keyring(home, **test_sms_aliyun.KEYS, **test_sms_tencent.KEYS)
            post.senders = {
                Channel.SMS: (
                    AliyunSms(ring, desk, endpoint=first.url),
                    TencentSms(ring, desk, endpoint=second.url),
                )
            }
            texts = [
                variant(
                    "sms",
                    language,
                    '【正茶】{{name|fallback:"朋友"}}，好久不见，拒收请回复R',
                    provider_template=WORDS,
                    variables={"name": '{{name|fallback:"朋友"}}'},
                )
                for language in ("zh-CN", "en")
            ]
            post.template(body(*texts))
            yield post, first, second
    finally:
        database.close()


def sent(post: PostUnderTest) -> UUID:
    member = post.member(PHONE, name="林小雨")
    message = post.plan(post.planned(member, "run:1"))["run:1"]
    post.work_through(minutes=10)
    return message


def outcome(post: PostUnderTest, message: UUID) -> tuple[str, str | None]:
    row = post.row(message)
    return row.state, row.provider


REFUSED: Mapping[str, list[Answering]] = {
    "no money": [said({"Code": "isv.AMOUNT_NOT_ENOUGH"})],
    "wrong key": [said({"Code": "InvalidAccessKeyId.NotFound"}, status=404)],
    "moved away": [said({}, status=302)],
}


@pytest.mark.parametrize("why", sorted(REFUSED))
def test_after_a_certain_refusal_the_second_provider_sends(
    sqlite_url: str, tmp_path: Path, why: str
) -> None:
    with opened(sqlite_url, tmp_path, REFUSED[why], [TENCENT_TAKES]) as (post, first, second):
        message = sent(post)
        assert outcome(post, message) == ("accepted", "sms_tencent")
        assert (len(first.asked), len(second.asked)) == (1, 1)
        assert second.asked[0].json()["TemplateParamSet"] == ["林小雨"]


@pytest.mark.parametrize("badly", [cut, said(b"<html>"), said({}, status=502)])
def test_after_a_doubt_nobody_sends_again_until_the_doubt_is_settled(
    sqlite_url: str, tmp_path: Path, badly: Answering
) -> None:
    with opened(sqlite_url, tmp_path, [badly], [TENCENT_TAKES]) as (post, first, second):
        message = sent(post)
        post.work_through(hours=3)
        assert outcome(post, message) == ("unknown", "sms_aliyun")
        assert (len(first.asked), len(second.asked)) == (1, 0)


def test_a_number_that_nobody_can_reach_is_not_offered_to_the_second(
    sqlite_url: str, tmp_path: Path
) -> None:
    no_number = [said({"Code": "isv.MOBILE_NUMBER_ILLEGAL"})]
    with opened(sqlite_url, tmp_path, no_number, [TENCENT_TAKES]) as (post, _, second):
        message = sent(post)
        assert post.row(message).state == "failed"
        assert second.asked == []


def test_a_doubt_is_settled_by_asking_the_first_provider(sqlite_url: str, tmp_path: Path) -> None:
    found = said(
        test_sms_aliyun.listed(test_sms_aliyun.sent("0193a000-0000-7000-8000-00000000ffff", 3))
    )
    with opened(sqlite_url, tmp_path, [cut, found], [TENCENT_TAKES]) as (post, first, second):
        message = sent(post)
        post.shop.pass_time(minutes=2)
        asking = Asking()
        asking.round(post.workshop())
        assert post.row(message).state == "unknown"
        assert first.asked[-1].headers["x-acs-action"] == "QuerySendDetails"
        assert second.asked == []


def test_a_providers_receipt_for_another_providers_message_changes_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    with opened(sqlite_url, tmp_path, [ALIYUN_TAKES], [TENCENT_TAKES]) as (post, _, _second):
        message = sent(post)
        aliyun = post.senders[Channel.SMS][0]
        assert isinstance(aliyun, AliyunSms)
        report = [{"success": True, "out_id": str(message), "biz_id": "b1"}]
        heard = aliyun.hear(test_sms_aliyun.call(report), now=post.shop.now).heard
        post.shop.run(Hear(provider="sms_tencent", heard=heard))
        assert post.row(message).state == "accepted"
        for _ in range(2):
            post.shop.run(Hear(provider="sms_aliyun", heard=heard))
        assert post.row(message).state == "delivered"
        states = [state for state, _ in post.events(message)]
        assert states == ["handed", "accepted", "delivered"]


def test_the_post_closes_while_a_provider_is_slow(sqlite_url: str, tmp_path: Path) -> None:
    with opened(sqlite_url, tmp_path, [silent], [TENCENT_TAKES]) as (post, first, _):
        member = post.member(PHONE)
        message = post.plan(post.planned(member, "run:1"))["run:1"]
        post.shop.pass_time(minutes=10)
        working = Post(post.workshop())
        working.round()
        working.close()
        assert outcome(post, message) == ("unknown", "sms_aliyun")
        assert len(first.asked) == 1
