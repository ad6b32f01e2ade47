"""The webhook: signed by the published rule, never to a private address, and heard only if signed."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.callback import Call, CallNotProvenError
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import (
    Accepted,
    Receipt,
    ReceiptState,
    Refused,
    SendInDoubt,
)
from regulars.integrations.webhook.sender import Webhook
from regulars.integrations.webhook.signing import secret_of, signature
from tests.integrations.loopback import (
    LINKS,
    MESSAGE_ID,
    NAME,
    NOW,
    PHONE,
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

# The published example of Standard Webhooks.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ROUTER = "192.168.1.1"
STAMP = str(int(NOW.timestamp()))


def sender(home: Path, url: str, *, loopback: bool = True, secret: str = SECRET) -> Webhook:
    keys = {"WEBHOOK_URL": f"{url}/regulars", "WEBHOOK_SECRET": secret}
    return Webhook(keyring(home, **keys), desk(loopback=loopback))


def proof(body: bytes, *, message_id: str, stamp: str, secret: str = SECRET) -> str:
    """Computed apart from the product."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{message_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def test_the_published_example_has_the_published_signature() -> None:
    secret = secret_of(SECRET)
    assert secret is not None
    assert (
        signature(
            secret,
            message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp="1614265330",
            body=b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_message_arrives_signed_dated_and_whole(tmp_path: Path) -> None:
    with provider([said({})]) as there:
        answer = sender(tmp_path, there.url).send(
            outgoing(channel=Channel.WEBHOOK, text="茶", links=LINKS)
        )
    assert answer == Accepted(provider_id=None)
    asked = there.asked[0]
    assert asked.path == "/regulars"
    assert (asked.headers["webhook-id"], asked.headers["webhook-timestamp"]) == (
        str(MESSAGE_ID),
        STAMP,
    )
    assert asked.headers["webhook-signature"] == proof(
        asked.body, message_id=str(MESSAGE_ID), stamp=STAMP
    )
    assert asked.json() == {
        "type": "message.send",
        "id": str(MESSAGE_ID),
        "purpose": "marketing",
        "to": PHONE,
        "language": "zh-CN",
        "subject": None,
        "text": "茶",
        "html": None,
        "template": None,
        "variables": {"name": NAME, "days": "3"},
        "unsubscribe": LINKS.page_url,
        "valid_until": "2026-11-22T06:00:00+00:00",
    }


def test_a_target_inside_the_house_is_not_called_unless_it_is_allowed(tmp_path: Path) -> None:
    with provider([said({})]) as there:
        answer = sender(tmp_path, there.url, loopback=False).send(outgoing())
        assert there.asked == []
    assert answer == Refused(code="address_not_https", final=False)
    inside = sender(tmp_path, f"https://{ROUTER}", loopback=True).send(outgoing())
    assert inside == Refused(code="address_not_public", final=False)


@pytest.mark.parametrize(
    ("status", "final"), [(410, True), (400, False), (404, False), (401, False)]
)
def test_a_status_is_a_refusal_for_certain(tmp_path: Path, status: int, final: bool) -> None:
    with provider([said({}, status=status)]) as there:
        answer = sender(tmp_path, there.url).send(outgoing())
    assert answer == Refused(code=f"http_{status}", final=final)


@pytest.mark.parametrize("badly", [cut, half, silent, said({}, status=500)])
def test_without_a_clear_answer_it_is_in_doubt(tmp_path: Path, badly: Answering) -> None:
    with provider([badly]) as there:
        with pytest.raises(SendInDoubt):
            sender(tmp_path, there.url).send(outgoing())
        assert len(there.asked) == 1


@pytest.mark.parametrize("secret", ["", "short", "whsec_", "whsec_c2hvcnQ=", "not base64!"])
def test_a_secret_that_is_none_is_missing(tmp_path: Path, secret: str) -> None:
    one = sender(tmp_path, "https://hook.example", secret=secret)
    assert one.missing() == ("REGULARS_WEBHOOK_SECRET",)
    assert one.send(outgoing()) == Refused(code="not_configured", final=False)


def call(body: object, *, stamp: str = STAMP, secret: str = SECRET) -> Call:
    text = json.dumps(body).encode()
    signed = proof(text, message_id="e1", stamp=stamp, secret=secret)
    headers = {
        "webhook-id": "e1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1a,x {signed}",
    }
    return Call(
        method="POST",
        url="https://tea.example/api/v1/channels/webhook/calls",
        headers=headers,
        query={},
        body=text,
    )


TOLD = {
    "receipts": [
        {"id": str(MESSAGE_ID), "state": "delivered", "at": "2026-11-22T01:59:00Z"},
        {"id": str(MESSAGE_ID), "state": "failed", "code": "no route 13800138000"},
        {"id": "foreign", "state": "delivered"},
        {"id": str(MESSAGE_ID), "state": "vanished"},
    ],
    "inbound": [{"from": PHONE, "text": "退订", "id": "r1", "at": "2999-01-01T00:00:00Z"}],
}


def test_receipts_and_replies_are_heard_under_the_same_signature(tmp_path: Path) -> None:
    told = sender(tmp_path, "https://hook.example").hear(call(TOLD), now=NOW)
    at = Instant(datetime(2026, 11, 22, 1, 59, tzinfo=UTC))
    assert told.heard.receipts == (
        Receipt(state=ReceiptState.DELIVERED, at=at, message_id=MESSAGE_ID),
        Receipt(state=ReceiptState.FAILED, at=NOW, message_id=MESSAGE_ID, code="no_route_#"),
    )
    (inbound,) = told.heard.inbound
    assert (inbound.address, inbound.text, inbound.at) == (PHONE, "退订", NOW)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+08:00", "2026-11-22", "soon", ""])
def test_a_time_that_is_none_is_now(tmp_path: Path, at: str) -> None:
    body = {"receipts": [{"id": str(MESSAGE_ID), "state": "delivered", "at": at}]}
    (receipt,) = sender(tmp_path, "https://hook.example").hear(call(body), now=NOW).heard.receipts
    assert receipt.at == NOW


def test_a_call_that_is_old_unsigned_or_changed_is_not_heard(tmp_path: Path) -> None:
    one = sender(tmp_path, "https://hook.example")
    right = call(TOLD)
    hour = 3_600
    other = "whsec_" + base64.b64encode(b"another secret of 24 bytes").decode()
    wrong = [
        call(TOLD, stamp=str(int(STAMP) - hour)),
        call(TOLD, stamp=str(int(STAMP) + hour)),
        call(TOLD, stamp="now"),
        call(TOLD, secret=other),
        call([]),
        Call(method="POST", url=right.url, headers={}, query={}, body=right.body),
        Call(method="POST", url=right.url, headers=right.headers, query={}, body=right.body + b" "),
    ]
    for one_call in wrong:
        with pytest.raises(CallNotProvenError):
            one.hear(one_call, now=NOW)
