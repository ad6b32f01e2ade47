"""WeChat: the pass is fetched once and renewed, messages go in approved words, calls are proved."""

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.callback import Call, CallNotProvenError
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import (
    Accepted,
    Outgoing,
    Receipt,
    ReceiptState,
    Refused,
    SendInDoubt,
)
from regulars.integrations.wechat.sender import WeChat, fitting
from regulars.integrations.wechat.tokens import Token, Tokens
from tests.integrations.loopback import (
    MESSAGE_ID,
    NAME,
    NOW,
    Answering,
    cut,
    desk,
    half,
    keyring,
    outgoing,
    provider,
    said,
    silent,
)
from tests.integrations.sealing import AES_KEY, TOKEN, open_call, sealed_call

KEYS = {
    "WECHAT_APP_ID": "wx0001",
    "WECHAT_SECRET": "secret",
    "WECHAT_PAGE": "pages/wallet",
    "WECHAT_CALLBACK_TOKEN": TOKEN,
}
PASS = said({"access_token": "T1", "expires_in": 7200})
SECOND_PASS = said({"access_token": "T2", "expires_in": 7200})
TAKEN = said({"errcode": 0, "errmsg": "ok", "msgid": 294402298110051942})
OPENID = "oABCD1234"
WORDS = "sms_aliyun=SMS_1; wechat=ngqIpb-1(thing1:name,number2:days)"


def sender(home: Path, url: str = "https://nowhere.example", **more: str) -> WeChat:
    return WeChat(keyring(home, **KEYS, **more), desk(), endpoint=url)


def to_guest(words: str | None = WORDS) -> Outgoing:
    return outgoing(channel=Channel.WECHAT, address=OPENID, provider_template=words)


def test_a_subscription_message_goes_in_the_approved_words(tmp_path: Path) -> None:
    with provider([PASS, TAKEN]) as there:
        one = sender(tmp_path, there.url)
        answers = [one.send(to_guest()), one.send(to_guest())]
    assert answers == [Accepted(provider_id="294402298110051942", cost_micro=0)] * 2
    fetched, first, second = there.asked
    assert fetched.path == "/cgi-bin/stable_token"
    assert fetched.json() == {
        "grant_type": "client_credential",
        "appid": "wx0001",
        "secret": "secret",
    }
    assert (first.path, first.query) == ("/cgi-bin/message/subscribe/send", {"access_token": "T1"})
    assert second.query == first.query
    assert first.json() == {
        "touser": OPENID,
        "template_id": "ngqIpb-1",
        "data": {"thing1": {"value": NAME}, "number2": {"value": "3"}},
        "page": "pages/wallet",
        "lang": "zh_CN",
    }


def test_a_template_message_carries_our_id_so_that_wechat_sends_it_once(tmp_path: Path) -> None:
    with provider([PASS, TAKEN]) as there:
        sender(tmp_path, there.url, WECHAT_KIND="service_account").send(to_guest())
    assert there.asked[1].path == "/cgi-bin/message/template/send"
    assert there.asked[1].json()["client_msg_id"] == MESSAGE_ID.hex


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_spent_pass_is_renewed_once_and_the_message_sent_again(tmp_path: Path, code: int) -> None:
    refused = said({"errcode": code, "errmsg": "no"})
    with provider([PASS, refused, SECOND_PASS, TAKEN]) as there:
        assert isinstance(sender(tmp_path, there.url).send(to_guest()), Accepted)
    assert [asked.query.get("access_token") for asked in there.asked] == [None, "T1", None, "T2"]
    with provider([PASS, refused, SECOND_PASS, refused]) as there:
        answer = sender(tmp_path, there.url).send(to_guest())
        assert len(there.asked) == 4
    assert answer == Refused(code=f"wechat_{code}", final=False)


@pytest.mark.parametrize(
    ("code", "final", "later"),
    [
        (43101, True, None),
        (40003, True, None),
        (47003, False, None),
        (45009, False, 43_200),
        (-1, False, 30),
    ],
)
def test_a_code_is_a_refusal_for_certain(
    tmp_path: Path, code: int, final: bool, later: int | None
) -> None:
    with provider([PASS, said({"errcode": code, "errmsg": f"{OPENID} no"})]) as there:
        answer = sender(tmp_path, there.url).send(to_guest())
    assert answer == Refused(code=f"wechat_{code}", final=final, retry_after_seconds=later)


@pytest.mark.parametrize(
    "badly", [cut, half, silent, said(b"<html>"), said({}), said({}, status=502)]
)
def test_without_a_clear_answer_it_is_in_doubt_and_not_sent_again(
    tmp_path: Path, badly: Answering
) -> None:
    with provider([PASS, badly]) as there:
        with pytest.raises(SendInDoubt):
            sender(tmp_path, there.url).send(to_guest())
        assert len(there.asked) == 2


@pytest.mark.parametrize(
    ("badly", "code"),
    [
        (cut, "token_answer_cut"),
        (said({"errcode": 40125, "errmsg": "invalid appsecret"}), "token_40125"),
        (said({}), "token_unread"),
    ],
)
def test_without_a_pass_nothing_leaves_and_nothing_is_in_doubt(
    tmp_path: Path, badly: Answering, code: str
) -> None:
    with provider([badly]) as there:
        answer = sender(tmp_path, there.url).send(to_guest())
        assert len(there.asked) == 1
    assert answer == Refused(code=code, final=False)


def test_what_it_cannot_send_never_leaves(tmp_path: Path) -> None:
    with provider([PASS, TAKEN]) as there:
        unworded = sender(tmp_path, there.url).send(to_guest("sms_aliyun=SMS_1"))
        strange = sender(tmp_path, there.url, WECHAT_KIND="fax")
        assert strange.send(to_guest()) == Refused(code="not_configured", final=False)
        assert there.asked == []
    assert unworded == Refused(code="no_approved_wording", final=False)
    assert strange.missing() == ("REGULARS_WECHAT_KIND",)


def test_a_value_is_as_long_as_its_field_takes() -> None:
    assert fitting("thing1", "茶" * 20) == "茶" * 20
    assert fitting("thing1", "茶" * 21) == "茶" * 19 + "…"
    assert fitting("amount2", "¥" + "1" * 40) == "¥" + "1" * 40


def test_a_pass_is_renewed_before_it_ends_and_by_one_of_many() -> None:
    fetched: list[Token] = []
    now = [NOW]

    def fetch() -> Token:
        fetched.append(Token(f"T{len(fetched)}", Instant(now[0] + timedelta(hours=2))))
        return fetched[-1]

    tokens = Tokens(fetch, lambda: now[0])
    threads = [threading.Thread(target=tokens.get) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fetched) == 1
    now[0] = Instant(NOW + timedelta(minutes=114))
    assert tokens.get() is fetched[0]
    now[0] = Instant(NOW + timedelta(minutes=116))
    assert tokens.get() is fetched[1]
    assert tokens.get(instead_of=fetched[0]) is fetched[1]
    assert tokens.get(instead_of=fetched[1]) is fetched[2]


def test_those_who_waited_for_a_pass_that_was_refused_do_not_ask_for_it_again() -> None:
    asked: list[int] = []
    all_there = threading.Barrier(8)

    def fetch() -> Refused:
        asked.append(1)
        time.sleep(0.5)
        return Refused(code="token_40125", final=False)

    def wait() -> None:
        all_there.wait()
        found.append(tokens.get())

    tokens = Tokens(fetch, lambda: NOW)
    found: list[Token | Refused] = []
    threads = [threading.Thread(target=wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Refused(code="token_40125", final=False)] * 8
    assert len(asked) == 1
    tokens.get()
    assert len(asked) == 2, "who comes later asks again"


TEMPLATE_DONE = (
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oABCD1234]]></FromUserName>"
    "<CreateTime>1795312800</CreateTime><MsgType><![CDATA[event]]></MsgType>"
    "<Event><![CDATA[TEMPLATESENDJOBFINISH]]></Event><MsgID>200163836</MsgID>"
    "<Status><![CDATA[{status}]]></Status></xml>"
)
SUBSCRIPTION_DONE = (
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oABCD1234]]></FromUserName>"
    "<CreateTime>1795312800</CreateTime><MsgType><![CDATA[event]]></MsgType>"
    "<Event><![CDATA[subscribe_msg_sent_event]]></Event><SubscribeMsgSentEvent><List>"
    "<TemplateId><![CDATA[x]]></TemplateId><MsgID>1700827132819554304</MsgID>"
    "<ErrorCode>{code}</ErrorCode><ErrorStatus><![CDATA[s]]></ErrorStatus>"
    "</List></SubscribeMsgSentEvent></xml>"
)
WROTE = (
    "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oABCD1234]]></FromUserName>"
    "<CreateTime>1795312800</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[退订]]></Content><MsgId>1234567890123456</MsgId></xml>"
)


@pytest.mark.parametrize(
    ("body", "theirs", "state", "code"),
    [
        (TEMPLATE_DONE.format(status="success"), "200163836", ReceiptState.DELIVERED, None),
        (
            TEMPLATE_DONE.format(status="failed:user block"),
            "200163836",
            ReceiptState.FAILED,
            "failed:user_block",
        ),
        (SUBSCRIPTION_DONE.format(code=0), "1700827132819554304", ReceiptState.DELIVERED, None),
        (
            SUBSCRIPTION_DONE.format(code=43101),
            "1700827132819554304",
            ReceiptState.FAILED,
            "wechat_43101",
        ),
    ],
)
def test_receipts_are_heard(
    tmp_path: Path, body: str, theirs: str, state: ReceiptState, code: str | None
) -> None:
    told = sender(tmp_path).hear(open_call("wechat", body), now=NOW)
    assert told.heard.receipts == (Receipt(state=state, at=NOW, provider_id=theirs, code=code),)
    assert told.body == b"success"


def test_what_a_guest_writes_is_heard(tmp_path: Path) -> None:
    (inbound,) = sender(tmp_path).hear(open_call("wechat", WROTE), now=NOW).heard.inbound
    assert (inbound.channel, inbound.address, inbound.text) == (Channel.WECHAT, OPENID, "退订")
    assert inbound.provider_id == "1234567890123456"


def test_the_address_is_proved_when_it_is_typed_into_the_console(tmp_path: Path) -> None:
    call = open_call("wechat", method="GET", echostr="5838479218127813673")
    assert sender(tmp_path).hear(call, now=NOW).body == b"5838479218127813673"


def test_in_safe_mode_only_sealed_calls_are_heard(tmp_path: Path) -> None:
    safe = sender(tmp_path, WECHAT_CALLBACK_AES_KEY=AES_KEY)
    (inbound,) = safe.hear(sealed_call("wechat", WROTE, receiver="wx0001"), now=NOW).heard.inbound
    assert inbound.text == "退订"
    for wrong in (
        open_call("wechat", WROTE),
        sealed_call("wechat", WROTE, receiver="wx9999"),
        sealed_call("wechat", WROTE, receiver="wx0001", token="other"),
        sealed_call("wechat", "no xml", receiver="wx0001"),
    ):
        with pytest.raises(CallNotProvenError):
            safe.hear(wrong, now=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        open_call("wechat", WROTE, token="other"),
        open_call("wechat", WROTE, token=""),
        open_call("wechat", WROTE, at=str(int(NOW.timestamp()) - 3_600)),
        open_call("wechat", WROTE, at=str(int(NOW.timestamp()) + 3_600)),
        open_call("wechat", WROTE, at="soon"),
        open_call("wechat", WROTE, nonce="changed"),
        open_call("wechat", "no xml"),
        open_call("wechat", method="GET", echostr="1", nonce="changed"),
    ],
)
def test_a_call_that_is_not_proved_is_not_heard(tmp_path: Path, wrong: Call) -> None:
    with pytest.raises(CallNotProvenError):
        sender(tmp_path).hear(wrong, now=NOW)
    with pytest.raises(CallNotProvenError):
        WeChat(keyring(tmp_path), desk()).hear(wrong, now=NOW)
