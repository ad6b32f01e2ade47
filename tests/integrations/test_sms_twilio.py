"""SMS by Twilio: what is sent, what is refused, and calls proved by their published signature."""

import base64
import hashlib
import hmac
from pathlib import Path
from urllib.parse import urlencode

import pytest

from regulars.domain.messaging.callback import Call, CallNotProvenError
from regulars.domain.messaging.port import (
    Accepted,
    InDoubt,
    Receipt,
    ReceiptState,
    Refused,
    SendInDoubt,
)
from regulars.integrations.sms_twilio.sender import TwilioSms
from regulars.integrations.sms_twilio.signing import signature
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

KEYS = {
    "SMS_TWILIO_ACCOUNT": "AC0000",
    "SMS_TWILIO_TOKEN": "12345",
    "SMS_TWILIO_FROM": "+15005550006",
}
PUBLIC = "https://tea.example"
CALLS = f"{PUBLIC}/api/v1/channels/sms_twilio/calls"
FOREIGN = "+14155550100"
TAKEN = said({"sid": "SM1", "status": "queued", "num_segments": "2", "price": None}, status=201)


def sender(home: Path, url: str = "https://nowhere.example", **more: str) -> TwilioSms:
    return TwilioSms(keyring(home, **{**KEYS, **more}), desk(), public_url=PUBLIC, endpoint=url)


def test_the_published_example_has_the_published_signature() -> None:
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    url = "https://" + "mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, fields.items()) == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_a_message_is_sent_under_the_accounts_own_proof(tmp_path: Path) -> None:
    with provider([TAKEN]) as there:
        answer = sender(tmp_path, there.url).send(
            outgoing(address=FOREIGN, text="Tea? STOP to end")
        )
    assert answer == Accepted(provider_id="SM1", parts=2)
    asked = there.asked[0]
    assert (asked.method, asked.path) == ("POST", "/2010-04-01/Accounts/AC0000/Messages.json")
    proof = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
    assert proof == "AC0000:12345"
    assert asked.form() == {
        "To": FOREIGN,
        "From": "+15005550006",
        "Body": "Tea? STOP to end",
        "ValidityPeriod": "14400",
        "StatusCallback": f"{CALLS}?id={MESSAGE_ID}",
    }


def test_a_messaging_service_stands_for_a_number(tmp_path: Path) -> None:
    with provider([TAKEN]) as there:
        sender(tmp_path, there.url, SMS_TWILIO_FROM="MG77").send(outgoing(address=FOREIGN))
    form = there.asked[0].form()
    assert form["MessagingServiceSid"] == "MG77"
    assert "From" not in form


@pytest.mark.parametrize(
    ("code", "status", "final"),
    [(21211, 400, True), (21610, 400, True), (21408, 400, False), (20003, 401, False)],
)
def test_a_code_is_a_refusal_for_certain(
    tmp_path: Path, code: int, status: int, final: bool
) -> None:
    said_no = said({"code": code, "message": f"{FOREIGN} no", "status": status}, status=status)
    with provider([said_no]) as there:
        answer = sender(tmp_path, there.url).send(outgoing(address=FOREIGN))
    assert answer == Refused(code=str(code), final=final)


@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_a_failure_inside_a_success_is_a_refusal(tmp_path: Path, status: str) -> None:
    told = {"sid": "SM1", "status": status, "error_code": 30_034}
    with provider([said(told, status=201)]) as there:
        answer = sender(tmp_path, there.url).send(outgoing(address=FOREIGN))
    assert answer == Refused(code="30034", final=False)


@pytest.mark.parametrize(
    "badly", [cut, half, silent, said(b"<html>", status=201), said({}, status=503)]
)
def test_without_a_clear_answer_it_is_in_doubt_and_not_sent_again(
    tmp_path: Path, badly: Answering
) -> None:
    with provider([badly]) as there:
        with pytest.raises(SendInDoubt):
            sender(tmp_path, there.url).send(outgoing(address=FOREIGN))
        assert len(there.asked) == 1


def call(
    fields: dict[str, str],
    *,
    query: dict[str, str],
    token: str = "12345",
    typed: str | None = None,
    signed: str = CALLS,
) -> Call:
    """A call as Twilio makes it, signed apart from the product; a proxy changed its host."""
    words = urlencode(query) if typed is None else typed
    url = "http://inside.example:8000/api/v1/channels/sms_twilio/calls" + (
        f"?{words}" if words else ""
    )
    signed_url = signed + (f"?{words}" if words else "")
    text = signed_url + "".join(name + fields[name] for name in sorted(fields))
    proof = base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest())
    return Call(
        method="POST",
        url=url,
        headers={"x-twilio-signature": proof.decode()},
        query=query,
        body=urlencode(fields).encode(),
    )


RECEIPT = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": FOREIGN}
ID = {"id": str(MESSAGE_ID)}


def test_a_receipt_names_our_own_message(tmp_path: Path) -> None:
    told = sender(tmp_path).hear(call(RECEIPT, query=ID), now=NOW)
    assert told.heard.receipts == (
        Receipt(state=ReceiptState.DELIVERED, at=NOW, message_id=MESSAGE_ID, provider_id="SM1"),
    )
    assert (told.body, told.content_type) == (b"<Response/>", "text/xml")


def test_a_failure_tells_its_code(tmp_path: Path) -> None:
    fields = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    (receipt,) = sender(tmp_path).hear(call(fields, query=ID), now=NOW).heard.receipts
    assert (receipt.state, receipt.code) == (ReceiptState.FAILED, "30003")


def test_a_reply_is_heard_with_its_number(tmp_path: Path) -> None:
    fields = {"MessageSid": "SM2", "From": FOREIGN, "To": "+15005550006", "Body": "stop ✋"}
    (inbound,) = sender(tmp_path).hear(call(fields, query={}), now=NOW).heard.inbound
    assert (inbound.address, inbound.text, inbound.provider_id) == (FOREIGN, "stop ✋", "SM2")


@pytest.mark.parametrize("typed", ["shop=tea%20house&a=", "shop=tea+house", "x=1&x=2", "a~b=%7E"])
def test_the_address_is_proved_letter_by_letter_as_it_was_typed(tmp_path: Path, typed: str) -> None:
    fields = {"MessageSid": "SM2", "From": FOREIGN, "Body": "STOP"}
    told = sender(tmp_path).hear(call(fields, query={}, typed=typed), now=NOW)
    assert len(told.heard.inbound) == 1


@pytest.mark.parametrize(
    ("public", "signed"),
    [
        (PUBLIC, PUBLIC),
        (PUBLIC, f"{PUBLIC}:443"),
        (f"{PUBLIC}:8443", f"{PUBLIC}:8443"),
        (f"{PUBLIC}:8443", PUBLIC),
        (f"{PUBLIC}/tea", f"{PUBLIC}:443/tea"),
    ],
)
def test_twilio_signs_with_the_port_or_without_it(tmp_path: Path, public: str, signed: str) -> None:
    one = TwilioSms(keyring(tmp_path, **KEYS), desk(), public_url=public)
    path = "/api/v1/channels/sms_twilio/calls"
    assert one.hear(call(RECEIPT, query=ID, signed=signed + path), now=NOW).heard.receipts
    with pytest.raises(CallNotProvenError):
        one.hear(call(RECEIPT, query=ID, signed=f"https://other.example{path}"), now=NOW)


def test_a_call_under_a_wrong_or_no_signature_is_not_heard(tmp_path: Path) -> None:
    right = call(RECEIPT, query=ID)
    other_query = Call(
        method="POST",
        url=right.url.replace("01", "02"),
        headers=right.headers,
        query={"id": "0193a000-0000-7000-8000-00000000ffff"},
        body=right.body,
    )
    changed = Call(
        method="POST",
        url=right.url,
        headers=right.headers,
        query=right.query,
        body=right.body.replace(b"delivered", b"failed"),
    )
    unsigned = Call(method="POST", url=right.url, headers={}, query=ID, body=right.body)
    for wrong in (other_query, changed, unsigned, call(RECEIPT, query=ID, token="other")):
        with pytest.raises(CallNotProvenError):
            sender(tmp_path).hear(wrong, now=NOW)


def test_a_shop_without_a_public_address_or_keys_hears_nobody(tmp_path: Path) -> None:
    hidden = TwilioSms(keyring(tmp_path, **KEYS), desk(), public_url=None)
    unset = TwilioSms(keyring(tmp_path), desk(), public_url=PUBLIC)
    for deaf in (hidden, unset):
        with pytest.raises(CallNotProvenError):
            deaf.hear(call(RECEIPT, query=ID, token=""), now=NOW)
    assert unset.missing() == tuple(f"REGULARS_{name}" for name in KEYS)


def test_a_message_whose_id_is_known_is_asked_about(tmp_path: Path) -> None:
    doubt = InDoubt(id=MESSAGE_ID, address=FOREIGN, provider_id="SM1", handed_at=NOW)
    with provider([said({"sid": "SM1", "status": "sent", "num_segments": "1"})]) as there:
        found = sender(tmp_path, there.url).ask(doubt)
    assert there.asked[0].path == "/2010-04-01/Accounts/AC0000/Messages/SM1.json"
    assert found is not None
    assert found.state is ReceiptState.ACCEPTED
    with provider([cut]) as there:
        assert sender(tmp_path, there.url).ask(doubt) is None
