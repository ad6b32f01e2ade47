"""What WeChat and WeCom tell by calling: receipts, and what a guest writes."""

import re

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.callback import Call, CallNotProvenError, Told
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Heard, Inbound, Receipt, ReceiptState
from regulars.integrations.calling.documents import (
    UnreadableError,
    code_of,
    unix_time,
    xml_fields,
)
from regulars.integrations.wechat.envelope import Envelope

HEARD = b"success"
TEMPLATE_DONE = "TEMPLATESENDJOBFINISH"
SUBSCRIPTION_DONE = "subscribe_msg_sent_event"
DIGITS = re.compile(r"[0-9]{1,11}")


def heard_of(call: Call, envelope: Envelope, *, channel: Channel, now: Instant) -> Told:
    """What a call says, once it is proved. Raises: CallNotProvenError."""
    if call.method == "GET":
        return Told(body=_echo(call, envelope, now))
    try:
        fields = xml_fields(call.body)
        sealed = fields.get("Encrypt")
        if sealed is None and envelope.aes_key:
            # An account in safe mode sends nothing open: whoever does is somebody else.
            raise CallNotProvenError
        envelope.check(call.query, sealed, now=now)
        if sealed is not None:
            fields = xml_fields(envelope.opened(sealed))
    except UnreadableError:
        raise CallNotProvenError from None
    return Told(heard=_heard(fields, channel, now), body=HEARD)


def _echo(call: Call, envelope: Envelope, now: Instant) -> bytes:
    # Typed into the provider's console, the address is tried once: it must give the words back.
    echo = call.query.get("echostr", "")
    if "msg_signature" in call.query:
        envelope.check(call.query, echo, now=now)
        return envelope.opened(echo)
    envelope.check(call.query, None, now=now)
    return echo.encode()


def _heard(fields: dict[str, str], channel: Channel, now: Instant) -> Heard:
    created = fields.get("CreateTime", "")
    at = unix_time(int(created) if DIGITS.fullmatch(created) else None) or now
    if fields.get("MsgType") == "text":
        reply = Inbound(
            channel=channel,
            address=fields.get("FromUserName", ""),
            text=fields.get("Content", ""),
            at=at,
            provider_id=fields.get("MsgId") or None,
        )
        return Heard(inbound=(reply,))
    outcome = _outcome(fields)
    if outcome is None:
        return Heard()
    theirs, refused = outcome
    state = ReceiptState.DELIVERED if refused is None else ReceiptState.FAILED
    code = None if refused is None else code_of(refused)
    return Heard(receipts=(Receipt(state=state, at=at, provider_id=theirs, code=code),))


def _outcome(fields: dict[str, str]) -> tuple[str, str | None] | None:
    """Of which message, and why it failed if it did."""
    match fields.get("Event"):
        case "TEMPLATESENDJOBFINISH":
            status = fields.get("Status", "")
            return fields.get("MsgID", ""), None if status == "success" else status
        case "subscribe_msg_sent_event":
            error = fields.get("ErrorCode", "")
            return fields.get("MsgID", ""), None if error == "0" else f"wechat_{error}"
        case _:
            return None
