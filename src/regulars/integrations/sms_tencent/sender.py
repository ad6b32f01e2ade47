"""SMS by Tencent Cloud: approved wordings to mainland China, receipts by callback or by asking.

Our id travels as `SessionContext` and comes back with the answer; receipts name Tencent's own
serial number. Whoever cannot be called from outside sets `REGULARS_SMS_TENCENT_POLL` and asks.
"""

from collections.abc import Mapping
from datetime import timedelta

import orjson

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.approved import Wording
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
from regulars.integrations.calling.caller import Ask, exchanged
from regulars.integrations.calling.documents import (
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
    unix_time,
    whole_of,
)
from regulars.integrations.keyring import Desk, Keyring
from regulars.integrations.sms_tencent.signing import authorization

NAME = "sms_tencent"
HOST = "sms.tencentcloudapi.com"
SERVICE = "sms"
VERSION = "2021-01-11"
REGION = "ap-guangzhou"
JSON = "application/json; charset=utf-8"

# No other provider can reach this number either.
FINAL = frozenset(
    {
        "FailedOperation.PhoneNumberInBlacklist",
        "InvalidParameterValue.IncorrectPhoneNumber",
    }
)
LATER_SECONDS = {
    "LimitExceeded.PhoneNumberThirtySecondLimit": 60,
    "LimitExceeded.PhoneNumberOneHourLimit": 3_600,
    "LimitExceeded.PhoneNumberDailyLimit": 43_200,
    "LimitExceeded.PhoneNumberSameContentDailyLimit": 43_200,
    "RequestLimitExceeded": 5,
}
# Tencent itself does not know whether it sent: it lost its own way.
IN_DOUBT = "InternalError"
ROWS_MAX = 100
PAGES_MAX = 20
# A message in doubt is looked for around the moment when it was handed over.
AROUND = timedelta(minutes=10)
HEARD = b'{"result":0,"errmsg":"OK"}'


class TencentSms:
    """The sender `sms_tencent`."""

    name = NAME
    channel = Channel.SMS

    def __init__(self, keyring: Keyring, desk: Desk, *, endpoint: str = f"https://{HOST}") -> None:
        self._keys = keyring.keys(
            "SMS_TENCENT",
            needs=("KEY_ID", "SECRET", "APP_ID", "SIGN_NAME"),
            may_have=("POLL",),
            passwords=("CALLBACK_TOKEN",),
        )
        self._desk = desk
        self._endpoint = endpoint

    def missing(self) -> tuple[str, ...]:
        """The settings that it still needs."""
        return self._keys.missing()

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one SMS to Tencent Cloud. Raises: SendInDoubt."""
        if self.missing():
            return Refused(code="not_configured", final=False)
        wording = approved_for(outgoing, NAME)
        if isinstance(wording, Refused):
            return wording
        values = in_order(wording, outgoing.variables)
        if values is None:
            return Refused(code="approved_wording_without_order", final=False)
        document = self._called(
            "SendSms",
            {
                "PhoneNumberSet": [outgoing.address],
                "SmsSdkAppId": self._keys["APP_ID"],
                "SignName": self._keys["SIGN_NAME"],
                "TemplateId": wording.template,
                "TemplateParamSet": values,
                "SessionContext": str(outgoing.id),
            },
        )
        if isinstance(document, Refused):
            return document
        return _answer(document, parts_signed(outgoing.text, self._keys["SIGN_NAME"]))

    def poll(self, *, now: Instant) -> Heard:
        """Receipts and replies that wait at Tencent, where the shop asks for them."""
        if self.missing() or not self._keys["POLL"]:
            return Heard()
        states = self._waiting("PullSmsSendStatus", "PullSmsSendStatusSet")
        replies = self._waiting("PullSmsReplyStatus", "PullSmsReplyStatusSet")
        return Heard(
            receipts=tuple(_pulled(row, now) for row in states),
            inbound=tuple(_pulled_reply(row, now) for row in replies),
        )

    def ask(self, doubt: InDoubt) -> Receipt | None:
        """What Tencent has of a message to this number: by our id, or by its serial number."""
        if self.missing() or not doubt.address.startswith(CHINA_PREFIX):
            return None
        rows = self._rows(
            "PullSmsSendStatusByPhoneNumber",
            {
                "BeginTime": int((doubt.handed_at - AROUND).timestamp()),
                "EndTime": int((doubt.handed_at + AROUND).timestamp()),
                "Offset": 0,
                "Limit": ROWS_MAX,
                "PhoneNumber": doubt.address,
                "SmsSdkAppId": self._keys["APP_ID"],
            },
            "PullSmsSendStatusSet",
        )
        for row in rows:
            theirs = text_of(row, "SerialNo")
            ours = id_of(text_of(row, "SessionContext"))
            if ours == doubt.id or (theirs and theirs == doubt.provider_id):
                return _pulled(row, self._desk.clock())
        return None

    def hear(self, call: Call, *, now: Instant) -> Told:
        """Receipts and replies; Tencent signs nothing, so the address itself holds a secret."""
        if not same_secret(call.query.get("token", ""), self._keys["CALLBACK_TOKEN"]):
            raise CallNotProvenError
        try:
            is_list = call.body.lstrip()[:1] == b"["
            rows = json_objects(call.body) if is_list else [json_object(call.body)]
        except UnreadableError:
            raise CallNotProvenError from None
        heard = Heard(
            receipts=tuple(_receipt(row, now) for row in rows if "report_status" in row),
            inbound=tuple(_reply(row, now) for row in rows if "text" in row),
        )
        return Told(heard=heard, body=HEARD, content_type="application/json")

    def _waiting(self, action: str, name: str) -> list[Document]:
        """All that waits; what has once been told is not told again."""
        what: dict[str, object] = {"Limit": ROWS_MAX, "SmsSdkAppId": self._keys["APP_ID"]}
        found: list[Document] = []
        for _ in range(PAGES_MAX):
            page = self._rows(action, what, name)
            found += page
            if len(page) < ROWS_MAX:
                break
        return found

    def _rows(self, action: str, what: dict[str, object], name: str) -> list[Document]:
        try:
            document = self._called(action, what)
        except SendInDoubt:
            return []
        return [] if isinstance(document, Refused) else objects_of(document, name)

    def _called(self, action: str, what: dict[str, object]) -> Document | Refused:
        body = orjson.dumps(what)
        now = self._desk.clock()
        signed = {
            "content-type": JSON,
            "host": self._endpoint.partition("://")[2],
            "x-tc-action": action,
        }
        headers = {
            **signed,
            "x-tc-version": VERSION,
            "x-tc-region": REGION,
            "x-tc-timestamp": str(int(now.timestamp())),
            "authorization": authorization(
                key_id=self._keys["KEY_ID"],
                secret=self._keys["SECRET"],
                service=SERVICE,
                headers=signed,
                body=body,
                at=now,
            ),
        }
        ask = Ask(method="POST", url=f"{self._endpoint}/", headers=headers, body=body)
        reply = exchanged(self._desk.caller, ask)
        if isinstance(reply, Refused):
            return reply
        try:
            return object_of(json_object(reply.body), "Response")
        except UnreadableError:
            raise SendInDoubt("answer_unreadable") from None


def in_order(wording: Wording, variables: Mapping[str, str]) -> list[str] | None:
    """The values as {1}, {2} … of the wording; None where nothing says which comes first."""
    filled = wording.filled(variables)
    if wording.names is not None or len(filled) <= 1:
        return list(filled.values())
    if not all(name.isascii() and name.isdigit() for name in filled):
        return None
    return [filled[name] for name in sorted(filled, key=int)]


def _answer(document: Document, parts: int) -> Answer:
    error = text_of(object_of(document, "Error"), "Code")
    if error:
        return _refused(error)
    sent = objects_of(document, "SendStatusSet")
    code = text_of(sent[0], "Code") if len(sent) == 1 else ""
    if code == "Ok":
        return Accepted(
            provider_id=their_id(sent[0], "SerialNo"),
            parts=whole_of(sent[0], "Fee") or parts,
        )
    if not code:
        raise SendInDoubt("answer_unreadable")
    return _refused(code)


def _refused(code: str) -> Refused:
    if code.startswith(IN_DOUBT):
        raise SendInDoubt(code_of(code))
    return Refused(
        code=code_of(code), final=code in FINAL, retry_after_seconds=LATER_SECONDS.get(code)
    )


def _state(row: Document, name: str) -> ReceiptState:
    if text_of(row, name).upper() == "SUCCESS":
        return ReceiptState.DELIVERED
    return ReceiptState.FAILED


def _receipt(row: Document, now: Instant) -> Receipt:
    state = _state(row, "report_status")
    return Receipt(
        state=state,
        at=china_time(text_of(row, "user_receive_time")) or now,
        provider_id=their_id(row, "sid"),
        code=code_of(text_of(row, "errmsg")) if state is ReceiptState.FAILED else None,
    )


def _pulled(row: Document, now: Instant) -> Receipt:
    state = _state(row, "ReportStatus")
    return Receipt(
        state=state,
        at=unix_time(whole_of(row, "UserReceiveTime")) or now,
        message_id=id_of(text_of(row, "SessionContext")),
        provider_id=their_id(row, "SerialNo"),
        code=code_of(text_of(row, "Description")) if state is ReceiptState.FAILED else None,
    )


def _number(nation: str, number: str) -> str:
    return number if number.startswith("+") else f"+{nation or CHINA_PREFIX[1:]}{number}"


def _reply(row: Document, now: Instant) -> Inbound:
    return Inbound(
        channel=Channel.SMS,
        address=_number(text_of(row, "nationcode"), text_of(row, "mobile")),
        text=text_of(row, "text"),
        at=unix_time(whole_of(row, "time")) or now,
    )


def _pulled_reply(row: Document, now: Instant) -> Inbound:
    return Inbound(
        channel=Channel.SMS,
        address=_number(text_of(row, "CountryCode"), text_of(row, "SubscriberNumber")),
        text=text_of(row, "ReplyContent"),
        at=unix_time(whole_of(row, "ReplyTime")) or now,
    )
