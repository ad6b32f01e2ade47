"""SMS by Aliyun: approved wordings to numbers of mainland China, receipts and replies by callback.

Aliyun has no idempotent sending: our id travels as `OutId`, comes back with the receipt, and a
message in doubt is looked for among what was sent to that number that day.
"""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import orjson

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.callback import Call, CallNotProvenError, Told
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.parts import parts_signed
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
from regulars.integrations.approved_sms import CHINA_PREFIX, approved_for
from regulars.integrations.calling.caller import Ask, Reply, exchanged
from regulars.integrations.calling.documents import (
    CHINA,
    Document,
    UnreadableError,
    china_time,
    code_of,
    id_of,
    json_object,
    json_objects,
    object_of,
    objects_of,
    same_secret,
    text_of,
    their_id,
    whole_of,
)
from regulars.integrations.keyring import Desk, Keyring
from regulars.integrations.sms_aliyun.signing import authorization, canonical_query

NAME = "sms_aliyun"
HOST = "dysmsapi.aliyuncs.com"
VERSION = "2017-05-25"

# No other provider can reach this number either.
FINAL = frozenset({"isv.MOBILE_NUMBER_ILLEGAL", "isv.INVALID_MOBILE_NUMBER"})
# Aliyun itself does not know whether it sent.
IN_DOUBT = frozenset({"isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR"})
# So many to one number: the next hour is open again.
LATER_SECONDS = {"isv.BUSINESS_LIMIT_CONTROL": 3_600, "isv.DAY_LIMIT_CONTROL": 43_200}
WHAT_BECAME = {
    1: ReceiptState.ACCEPTED,
    2: ReceiptState.FAILED,
    3: ReceiptState.DELIVERED,
}
PAGE_ROWS = 50
PAGES_MAX = 4
# What is handed over just before midnight may be booked on the next day.
MIDNIGHT = timedelta(minutes=10)
HEARD = '{"code":0,"msg":"接收成功"}'.encode()


class AliyunSms:
    """The sender `sms_aliyun`."""

    name = NAME
    channel = Channel.SMS

    def __init__(self, keyring: Keyring, desk: Desk, *, endpoint: str = f"https://{HOST}") -> None:
        self._keys = keyring.keys(
            "SMS_ALIYUN", needs=("KEY_ID", "SECRET", "SIGN_NAME"), passwords=("CALLBACK_TOKEN",)
        )
        self._desk = desk
        self._endpoint = endpoint

    def missing(self) -> tuple[str, ...]:
        """The settings that it still needs."""
        return self._keys.missing()

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one SMS to Aliyun. Raises: SendInDoubt."""
        if self.missing():
            return Refused(code="not_configured", final=False)
        wording = approved_for(outgoing, NAME)
        if isinstance(wording, Refused):
            return wording
        reply = self._called(
            "SendSms",
            {
                "PhoneNumbers": outgoing.address.removeprefix(CHINA_PREFIX),
                "SignName": self._keys["SIGN_NAME"],
                "TemplateCode": wording.template,
                "TemplateParam": orjson.dumps(wording.filled(outgoing.variables)).decode(),
                "OutId": str(outgoing.id),
            },
        )
        if isinstance(reply, Refused):
            return reply
        return _answer(reply, parts_signed(outgoing.text, self._keys["SIGN_NAME"]))

    def ask(self, doubt: InDoubt) -> Receipt | None:
        """What Aliyun has of a message, by number and day; None when it cannot be asked either."""
        if self.missing() or not doubt.address.startswith(CHINA_PREFIX):
            return None
        try:
            return self._found(doubt)
        except SendInDoubt:
            return None

    def _found(self, doubt: InDoubt) -> Receipt | None:
        moments = (doubt.handed_at, doubt.handed_at + MIDNIGHT)
        days = dict.fromkeys(f"{at.astimezone(CHINA):%Y%m%d}" for at in moments)
        for day in days:
            for row in self._sent_on(day, doubt.address.removeprefix(CHINA_PREFIX)):
                if id_of(text_of(row, "OutId")) == doubt.id:
                    return self._became(row, doubt)
        return None

    def hear(self, call: Call, *, now: Instant) -> Told:
        """Receipts and replies; Aliyun signs nothing, so the address itself holds a secret."""
        if not same_secret(call.query.get("token", ""), self._keys["CALLBACK_TOKEN"]):
            raise CallNotProvenError
        try:
            rows = json_objects(call.body)
        except UnreadableError:
            raise CallNotProvenError from None
        heard = Heard(
            receipts=tuple(_receipt(row, now) for row in rows if "success" in row),
            inbound=tuple(_inbound(row, now) for row in rows if "content" in row),
        )
        return Told(heard=heard, body=HEARD, content_type="application/json")

    def _sent_on(self, day: str, number: str) -> Iterator[Document]:
        for page in range(1, PAGES_MAX + 1):
            reply = self._called(
                "QuerySendDetails",
                {
                    "PhoneNumber": number,
                    "SendDate": day,
                    "PageSize": str(PAGE_ROWS),
                    "CurrentPage": str(page),
                },
            )
            if isinstance(reply, Refused):
                return
            rows = objects_of(object_of(_document(reply), "SmsSendDetailDTOs"), "SmsSendDetailDTO")
            yield from rows
            if len(rows) < PAGE_ROWS:
                return

    def _became(self, row: Document, doubt: InDoubt) -> Receipt:
        state = WHAT_BECAME.get(whole_of(row, "SendStatus") or 0, ReceiptState.ACCEPTED)
        failed = state is ReceiptState.FAILED
        return Receipt(
            state=state,
            at=china_time(text_of(row, "ReceiveDate")) or self._desk.clock(),
            message_id=doubt.id,
            provider_id=doubt.provider_id,
            code=code_of(text_of(row, "ErrCode")) if failed else None,
        )

    def _called(self, action: str, parameters: dict[str, str]) -> Reply | Refused:
        query = canonical_query(parameters)
        headers = {
            "host": self._endpoint.partition("://")[2],
            "x-acs-action": action,
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            "x-acs-date": f"{self._desk.clock():%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": self._desk.entropy(16).hex(),
            "x-acs-version": VERSION,
        }
        proof = authorization(
            key_id=self._keys["KEY_ID"], secret=self._keys["SECRET"], query=query, headers=headers
        )
        ask = Ask(
            method="POST",
            url=f"{self._endpoint}/?{query}",
            headers={**headers, "authorization": proof},
        )
        return exchanged(self._desk.caller, ask)


def _document(reply: Reply) -> Document:
    try:
        return json_object(reply.body)
    except UnreadableError:
        raise SendInDoubt("answer_unreadable") from None


def _answer(reply: Reply, parts: int) -> Answer:
    document = _document(reply)
    code = text_of(document, "Code")
    if reply.status == 200 and code == "OK":
        return Accepted(provider_id=their_id(document, "BizId"), parts=parts)
    if not code:
        raise SendInDoubt("answer_unreadable")
    if code in IN_DOUBT:
        raise SendInDoubt(code_of(code))
    return Refused(
        code=code_of(code), final=code in FINAL, retry_after_seconds=LATER_SECONDS.get(code)
    )


def _receipt(row: Document, now: Instant) -> Receipt:
    delivered = text_of(row, "success") == "true"
    return Receipt(
        state=ReceiptState.DELIVERED if delivered else ReceiptState.FAILED,
        at=china_time(text_of(row, "report_time")) or now,
        message_id=id_of(text_of(row, "out_id")),
        provider_id=their_id(row, "biz_id"),
        code=None if delivered else code_of(text_of(row, "err_code")),
        parts=whole_of(row, "sms_size"),
    )


def _inbound(row: Document, now: Instant) -> Inbound:
    number = text_of(row, "phone_number").removeprefix(CHINA_PREFIX)
    return Inbound(
        channel=Channel.SMS,
        address=f"{CHINA_PREFIX}{number}",
        text=text_of(row, "content"),
        at=china_time(text_of(row, "send_time")) or now,
        provider_id=their_id(row, "sequence_id"),
    )
