"""SMS by Tencent Cloud: signed as published, refused or in doubt as it answers, pulled and pushed."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.approved import Wording
from regulars.domain.messaging.callback import Call, CallNotProvenError
from regulars.domain.messaging.port import (
    Accepted,
    AsksReceipts,
    Heard,
    InDoubt,
    Receipt,
    ReceiptState,
    Refused,
    SendInDoubt,
)
from regulars.integrations.sms_tencent.sender import (
    PAGES_MAX,
    ROWS_MAX,
    TencentSms,
    in_order,
)
from regulars.integrations.sms_tencent.signing import authorization
from tests.integrations.loopback import (
    MESSAGE_ID,
    NAME,
    NOW,
    PHONE,
    Answering,
    Asked,
    cut,
    desk,
    half,
    keyring,
    outgoing,
    provider,
    said,
    silent,
)

KEYS = {
    "SMS_TENCENT_KEY_ID": "AKIDEXAMPLE",
    "SMS_TENCENT_SECRET": "secret",
    "SMS_TENCENT_APP_ID": "1400006666",
    "SMS_TENCENT_SIGN_NAME": "正茶",
    "SMS_TENCENT_CALLBACK_TOKEN": "typed-into-the-console-of-theirs",
}
TEMPLATES = "sms_aliyun=SMS_1;sms_tencent=1110(days,name)"
PUBLISHED_BODY = (
    rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
)


def sender(home: Path, url: str = "https://nowhere.example", **more: str) -> TencentSms:
    return TencentSms(keyring(home, **{**KEYS, **more}), desk(), endpoint=url)


def answered(document: dict[str, object]) -> Answering:
    return said({"Response": {**document, "RequestId": "r"}})


def status(code: str, fee: int = 1) -> Answering:
    sent = {"SerialNo": "5000:1045", "Fee": fee, "Code": code, "Message": PHONE, "IsoCode": "CN"}
    return answered({"SendStatusSet": [sent]})


def failed(code: str) -> Answering:
    return answered({"Error": {"Code": code, "Message": f"{PHONE} is wrong"}})


def expected_signature(asked: Asked, secret: str) -> str:
    """Computed apart from the product: step by step as the documents have it."""
    names = asked.headers["authorization"].split("SignedHeaders=")[1].split(",")[0]
    assert {"content-type", "host"} <= set(names.split(";"))
    lines = "".join(f"{name}:{asked.headers[name].lower()}\n" for name in names.split(";"))
    hashed = hashlib.sha256(asked.body).hexdigest()
    canonical = f"POST\n/\n\n{lines}\n{names}\n{hashed}"
    stamp = int(asked.headers["x-tc-timestamp"])
    day = datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d")
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{stamp}\n{day}/sms/tc3_request\n{digest}"
    date_key = hmac.digest(b"TC3" + secret.encode(), day.encode(), "sha256")
    service_key = hmac.digest(date_key, b"sms", "sha256")
    return hmac.digest(
        hmac.digest(service_key, b"tc3_request", "sha256"), text.encode(), "sha256"
    ).hex()


@pytest.mark.parametrize(
    ("more", "signature"),
    [
        ({}, "2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c"),
        (
            {"x-tc-action": "DescribeInstances"},
            "be4f67d323c78ab9acb7395e43c0dbcf822a9cfac32fea2449a7bc7726b770a3",
        ),
    ],
)
def test_both_published_examples_have_their_published_signatures(
    more: dict[str, str], signature: str
) -> None:
    headers = {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"}
    signed = authorization(
        key_id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
        secret="Gu5t9xGARNpq86cd98joQYCN3*******",
        service="cvm",
        headers={**headers, **more},
        body=PUBLISHED_BODY,
        at=Instant(datetime.fromtimestamp(1_551_113_065, UTC)),
    )
    assert signed == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/2019-02-25/cvm/tc3_request,"
        f" SignedHeaders={';'.join(sorted({**headers, **more}))}, Signature={signature}"
    )


def test_a_message_is_sent_signed_with_its_values_in_order(tmp_path: Path) -> None:
    with provider([status("Ok", fee=2)]) as there:
        answer = sender(tmp_path, there.url).send(outgoing(provider_template=TEMPLATES))
    assert answer == Accepted(provider_id="5000:1045", parts=2)
    asked = there.asked[0]
    assert asked.json() == {
        "PhoneNumberSet": [PHONE],
        "SmsSdkAppId": "1400006666",
        "SignName": "正茶",
        "TemplateId": "1110",
        "TemplateParamSet": ["3", NAME],
        "SessionContext": str(MESSAGE_ID),
    }
    assert asked.headers["x-tc-action"] == "SendSms"
    assert asked.headers["x-tc-version"] == "2021-01-11"
    assert asked.headers["authorization"].endswith(
        f"Signature={expected_signature(asked, 'secret')}"
    )


@pytest.mark.parametrize(
    ("said_no", "answer"),
    [
        (
            status("FailedOperation.PhoneNumberInBlacklist"),
            Refused(code="FailedOperation.PhoneNumberInBlacklist", final=True),
        ),
        (
            status("InvalidParameterValue.IncorrectPhoneNumber"),
            Refused(code="InvalidParameterValue.IncorrectPhoneNumber", final=True),
        ),
        (
            status("LimitExceeded.PhoneNumberOneHourLimit"),
            Refused(
                code="LimitExceeded.PhoneNumberOneHourLimit",
                final=False,
                retry_after_seconds=3_600,
            ),
        ),
        (
            failed("AuthFailure.SignatureFailure"),
            Refused(code="AuthFailure.SignatureFailure", final=False),
        ),
        (
            failed("FailedOperation.InsufficientBalanceInSmsPackage"),
            Refused(code="FailedOperation.InsufficientBalanceInSmsPackage", final=False),
        ),
    ],
)
def test_a_code_is_a_refusal_for_certain(
    tmp_path: Path, said_no: Answering, answer: Refused
) -> None:
    with provider([said_no]) as there:
        assert sender(tmp_path, there.url).send(outgoing(provider_template=TEMPLATES)) == answer


@pytest.mark.parametrize(
    "badly",
    [
        cut,
        half,
        silent,
        said(b"<html>"),
        said({}),
        answered({"SendStatusSet": []}),
        failed("InternalError.Timeout"),
        status("InternalError.SendAndRecvFail"),
        said({}, status=502),
    ],
)
def test_without_a_clear_answer_it_is_in_doubt_and_not_sent_again(
    tmp_path: Path, badly: Answering
) -> None:
    with provider([badly]) as there:
        with pytest.raises(SendInDoubt):
            sender(tmp_path, there.url).send(outgoing(provider_template=TEMPLATES))
        assert len(there.asked) == 1


def test_what_it_cannot_send_never_leaves(tmp_path: Path) -> None:
    with provider([status("Ok")]) as there:
        one = sender(tmp_path, there.url)
        foreign = one.send(outgoing(address="+14155550100", provider_template=TEMPLATES))
        unworded = one.send(outgoing(provider_template=None))
        bare = TencentSms(keyring(tmp_path), desk(), endpoint=there.url)
        unset = bare.send(outgoing(provider_template=TEMPLATES))
        assert there.asked == []
    assert foreign == Refused(code="region_not_served", final=False)
    assert unworded == Refused(code="no_approved_wording", final=False)
    assert unset == Refused(code="not_configured", final=False)
    assert len(bare.missing()) == 4


def test_values_go_in_the_order_of_the_wording_or_not_at_all() -> None:
    listed = Wording("1", (("b", "b"), ("a", "a")))
    bare = Wording("1", None)
    assert in_order(listed, {"a": "1", "b": "2"}) == ["2", "1"]
    assert in_order(bare, {"10": "c", "2": "b", "1": "a"}) == ["a", "b", "c"]
    assert in_order(bare, {"name": "李敏"}) == ["李敏"]
    assert in_order(bare, {}) == []
    assert in_order(bare, {"name": "李敏", "days": "3"}) is None


PULLED = {
    "UserReceiveTime": 1_795_312_800,
    "CountryCode": "86",
    "SubscriberNumber": "13800138000",
    "PhoneNumber": PHONE,
    "SerialNo": "5000:1045",
    "ReportStatus": "SUCCESS",
    "Description": "DELIVRD",
}
PULLED_REPLY = {
    "CountryCode": "86",
    "PhoneNumber": PHONE,
    "SubscriberNumber": "13800138000",
    "ReplyContent": "退订",
    "ReplyTime": 1_795_312_800,
}
DELIVERED = Receipt(
    state=ReceiptState.DELIVERED,
    at=Instant(datetime.fromtimestamp(1_795_312_800, UTC)),
    provider_id="5000:1045",
)


def test_receipts_and_replies_are_pulled_where_the_shop_asks_for_them(tmp_path: Path) -> None:
    states = answered({"PullSmsSendStatusSet": [PULLED]})
    replies = answered({"PullSmsReplyStatusSet": [PULLED_REPLY]})
    with provider([states, replies]) as there:
        one = sender(tmp_path, there.url, SMS_TENCENT_POLL="on")
        assert isinstance(one, AsksReceipts)
        heard = one.poll(now=NOW)
    assert heard.receipts == (DELIVERED,)
    assert [(one.address, one.text) for one in heard.inbound] == [(PHONE, "退订")]
    assert [asked.headers["x-tc-action"] for asked in there.asked] == [
        "PullSmsSendStatus",
        "PullSmsReplyStatus",
    ]


def test_all_that_waits_is_pulled_and_not_only_the_first_hundred(tmp_path: Path) -> None:
    full = answered({"PullSmsSendStatusSet": [PULLED] * ROWS_MAX})
    rest = answered({"PullSmsSendStatusSet": [PULLED] * 3})
    replies = answered({"PullSmsReplyStatusSet": [PULLED_REPLY] * ROWS_MAX})
    last = answered({"PullSmsReplyStatusSet": []})
    with provider([full, full, rest, replies, last]) as there:
        heard = sender(tmp_path, there.url, SMS_TENCENT_POLL="on").poll(now=NOW)
        assert len(there.asked) == 5
    assert (len(heard.receipts), len(heard.inbound)) == (2 * ROWS_MAX + 3, ROWS_MAX)


def test_a_queue_without_end_is_left_for_the_next_time(tmp_path: Path) -> None:
    full = answered({"PullSmsSendStatusSet": [PULLED] * ROWS_MAX})
    with provider([full]) as there:
        heard = sender(tmp_path, there.url, SMS_TENCENT_POLL="on").poll(now=NOW)
        assert len(there.asked) == PAGES_MAX + 1
    assert len(heard.receipts) == PAGES_MAX * ROWS_MAX


def test_nobody_is_asked_where_the_shop_is_called(tmp_path: Path) -> None:
    with provider([cut]) as there:
        assert sender(tmp_path, there.url).poll(now=NOW) == Heard()
        assert there.asked == []
        assert sender(tmp_path, there.url, SMS_TENCENT_POLL="on").poll(now=NOW) == Heard()


def test_a_message_in_doubt_is_found_around_the_moment_it_was_handed_over(tmp_path: Path) -> None:
    mine = {**PULLED, "SerialNo": "7", "SessionContext": str(MESSAGE_ID)}
    doubt = InDoubt(id=MESSAGE_ID, address=PHONE, provider_id=None, handed_at=NOW)
    with provider([answered({"PullSmsSendStatusSet": [PULLED, mine]})]) as there:
        found = sender(tmp_path, there.url).ask(doubt)
    assert found is not None
    assert (found.provider_id, found.message_id) == ("7", MESSAGE_ID)
    begin, end = (there.asked[0].json()[name] for name in ("BeginTime", "EndTime"))
    assert (begin, end) == (int(NOW.timestamp()) - 600, int(NOW.timestamp()) + 600)
    with provider([answered({"PullSmsSendStatusSet": [PULLED]})]) as there:
        assert sender(tmp_path, there.url).ask(doubt) is None


def call(body: object, token: str = "typed-into-the-console-of-theirs") -> Call:
    return Call(
        method="POST",
        url="https://tea.example/api/v1/channels/sms_tencent/calls",
        headers={},
        query={"token": token},
        body=json.dumps(body).encode(),
    )


REPORTS = [
    {
        "user_receive_time": "2026-11-22 10:00:00",
        "nationcode": "86",
        "mobile": "13800138000",
        "report_status": "SUCCESS",
        "errmsg": "DELIVRD",
        "description": "用户短信送达成功",
        "sid": "5000:1045",
    },
    {"report_status": "FAIL", "errmsg": "MK:0010", "sid": "5000:1046"},
]


def test_pushed_receipts_are_heard_and_answered(tmp_path: Path) -> None:
    told = sender(tmp_path).hear(call(REPORTS), now=NOW)
    assert told.heard.receipts == (
        Receipt(state=ReceiptState.DELIVERED, at=NOW, provider_id="5000:1045"),
        Receipt(state=ReceiptState.FAILED, at=NOW, provider_id="5000:1046", code="MK:0010"),
    )
    assert json.loads(told.body) == {"result": 0, "errmsg": "OK"}


def test_a_pushed_reply_is_heard_with_its_number(tmp_path: Path) -> None:
    reply = {"extend": "", "mobile": "13800138000", "nationcode": "86", "text": "TD", "time": 7}
    (inbound,) = sender(tmp_path).hear(call(reply), now=NOW).heard.inbound
    assert (inbound.address, inbound.text) == (PHONE, "TD")


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_call_without_the_secret_is_not_heard(tmp_path: Path, token: str) -> None:
    with pytest.raises(CallNotProvenError):
        sender(tmp_path).hear(call(REPORTS, token), now=NOW)
    with pytest.raises(CallNotProvenError):
        TencentSms(keyring(tmp_path), desk()).hear(call(REPORTS, token), now=NOW)


@pytest.mark.parametrize("token", ["1", "x" * 31])
def test_a_secret_that_can_be_guessed_lets_nobody_in_and_is_told(
    tmp_path: Path, token: str
) -> None:
    one = sender(tmp_path, "https://nowhere.example", SMS_TENCENT_CALLBACK_TOKEN=token)
    assert one.missing() == ("REGULARS_SMS_TENCENT_CALLBACK_TOKEN",)
    with pytest.raises(CallNotProvenError):
        one.hear(call(REPORTS, token), now=NOW)


@pytest.mark.parametrize(
    ("text", "parts"),
    [("x" * 66, 1), ("x" * 67, 2), ("【正茶】" + "x" * 66, 1), ("【正茶】" + "x" * 67, 2)],
)
def test_the_signature_before_an_english_text_makes_its_parts_short(
    tmp_path: Path, text: str, parts: int
) -> None:
    with provider([answered({"SendStatusSet": [{"Code": "Ok", "SerialNo": "1"}]})]) as there:
        answer = sender(tmp_path, there.url).send(outgoing(text=text, provider_template=TEMPLATES))
    assert isinstance(answer, Accepted)
    assert answer.parts == parts


def test_receipts_and_replies_are_told_apart_however_they_are_packed(tmp_path: Path) -> None:
    reply = {"mobile": "13800138000", "nationcode": "86", "text": "TD", "time": 7}
    told = sender(tmp_path).hear(call([REPORTS[0], reply]), now=NOW).heard
    assert [one.provider_id for one in told.receipts] == ["5000:1045"]
    assert [one.text for one in told.inbound] == ["TD"]
    (alone,) = sender(tmp_path).hear(call(REPORTS[1]), now=NOW).heard.receipts
    assert alone.provider_id == "5000:1046"
