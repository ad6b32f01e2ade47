"""SMS by Twilio: free words, receipts and replies by signed callback.

Twilio knows no client id and no idempotency key. Our id stands in the address that it calls with
the receipt, so even a message whose answer was lost is settled by its first receipt.
"""

import base64
from datetime import timedelta
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.callback import Call, CallNotProvenError, Told
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.parts import sms_parts
from regulars.domain.messaging.port import (
    Accepted,
    Answer,
    Heard,
    Inbound,
    InDoubt,
    Outgoing,
    Receipt,
    ReceiptState,
    Refused,
    SendInDoubt,
)
from regulars.integrations.calling.caller import Ask, Reply, exchanged
from regulars.integrations.calling.documents import (
    Document,
    UnreadableError,
    code_of,
    id_of,
    json_object,
    same_secret,
    text_of,
    their_id,
    whole_of,
)
from regulars.integrations.keyring import Desk, Keyring
from regulars.integrations.sms_twilio.signing import ports_apart, signature

NAME = "sms_twilio"
HOST = "api.twilio.com"
FORM = "application/x-www-form-urlencoded"
CALLS_PATH = f"/api/v1/channels/{NAME}/calls"

# The number is none, is no mobile, or its owner said STOP: no other provider changes that.
FINAL = frozenset({"21211", "21217", "21610", "21614"})
STATES = {
    "delivered": ReceiptState.DELIVERED,
    "read": ReceiptState.DELIVERED,
    "undelivered": ReceiptState.FAILED,
    "failed": ReceiptState.FAILED,
    "canceled": ReceiptState.FAILED,
    "queued": ReceiptState.ACCEPTED,
    "accepted": ReceiptState.ACCEPTED,
    "sending": ReceiptState.ACCEPTED,
    "sent": ReceiptState.ACCEPTED,
}
VALID_MAX = timedelta(seconds=36_000)
HEARD = b"<Response/>"


class TwilioSms:
    """The sender `sms_twilio`. `public_url` is where the shop is reached from outside."""

    name = NAME
    channel = Channel.SMS

    def __init__(
        self,
        keyring: Keyring,
        desk: Desk,
        *,
        public_url: str | None,
        endpoint: str = f"https://{HOST}",
    ) -> None:
        self._keys = keyring.keys("SMS_TWILIO", needs=("ACCOUNT", "TOKEN", "FROM"))
        self._desk = desk
        self._calls = f"{public_url}{CALLS_PATH}" if public_url else None
        self._endpoint = endpoint

    def missing(self) -> tuple[str, ...]:
        """The settings that it still needs."""
        return self._keys.missing()

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one SMS to Twilio. Raises: SendInDoubt."""
        if self.missing():
            return Refused(code="not_configured", final=False)
        left = min(outgoing.valid_until - self._desk.clock(), VALID_MAX)
        if left < timedelta(seconds=1):
            return Refused(code="too_late", final=True)
        sender = self._keys["FROM"]
        form = {
            "To": outgoing.address,
            "MessagingServiceSid" if sender.startswith("MG") else "From": sender,
            "Body": outgoing.text,
            "ValidityPeriod": str(int(left.total_seconds())),
        }
        if self._calls:
            form["StatusCallback"] = f"{self._calls}?id={outgoing.id}"
        reply = self._called("POST", "Messages.json", urlencode(form).encode())
        if isinstance(reply, Refused):
            return reply
        return _answer(reply, sms_parts(outgoing.text))

    def ask(self, doubt: InDoubt) -> Receipt | None:
        """What became of a message whose Twilio id is known."""
        if self.missing() or doubt.provider_id is None:
            return None
        try:
            reply = self._called("GET", f"Messages/{quote(doubt.provider_id, safe='')}.json")
            document = None if isinstance(reply, Refused) else json_object(reply.body)
        except (SendInDoubt, UnreadableError):
            return None
        state = STATES.get(text_of(document or {}, "status"))
        if document is None or state is None:
            return None
        return Receipt(
            state=state,
            at=self._desk.clock(),
            message_id=doubt.id,
            provider_id=doubt.provider_id,
            code=_failure(text_of(document, "error_code"), state),
            parts=whole_of(document, "num_segments"),
        )

    def hear(self, call: Call, *, now: Instant) -> Told:
        """A receipt or a reply, proved by Twilio's signature over the address it was given."""
        if self._calls is None or self.missing():
            raise CallNotProvenError
        form = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
        given = call.headers.get("x-twilio-signature", "")
        # Our own host, whatever a proxy made of it; the query letter by letter as it was typed.
        query = urlsplit(call.url).query
        urls = [f"{one}?{query}" if query else one for one in ports_apart(self._calls)]
        expected = [signature(self._keys["TOKEN"], url, form) for url in urls]
        if not any([same_secret(given, one) for one in expected]):  # noqa: C419 - all are compared
            raise CallNotProvenError
        return Told(
            heard=_heard(dict(form), call.query.get("id", ""), now),
            body=HEARD,
            content_type="text/xml",
        )

    def _called(self, method: str, path: str, body: bytes = b"") -> Reply | Refused:
        account = self._keys["ACCOUNT"]
        proof = base64.b64encode(f"{account}:{self._keys['TOKEN']}".encode()).decode()
        ask = Ask(
            method=method,
            url=f"{self._endpoint}/2010-04-01/Accounts/{quote(account, safe='')}/{path}",
            headers={"authorization": f"Basic {proof}", "content-type": FORM},
            body=body,
        )
        return exchanged(self._desk.caller, ask)


def _answer(reply: Reply, parts: int) -> Answer:
    try:
        document = json_object(reply.body)
    except UnreadableError:
        raise SendInDoubt("answer_unreadable") from None
    if reply.status in {200, 201}:
        if STATES.get(text_of(document, "status")) is ReceiptState.FAILED:
            code = text_of(document, "error_code")
            return Refused(code=code_of(code), final=code in FINAL)
        return Accepted(
            provider_id=their_id(document, "sid"),
            parts=whole_of(document, "num_segments") or parts,
        )
    code = text_of(document, "code")
    return Refused(code=code_of(code or f"http_{reply.status}"), final=code in FINAL)


def _failure(code: str, state: ReceiptState) -> str | None:
    return code_of(code) if state is ReceiptState.FAILED else None


def _heard(form: Document, ours: str, now: Instant) -> Heard:
    theirs = their_id(form, "MessageSid")
    status = text_of(form, "MessageStatus")
    if not status:
        reply = Inbound(
            channel=Channel.SMS,
            address=text_of(form, "From"),
            text=text_of(form, "Body"),
            at=now,
            provider_id=theirs,
        )
        return Heard(inbound=(reply,))
    state = STATES.get(status)
    if state is None:
        return Heard()
    receipt = Receipt(
        state=state,
        at=now,
        message_id=id_of(ours),
        provider_id=theirs,
        code=_failure(text_of(form, "ErrorCode"), state),
    )
    return Heard(receipts=(receipt,))
