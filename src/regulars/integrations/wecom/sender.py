"""WeCom: to an outside contact 外部联系人 through the member of staff she added, or to staff.

A message to a guest becomes a task that the named member of staff confirms in WeCom, so "accepted"
is not yet "sent"; `ask` looks up what became of it. A long address that begins with `wm` or `wo` is
an outside contact, any other is one of the staff.
"""

import re
from urllib.parse import urlencode

import orjson

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.callback import Call, Told
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import (
    Accepted,
    Answer,
    InDoubt,
    Outgoing,
    Receipt,
    ReceiptState,
    Refused,
    SendInDoubt,
)
from regulars.integrations.calling.caller import Ask, exchanged
from regulars.integrations.calling.documents import (
    Document,
    UnreadableError,
    json_object,
    objects_of,
    text_of,
    their_id,
    unix_time,
    whole_of,
)
from regulars.integrations.keyring import Desk, Keyring
from regulars.integrations.wechat.envelope import Envelope
from regulars.integrations.wechat.events import heard_of
from regulars.integrations.wechat.sender import JSON, error_of, token_of
from regulars.integrations.wechat.tokens import Token, Tokens

NAME = "wecom"
HOST = "qyapi.weixin.qq.com"
# An outside contact's id is long; 王梅 of the staff may well be called `wmei`.
OUTSIDE = re.compile(r"w[mo][A-Za-z0-9_-]{18,62}")
# One of the staff: `@all` and `a|b` would be everybody and several.
STAFF = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
# WeCom drops the same words to the same person within so long.
ONCE_SECONDS = 14_400

SPENT_TOKEN = frozenset({40014, 42001})
# No such person, or nobody of the staff knows her.
FINAL = frozenset({40003, 60111, 81013, 84061})
LATER_SECONDS = {-1: 30, 45009: 3_600, 45033: 60}
WHAT_BECAME = {
    0: ReceiptState.ACCEPTED,
    1: ReceiptState.DELIVERED,
    2: ReceiptState.FAILED,
    3: ReceiptState.FAILED,
}


class WeCom:
    """The sender `wecom`."""

    name = NAME
    channel = Channel.WECOM
    told_only_when_asked = True

    def __init__(self, keyring: Keyring, desk: Desk, *, endpoint: str = f"https://{HOST}") -> None:
        self._keys = keyring.keys(
            "WECOM",
            needs=("CORP_ID", "SECRET", "AGENT_ID", "STAFF"),
            may_have=("CALLBACK_TOKEN", "CALLBACK_AES_KEY"),
        )
        self._desk = desk
        self._endpoint = endpoint
        self._tokens = Tokens(self._token, desk.clock)
        self._envelope = Envelope(
            token=self._keys["CALLBACK_TOKEN"],
            aes_key=self._keys["CALLBACK_AES_KEY"],
            receiver=self._keys["CORP_ID"],
        )

    def missing(self) -> tuple[str, ...]:
        """The settings that it still needs, an agent that is no number among them."""
        missing = self._keys.missing()
        agent = self._keys["AGENT_ID"]
        if agent and not (agent.isascii() and agent.isdigit()):
            return (f"{self._keys.start}AGENT_ID", *missing)
        return missing

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one message to WeCom. Raises: SendInDoubt."""
        if self.missing():
            return Refused(code="not_configured", final=False)
        if not STAFF.fullmatch(outgoing.address):
            return Refused(code="address_malformed", final=True)
        if OUTSIDE.fullmatch(outgoing.address):
            document = self._called(
                "externalcontact/add_msg_template",
                {
                    "chat_type": "single",
                    "external_userid": [outgoing.address],
                    "sender": self._keys["STAFF"],
                    "text": {"content": outgoing.text},
                },
            )
        else:
            document = self._called(
                "message/send",
                {
                    "touser": outgoing.address,
                    "msgtype": "text",
                    "agentid": int(self._keys["AGENT_ID"]),
                    "text": {"content": outgoing.text},
                    "enable_duplicate_check": 1,
                    "duplicate_check_interval": ONCE_SECONDS,
                },
            )
        return document if isinstance(document, Refused) else _answer(document)

    def ask(self, doubt: InDoubt) -> Receipt | None:
        """Whether the member of staff has sent it."""
        outside = OUTSIDE.fullmatch(doubt.address)
        if self.missing() or doubt.provider_id is None or not outside:
            return None
        try:
            document = self._called(
                "externalcontact/get_groupmsg_send_result",
                {"msgid": doubt.provider_id, "userid": self._keys["STAFF"], "limit": 500},
            )
        except SendInDoubt:
            return None
        rows = [] if isinstance(document, Refused) else objects_of(document, "send_list")
        for row in rows:
            if text_of(row, "external_userid") == doubt.address:
                return self._became(row, doubt)
        return None

    def hear(self, call: Call, *, now: Instant) -> Told:
        """What people write to the shop's application. Raises: CallNotProvenError."""
        return heard_of(call, self._envelope, channel=self.channel, now=now)

    def _became(self, row: Document, doubt: InDoubt) -> Receipt:
        status = whole_of(row, "status")
        state = WHAT_BECAME.get(status or 0, ReceiptState.ACCEPTED)
        return Receipt(
            state=state,
            at=unix_time(whole_of(row, "send_time")) or self._desk.clock(),
            message_id=doubt.id,
            provider_id=doubt.provider_id,
            code=f"wecom_status_{status}" if state is ReceiptState.FAILED else None,
        )

    def _called(self, what: str, body: dict[str, object]) -> Document | Refused:
        token = self._tokens.get()
        for last in (False, True):
            if isinstance(token, Refused):
                return token
            query = urlencode({"access_token": token.value})
            url = f"{self._endpoint}/cgi-bin/{what}?{query}"
            document = self._asked("POST", url, orjson.dumps(body))
            if isinstance(document, Refused):
                return document
            code = error_of(document)
            if code == 0:
                return document
            if last or code not in SPENT_TOKEN:
                return Refused(
                    code=f"wecom_{code}",
                    final=code in FINAL,
                    retry_after_seconds=LATER_SECONDS.get(code),
                )
            token = self._tokens.get(instead_of=token)
        raise AssertionError("the second pass always answers")

    def _token(self) -> Token | Refused:
        query = urlencode({"corpid": self._keys["CORP_ID"], "corpsecret": self._keys["SECRET"]})
        try:
            document = self._asked("GET", f"{self._endpoint}/cgi-bin/gettoken?{query}")
        except SendInDoubt as error:
            # Only the pass is in doubt: no message has left.
            return Refused(code=f"token_{error}", final=False)
        if isinstance(document, Refused):
            return document
        return token_of(document, self._desk.clock())

    def _asked(self, method: str, url: str, body: bytes = b"") -> Document | Refused:
        ask = Ask(method=method, url=url, headers={"content-type": JSON}, body=body)
        reply = exchanged(self._desk.caller, ask)
        if isinstance(reply, Refused):
            return reply
        try:
            return json_object(reply.body)
        except UnreadableError:
            raise SendInDoubt("answer_unreadable") from None


def _answer(document: Document) -> Answer:
    if document.get("fail_list") or text_of(document, "invaliduser"):
        return Refused(code="wecom_nobody_by_this_id", final=True)
    if text_of(document, "unlicenseduser"):
        return Refused(code="wecom_without_licence", final=False)
    return Accepted(provider_id=their_id(document, "msgid"), cost_micro=0)
