"""SMS by Aliyun: signed as published, refused or in doubt as it answers, receipts and replies."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.callback import Call, CallNotProvenError, HearsCalls
from regulars.domain.messaging.port import (
    Accepted,
    InDoubt,
    Receipt,
    ReceiptState,
    Refused,
    Sender,
    SendInDoubt,
    SettlesDoubt,
)
from regulars.integrations.sms_aliyun.sender import AliyunSms
from regulars.integrations.sms_aliyun.signing import authorization, canonical_query
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
    "SMS_ALIYUN_KEY_ID": "testid",
    "SMS_ALIYUN_SECRET": "testsecret",
    "SMS_ALIYUN_SIGN_NAME": "正茶",
    "SMS_ALIYUN_CALLBACK_TOKEN": "typed-into-the-console-of-theirs",
}
TAKEN = said({"Code": "OK", "Message": "OK", "BizId": "9006197469364984400", "RequestId": "R"})
TEMPLATES = "sms_aliyun=SMS_154950909; sms_tencent=1110(name)"


def sender(home: Path, url: str = "https://nowhere.example", **more: str) -> AliyunSms:
    return AliyunSms(keyring(home, **{**KEYS, **more}), desk(), endpoint=url)


def expected_signature(asked: Asked, secret: str) -> str:
    """Computed apart from the product: step by step as the documents have it."""
    fields = sorted(asked.query.items())
    query = "&".join(
        f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in fields
    )
    assert asked.target == f"/?{query}"
    names = asked.headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    assert names == sorted(names)
    assert {"host", *(name for name in asked.headers if name.startswith("x-acs-"))} == set(names)
    lines = "".join(f"{name}:{asked.headers[name]}\n" for name in names)
    hashed = hashlib.sha256(asked.body).hexdigest()
    assert asked.headers["x-acs-content-sha256"] == hashed
    canonical = f"{asked.method}\n/\n{query}\n{lines}\n{';'.join(names)}\n{hashed}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"ACS3-HMAC-SHA256\n{digest}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def test_the_published_example_has_the_published_signature() -> None:
    query = canonical_query(
        {
            "RegionId": "cn-shanghai",
            "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        }
    )
    empty = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": empty,
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    assert authorization(
        key_id="YourAccessKeyId", secret="YourAccessKeySecret", query=query, headers=headers
    ) == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;"
        "x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature="
        "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_a_message_is_sent_signed_with_its_own_id(tmp_path: Path) -> None:
    with provider([TAKEN]) as there:
        answer = sender(tmp_path, there.url).send(outgoing(provider_template=TEMPLATES))
    assert answer == Accepted(provider_id="9006197469364984400", parts=1)
    asked = there.asked[0]
    assert asked.query == {
        "PhoneNumbers": "13800138000",
        "SignName": "正茶",
        "TemplateCode": "SMS_154950909",
        "TemplateParam": json.dumps({"name": NAME, "days": "3"}, ensure_ascii=False)
        .replace(": ", ":")
        .replace(", ", ","),
        "OutId": str(MESSAGE_ID),
    }
    assert asked.headers["x-acs-action"] == "SendSms"
    assert asked.headers["x-acs-date"] == "2026-11-22T02:00:00Z"
    assert asked.headers["authorization"].endswith(
        f"Signature={expected_signature(asked, 'testsecret')}"
    )


def test_no_two_requests_carry_the_same_nonce(tmp_path: Path) -> None:
    with provider([TAKEN]) as there:
        one = sender(tmp_path, there.url)
        for _ in range(3):
            one.send(outgoing(provider_template=TEMPLATES))
    assert len({asked.headers["x-acs-signature-nonce"] for asked in there.asked}) == 3


@pytest.mark.parametrize(
    ("code", "status", "answer"),
    [
        ("isv.MOBILE_NUMBER_ILLEGAL", 200, Refused(code="isv.MOBILE_NUMBER_ILLEGAL", final=True)),
        ("isv.AMOUNT_NOT_ENOUGH", 200, Refused(code="isv.AMOUNT_NOT_ENOUGH", final=False)),
        ("SignatureDoesNotMatch", 400, Refused(code="SignatureDoesNotMatch", final=False)),
        (
            "InvalidAccessKeyId.NotFound",
            404,
            Refused(code="InvalidAccessKeyId.NotFound", final=False),
        ),
        (
            "isv.BUSINESS_LIMIT_CONTROL",
            200,
            Refused(code="isv.BUSINESS_LIMIT_CONTROL", final=False, retry_after_seconds=3_600),
        ),
    ],
)
def test_a_code_is_a_refusal_for_certain(
    tmp_path: Path, code: str, status: int, answer: Refused
) -> None:
    said_no = said({"Code": code, "Message": f"{PHONE} no", "RequestId": "R"}, status=status)
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
        said({"Code": "OK"}, status=500),
        said({"Code": "isp.SYSTEM_ERROR"}),
        said({"Code": "isp.GATEWAY_ERROR"}),
    ],
)
def test_without_a_clear_answer_it_is_in_doubt_and_not_sent_again(
    tmp_path: Path, badly: Answering
) -> None:
    with provider([badly]) as there:
        with pytest.raises(SendInDoubt) as doubt:
            sender(tmp_path, there.url).send(outgoing(provider_template=TEMPLATES))
        assert len(there.asked) == 1
    assert "138" not in str(doubt.value)


def test_what_it_cannot_send_never_leaves(tmp_path: Path) -> None:
    with provider([TAKEN]) as there:
        one = sender(tmp_path, there.url)
        foreign = one.send(outgoing(address="+14155550100", provider_template=TEMPLATES))
        unworded = one.send(outgoing(provider_template="sms_tencent=1110"))
        bare = AliyunSms(keyring(tmp_path), desk(), endpoint=there.url)
        unset = bare.send(outgoing(provider_template=TEMPLATES))
        assert there.asked == []
    assert foreign == Refused(code="region_not_served", final=False)
    assert unworded == Refused(code="no_approved_wording", final=False)
    assert unset == Refused(code="not_configured", final=False)
    assert bare.missing() == (
        "REGULARS_SMS_ALIYUN_KEY_ID",
        "REGULARS_SMS_ALIYUN_SECRET",
        "REGULARS_SMS_ALIYUN_SIGN_NAME",
    )


def sent(out_id: str, status: int, error: str = "DELIVERED") -> dict[str, object]:
    return {
        "OutId": out_id,
        "SendStatus": status,
        "ErrCode": error,
        "PhoneNum": "13800138000",
        "SendDate": "2026-11-22 10:00:01",
        "ReceiveDate": "2026-11-22 10:00:09",
    }


def listed(*rows: dict[str, object]) -> dict[str, object]:
    return {"Code": "OK", "TotalCount": "9", "SmsSendDetailDTOs": {"SmsSendDetailDTO": list(rows)}}


DOUBT = InDoubt(id=MESSAGE_ID, address=PHONE, provider_id=None, handed_at=NOW)


@pytest.mark.parametrize(
    ("status", "state", "code"),
    [
        (1, ReceiptState.ACCEPTED, None),
        (2, ReceiptState.FAILED, "MOBILE_NOT_ON_SERVICE"),
        (3, ReceiptState.DELIVERED, None),
    ],
)
def test_a_message_in_doubt_is_found_by_number_day_and_id(
    tmp_path: Path, status: int, state: ReceiptState, code: str | None
) -> None:
    other = sent("0193a000-0000-7000-8000-00000000ffff", 3)
    mine = sent(str(MESSAGE_ID), status, code or "DELIVERED")
    with provider([said(listed(*[other] * 50)), said(listed(other, mine))]) as there:
        found = sender(tmp_path, there.url).ask(DOUBT)
    at = Instant(datetime(2026, 11, 22, 2, 0, 9, tzinfo=UTC))
    assert found == Receipt(state=state, at=at, message_id=MESSAGE_ID, code=code)
    assert [asked.query["CurrentPage"] for asked in there.asked] == ["1", "2"]
    assert there.asked[0].query["PhoneNumber"] == "13800138000"
    assert there.asked[0].query["SendDate"] == "20261122"
    assert (
        there.asked[0]
        .headers["authorization"]
        .endswith(expected_signature(there.asked[0], "testsecret"))
    )


def test_a_message_handed_over_just_before_midnight_is_looked_for_on_both_days(
    tmp_path: Path,
) -> None:
    late = InDoubt(
        id=MESSAGE_ID,
        address=PHONE,
        provider_id=None,
        handed_at=Instant(datetime(2026, 11, 22, 15, 55, tzinfo=UTC)),
    )
    with provider([said(listed())]) as there:
        assert sender(tmp_path, there.url).ask(late) is None
    assert [asked.query["SendDate"] for asked in there.asked] == ["20261122", "20261123"]


def test_a_provider_that_does_not_answer_settles_no_doubt(tmp_path: Path) -> None:
    with provider([cut]) as there:
        assert sender(tmp_path, there.url).ask(DOUBT) is None


def call(body: object, token: str = "typed-into-the-console-of-theirs") -> Call:
    return Call(
        method="POST",
        url="https://tea.example/api/v1/channels/sms_aliyun/calls",
        headers={},
        query={"token": token},
        body=json.dumps(body).encode(),
    )


REPORTS = [
    {
        "phone_number": "13800138000",
        "send_time": "2026-11-22 10:00:00",
        "report_time": "2026-11-22 10:00:05",
        "success": True,
        "err_code": "DELIVERED",
        "err_msg": "用户接收成功",
        "sms_size": "2",
        "biz_id": "9006197469364984400",
        "out_id": str(MESSAGE_ID),
    },
    {
        "phone_number": "13800138001",
        "report_time": "",
        "success": False,
        "err_code": "MOBILE_IN_BLACK",
        "biz_id": "12",
        "out_id": "foreign",
    },
]


def test_receipts_are_heard_and_answered(tmp_path: Path) -> None:
    told = sender(tmp_path).hear(call(REPORTS), now=NOW)
    delivered, failed = told.heard.receipts
    assert delivered == Receipt(
        state=ReceiptState.DELIVERED,
        at=Instant(datetime(2026, 11, 22, 2, 0, 5, tzinfo=UTC)),
        message_id=MESSAGE_ID,
        provider_id="9006197469364984400",
        parts=2,
    )
    assert failed == Receipt(
        state=ReceiptState.FAILED, at=NOW, provider_id="12", code="MOBILE_IN_BLACK"
    )
    assert json.loads(told.body) == {"code": 0, "msg": "接收成功"}


def test_a_receipt_with_a_strange_row_is_heard_all_the_same(tmp_path: Path) -> None:
    never = {**REPORTS[0], "report_time": "0001-01-01 00:00:00", "success": "true"}
    (receipt,) = sender(tmp_path).hear(call([never, 7]), now=NOW).heard.receipts
    assert (receipt.state, receipt.at) == (ReceiptState.DELIVERED, NOW)


def test_a_reply_is_heard_with_its_number(tmp_path: Path) -> None:
    reply = {
        "phone_number": "13800138000",
        "send_time": "2026-11-22 10:01:00",
        "content": "R",
        "sign_name": "正茶",
        "dest_code": "0000",
        "sequence_id": "1234567890",
    }
    (inbound,) = sender(tmp_path).hear(call([reply]), now=NOW).heard.inbound
    assert (inbound.address, inbound.text, inbound.provider_id) == (PHONE, "R", "1234567890")
    assert inbound.at == NOW + timedelta(minutes=1)


@pytest.mark.parametrize("token", ["", "wrong", "typed-into-the-console-of-theirs2"])
def test_a_call_without_the_secret_is_not_heard(tmp_path: Path, token: str) -> None:
    with pytest.raises(CallNotProvenError):
        sender(tmp_path).hear(call(REPORTS, token), now=NOW)


def test_a_shop_without_a_token_hears_nobody(tmp_path: Path) -> None:
    deaf = AliyunSms(keyring(tmp_path), desk())
    with pytest.raises(CallNotProvenError):
        deaf.hear(call(REPORTS, ""), now=NOW)


@pytest.mark.parametrize("body", [{}, "text", 7, None])
def test_a_call_of_another_kind_is_not_heard(tmp_path: Path, body: object) -> None:
    with pytest.raises(CallNotProvenError):
        sender(tmp_path).hear(call(body), now=NOW)


def test_it_is_a_sender_that_hears_and_settles_doubt(tmp_path: Path) -> None:
    one = sender(tmp_path)
    assert isinstance(one, Sender)
    assert isinstance(one, HearsCalls)
    assert isinstance(one, SettlesDoubt)


@pytest.mark.parametrize("token", ["1", "x" * 31])
def test_a_secret_that_can_be_guessed_lets_nobody_in_and_is_told(
    tmp_path: Path, token: str
) -> None:
    one = sender(tmp_path, "https://nowhere.example", SMS_ALIYUN_CALLBACK_TOKEN=token)
    assert one.missing() == ("REGULARS_SMS_ALIYUN_CALLBACK_TOKEN",)
    with pytest.raises(CallNotProvenError):
        one.hear(call(REPORTS, token), now=NOW)


@pytest.mark.parametrize(
    ("text", "parts"),
    [("x" * 66, 1), ("x" * 67, 2), ("【正茶】" + "x" * 66, 1), ("【正茶】" + "x" * 67, 2)],
)
def test_the_signature_before_an_english_text_makes_its_parts_short(
    tmp_path: Path, text: str, parts: int
) -> None:
    with provider([TAKEN]) as there:
        answer = sender(tmp_path, there.url).send(outgoing(text=text, provider_template=TEMPLATES))
    assert isinstance(answer, Accepted)
    assert answer.parts == parts
