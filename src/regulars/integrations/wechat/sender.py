"""WeChat: subscription messages of a mini program 订阅消息, or template messages 模板消息.

Both take approved wordings only. A template message carries our id as `client_msg_id`, so WeChat
itself sends it once; a subscription message uses up one tick of the guest, so twice is refused.
"""

from datetime import timedelta
from urllib.parse import urlencode

import orjson

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.approved import Wording, wording_of
from regulars.domain.messaging.callback import Call, Told
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import (
    Accepted,
    Answer,
    Outgoing,
    Refused,
    SendInDoubt,
)
from regulars.integrations.calling.caller import Ask, exchanged
from regulars.integrations.calling.documents import (
    Document,
    UnreadableError,
    json_object,
    text_of,
    their_id,
    whole_of,
)
from regulars.integrations.keyring import Desk, Keyring
from regulars.integrations.wechat.envelope import Envelope
from regulars.integrations.wechat.events import heard_of
from regulars.integrations.wechat.tokens import Token, Tokens

NAME = "wechat"
HOST = "api.weixin.qq.com"
JSON = "application/json; charset=utf-8"
MINI_PROGRAM = "mini_program"
SERVICE_ACCOUNT = "service_account"
LANGUAGES = {"zh-CN": "zh_CN", "en": "en_US"}

SPENT_TOKEN = frozenset({40001, 40014, 42001})
# She does not exist here, has left, or did not ask for this message: WeChat is the only way.
FINAL = frozenset({40003, 43004, 43101})
LATER_SECONDS = {-1: 30, 45009: 43_200, 45011: 60}
# What the kinds of fields hold, as published; a longer value would be refused altogether.
LETTERS_MAX = {"thing": 20, "name": 10, "phrase": 5, "character_string": 32, "symbol": 5}


class WeChat:
    """The sender `wechat`."""

    name = NAME
    channel = Channel.WECHAT

    def __init__(self, keyring: Keyring, desk: Desk, *, endpoint: str = f"https://{HOST}") -> None:
        self._keys = keyring.keys(
            "WECHAT",
            needs=("APP_ID", "SECRET"),
            may_have=("KIND", "PAGE", "CALLBACK_TOKEN", "CALLBACK_AES_KEY"),
        )
        self._kind = self._keys["KIND"] or MINI_PROGRAM
        self._desk = desk
        self._endpoint = endpoint
        self._tokens = Tokens(self._token, desk.clock)
        self._envelope = Envelope(
            token=self._keys["CALLBACK_TOKEN"],
            aes_key=self._keys["CALLBACK_AES_KEY"],
            receiver=self._keys["APP_ID"],
        )

    def missing(self) -> tuple[str, ...]:
        """The settings that it still needs, a kind that does not exist among them."""
        known = self._kind in {MINI_PROGRAM, SERVICE_ACCOUNT}
        return self._keys.missing() if known else (f"{self._keys.start}KIND", *self._keys.missing())

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one message to WeChat. Raises: SendInDoubt."""
        if self.missing():
            return Refused(code="not_configured", final=False)
        wording = wording_of(outgoing.provider_template, NAME)
        if wording is None:
            return Refused(code="no_approved_wording", final=False)
        body = orjson.dumps(self._message(outgoing, wording))
        token = self._tokens.get()
        if isinstance(token, Refused):
            return token
        answer = self._sent(token, body)
        if isinstance(answer, int):
            token = self._tokens.get(instead_of=token)
            if isinstance(token, Refused):
                return token
            answer = self._sent(token, body)
        if isinstance(answer, int):
            return Refused(code=f"wechat_{answer}", final=False)
        return answer

    def hear(self, call: Call, *, now: Instant) -> Told:
        """What became of messages, and what guests write. Raises: CallNotProvenError."""
        return heard_of(call, self._envelope, channel=self.channel, now=now)

    def _message(self, outgoing: Outgoing, wording: Wording) -> dict[str, object]:
        filled = wording.filled(outgoing.variables)
        fields = {name: {"value": fitting(name, value)} for name, value in filled.items()}
        common: dict[str, object] = {
            "touser": outgoing.address,
            "template_id": wording.template,
            "data": fields,
        }
        if self._kind == SERVICE_ACCOUNT:
            return {**common, "url": self._keys["PAGE"], "client_msg_id": outgoing.id.hex}
        return {**common, "page": self._keys["PAGE"], "lang": LANGUAGES[outgoing.language]}

    def _sent(self, token: Token, body: bytes) -> Answer | int:
        """WeChat's answer, or the code with which it refuses the token itself."""
        kind = "template" if self._kind == SERVICE_ACCOUNT else "subscribe"
        query = urlencode({"access_token": token.value})
        url = f"{self._endpoint}/cgi-bin/message/{kind}/send?{query}"
        document = self._asked(url, body)
        if isinstance(document, Refused):
            return document
        code = error_of(document)
        if code == 0:
            return Accepted(provider_id=their_id(document, "msgid"), cost_micro=0)
        if code in SPENT_TOKEN:
            return code
        return Refused(
            code=f"wechat_{code}", final=code in FINAL, retry_after_seconds=LATER_SECONDS.get(code)
        )

    def _token(self) -> Token | Refused:
        # The stable token: several processes of the shop get the same one and spoil none.
        body = orjson.dumps(
            {
                "grant_type": "client_credential",
                "appid": self._keys["APP_ID"],
                "secret": self._keys["SECRET"],
            }
        )
        try:
            document = self._asked(f"{self._endpoint}/cgi-bin/stable_token", body)
        except SendInDoubt as error:
            # Only the pass is in doubt: no message has left.
            return Refused(code=f"token_{error}", final=False)
        if isinstance(document, Refused):
            return document
        return token_of(document, self._desk.clock())

    def _asked(self, url: str, body: bytes) -> Document | Refused:
        ask = Ask(method="POST", url=url, headers={"content-type": JSON}, body=body)
        reply = exchanged(self._desk.caller, ask)
        if isinstance(reply, Refused):
            return reply
        try:
            return json_object(reply.body)
        except UnreadableError:
            raise SendInDoubt("answer_unreadable") from None


def error_of(document: Document) -> int:
    """The code of WeChat's answer, 0 for success. Raises: SendInDoubt when it gives none."""
    code = document.get("errcode")
    if not isinstance(code, int):
        raise SendInDoubt("answer_unreadable")
    return code


def token_of(document: Document, now: Instant) -> Token | Refused:
    """The pass in an answer of WeChat's or WeCom's, or its refusal."""
    value, seconds = text_of(document, "access_token"), whole_of(document, "expires_in")
    if not value or seconds is None:
        code = document.get("errcode")
        return Refused(code=f"token_{code if isinstance(code, int) else 'unread'}", final=False)
    return Token(value, Instant(now + timedelta(seconds=seconds)))


def fitting(name: str, value: str) -> str:
    """A value as long as its kind of field takes."""
    letters = LETTERS_MAX.get(name.rstrip("0123456789"))
    if letters is None or len(value) <= letters:
        return value
    return f"{value[: letters - 1]}…"
