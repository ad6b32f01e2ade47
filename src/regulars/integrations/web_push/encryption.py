"""What a push service carries and cannot read: RFC 8291 over RFC 8188 (aes128gcm).

The browser gave a public key and a secret; a fresh key pair of ours meets them, and only that
browser can open the one record that comes out.
"""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
RECORD_BYTES = 4_096
SALT_BYTES = 16
AUTH_BYTES = 16
# RFC 8291 §4: a push service need not take more; header, delimiter and tag take their part.
PLAIN_BYTES_MAX = 3_993
_LAST_RECORD = b"\x02"


@dataclass(frozen=True, slots=True)
class Browser:
    """Where one browser listens, and what only it can open."""

    endpoint: str = field(repr=False)
    key: bytes = field(repr=False)
    auth: bytes = field(repr=False)


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypted(
    plain: bytes, browser: Browser, *, salt: bytes, own: ec.EllipticCurvePrivateKey
) -> bytes:
    """The body of the request. `salt` and `own` are new for every message.

    Raises: ValueError for a key that is no point of the curve.
    """
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, browser.key)
    own_public = public_bytes(own.public_key())
    shared = own.exchange(ec.ECDH(), theirs)
    met = _derived(
        shared, salt=browser.auth, what=b"WebPush: info\0" + browser.key + own_public, size=32
    )
    content_key = _derived(met, salt=salt, what=b"Content-Encoding: aes128gcm\0", size=16)
    nonce = _derived(met, salt=salt, what=b"Content-Encoding: nonce\0", size=12)
    sealed = AESGCM(content_key).encrypt(nonce, plain + _LAST_RECORD, None)
    return (
        salt
        + RECORD_BYTES.to_bytes(4, "big")
        + len(own_public).to_bytes(1, "big")
        + own_public
        + sealed
    )


def _derived(secret: bytes, *, salt: bytes, what: bytes, size: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=size, salt=salt, info=what).derive(secret)
