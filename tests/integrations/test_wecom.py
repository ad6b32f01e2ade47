"""WeCom: to outside contacts through staff, to staff directly; what became of it is asked."""

from pathlib import Path

import pytest

from regulars.domain.messaging.callback import CallNotProvenError
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import (
    Accepted,
    InDoubt,
    Outgoing,
    ReceiptState,
    Refused,
    SendInDoubt,
)
from regulars.integrations.wecom.sender import WeCom
from tests.integrations.loopback import (
    MESSAGE_ID,
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
    "WECOM_CORP_ID": "ww0001",
    "WECOM_SECRET": "secret",
    "WECOM_AGENT_ID": "1000002",
    "WECOM_STAFF": "lina",
    "WECOM_CALLBACK_TOKEN": TOKEN,
    "WECOM_CALLBACK_AES_KEY": AES_KEY,
}
PASS = said({"errcode": 0, "errmsg": "ok", "access_token": "T1", "expires_in": 7200})
SECOND_PASS = said({"errcode": 0, "access_token": "T2", "expires_in": 7200})
TAKEN = said({"errcode": 0, "errmsg": "ok", "msgid": "msgGC01", "fail_list": []})
GUEST = "wmEAlECwAA-1hGhFEXQ4J9sN2bWcAAAA"


def sender(home: Path, url: str = "https://nowhere.example", **more: str) -> WeCom:
    return WeCom(keyring(home, **{**KEYS, **more}), desk(), endpoint=url)


def to(address: str = GUEST) -> Outgoing:
    return outgoing(channel=Channel.WECOM, address=address, text="小雨，券还有 3 天到期")


def test_a_guest_is_written_to_through_the_member_of_staff(tmp_path: Path) -> None:
    with provider([PASS, TAKEN]) as there:
        answer = sender(tmp_path, there.url).send(to())
    assert answer == Accepted(provider_id="msgGC01", cost_micro=0)
    fetched, sent = there.asked
    assert (fetched.method, fetched.path) == ("GET", "/cgi-bin/gettoken")
    assert fetched.query == {"corpid": "ww0001", "corpsecret": "secret"}
    assert (sent.path, sent.query) == (
        "/cgi-bin/externalcontact/add_msg_template",
        {"access_token": "T1"},
    )
    assert sent.json() == {
        "chat_type": "single",
        "external_userid": [GUEST],
        "sender": "lina",
        "text": {"content": "小雨，券还有 3 天到期"},
    }


@pytest.mark.parametrize("staff", ["wangfang", "wong", "wmei.li@tea"])
def test_staff_are_written_to_directly_and_never_twice_the_same(tmp_path: Path, staff: str) -> None:
    with provider([PASS, said({"errcode": 0, "msgid": "m1", "invaliduser": ""})]) as there:
        assert isinstance(sender(tmp_path, there.url).send(to(staff)), Accepted)
    sent = there.asked[1].json()
    assert there.asked[1].path == "/cgi-bin/message/send"
    assert (sent["touser"], sent["agentid"], sent["msgtype"]) == (staff, 1_000_002, "text")
    assert (sent["enable_duplicate_check"], sent["duplicate_check_interval"]) == (1, 14_400)


@pytest.mark.parametrize("address", ["@all", "wangfang|lina", "", "a b", "王芳", "a" * 65])
def test_what_names_nobody_or_several_is_refused_for_good(tmp_path: Path, address: str) -> None:
    with provider([PASS, TAKEN]) as there:
        answer = sender(tmp_path, there.url).send(to(address))
        assert there.asked == []
    assert answer == Refused(code="address_malformed", final=True)


@pytest.mark.parametrize(
    ("said_no", "answer"),
    [
        (
            said({"errcode": 0, "fail_list": [GUEST], "msgid": "m"}),
            Refused(code="wecom_nobody_by_this_id", final=True),
        ),
        (
            said({"errcode": 0, "invaliduser": "x", "msgid": "m"}),
            Refused(code="wecom_nobody_by_this_id", final=True),
        ),
        (
            said({"errcode": 0, "unlicenseduser": "x", "msgid": "m"}),
            Refused(code="wecom_without_licence", final=False),
        ),
        (said({"errcode": 84061}), Refused(code="wecom_84061", final=True)),
        (
            said({"errcode": 45009}),
            Refused(code="wecom_45009", final=False, retry_after_seconds=3_600),
        ),
        (said({"errcode": 48002}), Refused(code="wecom_48002", final=False)),
    ],
)
def test_a_code_is_a_refusal_for_certain(
    tmp_path: Path, said_no: Answering, answer: Refused
) -> None:
    with provider([PASS, said_no]) as there:
        assert sender(tmp_path, there.url).send(to()) == answer


def test_a_spent_pass_is_renewed_once(tmp_path: Path) -> None:
    spent = said({"errcode": 42001, "errmsg": "expired"})
    with provider([PASS, spent, SECOND_PASS, TAKEN]) as there:
        assert isinstance(sender(tmp_path, there.url).send(to()), Accepted)
    assert there.asked[3].query == {"access_token": "T2"}
    with provider([PASS, spent, SECOND_PASS, spent]) as there:
        answer = sender(tmp_path, there.url).send(to())
    assert answer == Refused(code="wecom_42001", final=False)


@pytest.mark.parametrize("badly", [cut, half, silent, said(b"no"), said({}), said({}, status=500)])
def test_without_a_clear_answer_it_is_in_doubt_and_not_sent_again(
    tmp_path: Path, badly: Answering
) -> None:
    with provider([PASS, badly]) as there:
        with pytest.raises(SendInDoubt):
            sender(tmp_path, there.url).send(to())
        assert len(there.asked) == 2


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (0, ReceiptState.ACCEPTED),
        (1, ReceiptState.DELIVERED),
        (2, ReceiptState.FAILED),
        (3, ReceiptState.FAILED),
    ],
)
def test_whether_staff_have_sent_it_is_asked(
    tmp_path: Path, status: int, state: ReceiptState
) -> None:
    doubt = InDoubt(id=MESSAGE_ID, address=GUEST, provider_id="msgGC01", handed_at=NOW)
    row = {"external_userid": GUEST, "userid": "lina", "status": status, "send_time": 1_795_312_800}
    other = {**row, "external_userid": "wmOTHER", "status": 1}
    with provider([PASS, said({"errcode": 0, "send_list": [other, row]})]) as there:
        found = sender(tmp_path, there.url).ask(doubt)
    assert found is not None
    assert (found.state, found.message_id) == (state, MESSAGE_ID)
    assert there.asked[1].json()["msgid"] == "msgGC01"
    with provider([PASS, cut]) as there:
        assert sender(tmp_path, there.url).ask(doubt) is None


def test_what_is_written_to_the_shop_is_heard_and_proved(tmp_path: Path) -> None:
    wrote = (
        f"<xml><FromUserName><![CDATA[{GUEST}]]></FromUserName><CreateTime>1795312800</CreateTime>"
        "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[TD]]></Content><MsgId>9</MsgId></xml>"
    )
    one = sender(tmp_path)
    (inbound,) = one.hear(sealed_call("wecom", wrote, receiver="ww0001"), now=NOW).heard.inbound
    assert (inbound.channel, inbound.address, inbound.text) == (Channel.WECOM, GUEST, "TD")
    echo = sealed_call("wecom", "1616140317555161061", receiver="ww0001", method="GET")
    assert one.hear(echo, now=NOW).body == b"1616140317555161061"
    for wrong in (
        open_call("wecom", wrote),
        sealed_call("wecom", wrote, receiver="ww0002"),
        sealed_call("wecom", wrote, receiver="ww0001", token="other"),
    ):
        with pytest.raises(CallNotProvenError):
            one.hear(wrong, now=NOW)


def test_it_says_what_is_missing(tmp_path: Path) -> None:
    assert len(WeCom(keyring(tmp_path), desk()).missing()) == 4
    assert sender(tmp_path, WECOM_AGENT_ID="seven").missing() == ("REGULARS_WECOM_AGENT_ID",)
