"""How a shop names itself to a push service: a signed token for that service alone (RFC 8292)."""

import base64
from datetime import timedelta
from urllib.parse import urlsplit

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from regulars.domain.kernel.period import Instant
from regulars.integrations.web_push.encryption import CURVE, public_bytes

# RFC 8292 §2: at most a day ahead; half of it forgives clocks that differ.
VALID = timedelta(hours=12)
KEY_BYTES = 32


def url_safe(value: bytes) -> str:
    """Base64 as addresses and headers take it: without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def from_url_safe(text: str) -> bytes:
    """The bytes of such a text. Raises: ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def private_key(text: str) -> ec.EllipticCurvePrivateKey | None:
    """The shop's key: PEM, or the 32 bytes that most tools print; None when it is neither."""
    try:
        if "-----BEGIN" in text:
            key = load_pem_private_key(text.encode(), None)
            if not isinstance(key, ec.EllipticCurvePrivateKey):
                return None
            return key if isinstance(key.curve, ec.SECP256R1) else None
        raw = from_url_safe(text.rstrip("="))
        return ec.derive_private_key(int.from_bytes(raw, "big"), CURVE) if len(raw) == 32 else None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def authorization(
    key: ec.EllipticCurvePrivateKey, *, endpoint: str, subject: str, now: Instant
) -> str:
    """The header Authorization for one push service."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + VALID).timestamp()),
        "sub": subject,
    }
    head = url_safe(orjson.dumps({"typ": "JWT", "alg": "ES256"}))
    to_sign = f"{head}.{url_safe(orjson.dumps(claims))}"
    r, s = decode_dss_signature(key.sign(to_sign.encode(), ec.ECDSA(SHA256())))
    signature = r.to_bytes(KEY_BYTES, "big") + s.to_bytes(KEY_BYTES, "big")
    token = f"{to_sign}.{url_safe(signature)}"
    return f"vapid t={token}, k={url_safe(public_bytes(key.public_key()))}"
