"""Aliyun's request signature, version 3 (ACS3-HMAC-SHA256), as its own documents publish it.

The canonical request names method, path, sorted query, signed headers and the hash of the body; its
hash is signed with the shop's secret. Published under "V3 版本请求体 & 签名机制".
"""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"


def canonical_query(parameters: Mapping[str, str]) -> str:
    """The parameters as they are signed and sent: sorted, escaped by RFC 3986."""
    return "&".join(
        f"{quote(name, safe='~')}={quote(value, safe='~')}"
        for name, value in sorted(parameters.items())
    )


def authorization(
    *, key_id: str, secret: str, query: str, headers: Mapping[str, str], body: bytes = b""
) -> str:
    """The header Authorization of a POST to `/`; `headers` are those signed, in lower case."""
    signed = ";".join(sorted(headers))
    canonical = "\n".join(
        (
            "POST",
            "/",
            query,
            "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers)),
            signed,
            hashlib.sha256(body).hexdigest(),
        )
    )
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={signed},Signature={signature}"
