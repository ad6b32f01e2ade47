"""Tencent Cloud's request signature, version 3 (TC3-HMAC-SHA256), as its documents publish it.

The key is derived for one day and one service, so a leaked signature key opens no other day.
Published under "签名方法 v3".
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC

from regulars.domain.kernel.period import Instant

ALGORITHM = "TC3-HMAC-SHA256"
END = "tc3_request"


def authorization(
    *,
    key_id: str,
    secret: str,
    service: str,
    headers: Mapping[str, str],
    body: bytes,
    at: Instant,
) -> str:
    """The header Authorization of a POST to `/`; `headers` are those signed, in lower case."""
    signed = ";".join(sorted(headers))
    canonical = "\n".join(
        (
            "POST",
            "/",
            "",
            "".join(f"{name}:{headers[name].strip().lower()}\n" for name in sorted(headers)),
            signed,
            hashlib.sha256(body).hexdigest(),
        )
    )
    day = f"{at.astimezone(UTC):%Y-%m-%d}"
    scope = f"{day}/{service}/{END}"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{int(at.timestamp())}\n{scope}\n{hashed}"
    key = f"TC3{secret}".encode()
    for word in (day, service, END):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={signed}, Signature={signature}"
