"""Messages to a member's browser through the push service that the browser itself chose.

Her address is what the browser gave: `{"endpoint": …, "keys": {"p256dh": …, "auth": …}}`. Our id is
the topic, so a message that was handed over twice is shown once; what is late is dropped there.
"""

from datetime import timedelta
from urllib.parse import urlsplit

import orjson
from cryptography.hazmat.primitives.asymmetric import ec

from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.port import Accepted, Answer, Outgoing, Refused
from regulars.integrations.calling.caller import Ask, exchanged, retry_after
from regulars.integrations.calling.documents import (
    UnreadableError,
    json_object,
    object_of,
    text_of,
)
from regulars.integrations.keyring import Desk, Keyring
from regulars.integrations.web_push.encryption import (
    AUTH_BYTES,
    CURVE,
    PLAIN_BYTES_MAX,
    SALT_BYTES,
    Browser,
    encrypted,
    public_bytes,
)
from regulars.integrations.web_push.vapid import (
    authorization,
    from_url_safe,
    private_key,
    url_safe,
)

NAME = "web_push"
TAKEN = frozenset({200, 201, 202, 204})
GONE = frozenset({404, 410})
LEFT_MAX = timedelta(days=28)
# RFC 8292 §2.1: anything else is refused by some push service or other.
CONTACTS = ("mailto:", "https://")


class WebPush:
    """The sender `web_push`."""

    name = NAME
    channel = Channel.PUSH

    def __init__(self, keyring: Keyring, desk: Desk) -> None:
        self._keys = keyring.keys("PUSH", needs=("VAPID_KEY", "CONTACT"))
        self._key = private_key(self._keys["VAPID_KEY"])
        self._desk = desk

    def missing(self) -> tuple[str, ...]:
        """The settings that it still needs, those that no push service takes among them."""
        wrong = {
            "VAPID_KEY": self._key is None,
            "CONTACT": not self._keys["CONTACT"].startswith(CONTACTS),
        }
        return tuple(f"{self._keys.start}{name}" for name, is_wrong in wrong.items() if is_wrong)

    @property
    def public_key(self) -> str | None:
        """What a page subscribes with."""
        return None if self._key is None else url_safe(public_bytes(self._key.public_key()))

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one message to the browser's push service. Raises: SendInDoubt."""
        if self._key is None or self.missing():
            return Refused(code="not_configured", final=False)
        browser = browser_of(outgoing.address)
        if browser is None:
            return Refused(code="subscription_malformed", final=True)
        now = self._desk.clock()
        left = min(outgoing.valid_until - now, LEFT_MAX)
        if left <= timedelta():
            return Refused(code="too_late", final=True)
        plain = _shown(outgoing)
        if len(plain) > PLAIN_BYTES_MAX:
            return Refused(code="too_long", final=True)
        salt = self._desk.entropy(SALT_BYTES)
        try:
            body = encrypted(plain, browser, salt=salt, own=ec.generate_private_key(CURVE))
        except ValueError:
            return Refused(code="subscription_malformed", final=True)
        headers = {
            "authorization": authorization(
                self._key, endpoint=browser.endpoint, subject=self._keys["CONTACT"], now=now
            ),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(int(left.total_seconds())),
            "topic": outgoing.id.hex,
            "urgency": "low" if outgoing.purpose is Purpose.MARKETING else "normal",
        }
        ask = Ask(method="POST", url=browser.endpoint, headers=headers, body=body)
        return self._answer(ask)

    def _answer(self, ask: Ask) -> Answer:
        reply = exchanged(self._desk.caller, ask)
        if isinstance(reply, Refused):
            # A subscription that names a place inside the house will never be right.
            final = reply.code.startswith("address_")
            return Refused(
                code=reply.code, final=final, retry_after_seconds=reply.retry_after_seconds
            )
        if reply.status in TAKEN:
            return Accepted(provider_id=None, cost_micro=0)
        return Refused(
            code=f"http_{reply.status}",
            final=reply.status in GONE,
            retry_after_seconds=retry_after(reply),
        )


def browser_of(address: str) -> Browser | None:
    """What a browser gave as its address, if it is whole."""
    try:
        document = json_object(address.encode())
        keys = object_of(document, "keys")
        key = from_url_safe(text_of(keys, "p256dh").rstrip("="))
        auth = from_url_safe(text_of(keys, "auth").rstrip("="))
    except (UnreadableError, ValueError):
        return None
    endpoint = text_of(document, "endpoint")
    if not _is_address(endpoint) or len(key) != 65 or len(auth) != AUTH_BYTES:
        return None
    return Browser(endpoint, key, auth)


def _is_address(endpoint: str) -> bool:
    try:
        return endpoint.isascii() and bool(urlsplit(endpoint).netloc)
    except ValueError:
        return False


def _shown(outgoing: Outgoing) -> bytes:
    what: dict[str, str] = {
        "id": str(outgoing.id),
        "title": outgoing.subject or "",
        "body": outgoing.text,
        "lang": outgoing.language,
    }
    if outgoing.links is not None:
        what["unsubscribe"] = outgoing.links.page_url
    return orjson.dumps(what)
