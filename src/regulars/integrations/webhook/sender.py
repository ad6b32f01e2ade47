"""Messages to the merchant's own system, which sends them its own way and tells what became of them.

Every call is signed and dated; our id is the webhook's id, so a receiver that keeps ids sends once.
The receiver calls back under the same signature with `{"receipts": […], "inbound": […]}`.
"""

import orjson

from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.messaging.callback import Call, CallNotProvenError, Told
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import (
    Accepted,
    Answer,
    Heard,
    Inbound,
    Outgoing,
    Receipt,
    ReceiptState,
    Refused,
)
from regulars.integrations.calling.caller import Ask, exchanged, retry_after
from regulars.integrations.calling.documents import (
    Document,
    UnreadableError,
    code_of,
    id_of,
    json_object,
    objects_of,
    text_of,
    their_id,
)
from regulars.integrations.keyring import Desk, Keyring
from regulars.integrations.webhook.signing import is_signed, secret_of, signature

NAME = "webhook"
GONE = 410
HEARD = b'{"heard":true}'


class Webhook:
    """The sender `webhook`."""

    name = NAME
    channel = Channel.WEBHOOK

    def __init__(self, keyring: Keyring, desk: Desk) -> None:
        self._keys = keyring.keys("WEBHOOK", needs=("URL", "SECRET"))
        self._secret = secret_of(self._keys["SECRET"])
        self._desk = desk

    def missing(self) -> tuple[str, ...]:
        """The settings that it still needs, a secret that is too short among them."""
        missing = self._keys.missing()
        unreadable = f"{self._keys.start}SECRET"
        if self._secret is None and unreadable not in missing:
            return (*missing, unreadable)
        return missing

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one message to the merchant's system. Raises: SendInDoubt."""
        if self._secret is None or self.missing():
            return Refused(code="not_configured", final=False)
        body = orjson.dumps(_document(outgoing))
        message_id, timestamp = str(outgoing.id), str(int(self._desk.clock().timestamp()))
        headers = {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(
                self._secret, message_id=message_id, timestamp=timestamp, body=body
            ),
        }
        ask = Ask(method="POST", url=self._keys["URL"], headers=headers, body=body)
        reply = exchanged(self._desk.caller, ask)
        if isinstance(reply, Refused):
            return reply
        if 200 <= reply.status < 300:
            return Accepted(provider_id=None)
        return Refused(
            code=f"http_{reply.status}",
            final=reply.status == GONE,
            retry_after_seconds=retry_after(reply),
        )

    def hear(self, call: Call, *, now: Instant) -> Told:
        """Receipts and replies from the merchant's system. Raises: CallNotProvenError."""
        if self._secret is None or not is_signed(self._secret, call.headers, call.body, now=now):
            raise CallNotProvenError
        try:
            document = json_object(call.body)
        except UnreadableError:
            raise CallNotProvenError from None
        receipts = [_receipt(row, now) for row in objects_of(document, "receipts")]
        heard = Heard(
            receipts=tuple(one for one in receipts if one is not None),
            inbound=tuple(_inbound(row, now) for row in objects_of(document, "inbound")),
        )
        return Told(heard=heard, body=HEARD, content_type="application/json")


def _document(outgoing: Outgoing) -> dict[str, object]:
    links = outgoing.links
    return {
        "type": "message.send",
        "id": str(outgoing.id),
        "purpose": outgoing.purpose.value,
        "to": outgoing.address,
        "language": outgoing.language,
        "subject": outgoing.subject,
        "text": outgoing.text,
        "html": outgoing.html,
        "template": outgoing.provider_template,
        "variables": dict(outgoing.variables),
        "unsubscribe": None if links is None else links.page_url,
        "valid_until": outgoing.valid_until.isoformat(),
    }


def _receipt(row: Document, now: Instant) -> Receipt | None:
    message_id = id_of(text_of(row, "id"))
    try:
        state = ReceiptState(text_of(row, "state"))
    except ValueError:
        return None
    if message_id is None:
        return None
    failed = state is ReceiptState.FAILED
    return Receipt(
        state=state,
        at=_at(row, now),
        message_id=message_id,
        code=code_of(text_of(row, "code")) if failed else None,
    )


def _inbound(row: Document, now: Instant) -> Inbound:
    return Inbound(
        channel=Channel.WEBHOOK,
        address=text_of(row, "from"),
        text=text_of(row, "text"),
        at=_at(row, now),
        provider_id=their_id(row, "id"),
    )


def _at(row: Document, now: Instant) -> Instant:
    try:
        return min(instant_from_iso(text_of(row, "at")), now)
    except (ValueError, OverflowError):
        return now
