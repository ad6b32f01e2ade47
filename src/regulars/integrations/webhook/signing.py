"""Signs as "Standard Webhooks" publishes it: HMAC-SHA256 over id, time and body.

webhook-id: 019…   webhook-timestamp: 1614265330   webhook-signature: v1,g0hM9SsE+OT…
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta

from regulars.domain.kernel.period import Instant
from regulars.integrations.calling.documents import same_secret, unix_time

SKEW_MAX = timedelta(minutes=5)
PREFIX = "whsec_"
SECRET_BYTES_MIN = 24


def secret_of(text: str) -> bytes | None:
    """The secret in `whsec_…`; None when it is none or too short to be one."""
    try:
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except ValueError:
        return None
    return secret if len(secret) >= SECRET_BYTES_MIN else None


def signature(secret: bytes, *, message_id: str, timestamp: str, body: bytes) -> str:
    """The header webhook-signature of one call."""
    to_sign = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(secret, to_sign, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def is_signed(secret: bytes, headers: Mapping[str, str], body: bytes, *, now: Instant) -> bool:
    """Whether a call is from whoever knows the secret, and of these minutes."""
    timestamp, message_id = headers.get("webhook-timestamp", ""), headers.get("webhook-id", "")
    plain = timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12
    at = unix_time(int(timestamp)) if plain else None
    if at is None or not message_id or abs(now - at) > SKEW_MAX:
        return False
    expected = signature(secret, message_id=message_id, timestamp=timestamp, body=body)
    given = headers.get("webhook-signature", "").split(" ")
    return any([same_secret(one, expected) for one in given])  # noqa: C419 - all are compared
