"""Signs a letter, so that a receiver knows the domain stands behind it: RFC 6376 and RFC 8463.

Both canonicalisations are "relaxed": spaces may change on the way, words may not. What is signed
includes the headers that take her off the list (RFC 8058 §4), and `From`, `To` and `Subject` are
named once more than they stand there, so that nobody adds a second one.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from regulars.domain.kernel.period import Instant

RSA_BITS_MIN = 1_024
FOLD = "\r\n "
LINE_LETTERS = 70
SIGNED = (
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "content-language",
    "content-type",
    "content-transfer-encoding",
    "mime-version",
    "auto-submitted",
    "precedence",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
)
ONCE_MORE = ("from", "to", "subject")
_SPACES = re.compile(rb"[ \t]+")
_LINE_BREAK = b"\r\n"

Key = RSAPrivateKey | Ed25519PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A domain's key, and under which name its public half stands in the DNS."""

    domain: str
    selector: str
    key: Key = field(repr=False)

    def signed(self, mail: bytes, *, now: Instant) -> bytes:
        """The letter with its signature before it."""
        head, _, body = mail.partition(_LINE_BREAK * 2)
        headers = fields_of(head + _LINE_BREAK)
        chosen = [name for name in SIGNED if any(name == known for known, _ in headers)]
        chosen += ONCE_MORE
        kind = "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256"
        hashed = base64.b64encode(body_hash(body)).decode()
        unsigned = (
            f"DKIM-Signature: v=1; a={kind}; c=relaxed/relaxed;{FOLD}"
            f"d={self.domain}; s={self.selector}; t={int(now.timestamp())};{FOLD}"
            f"h={f':{FOLD}'.join(chosen)};{FOLD}bh={hashed};{FOLD}b="
        ).encode()
        signature = sign(self.key, signing_input(headers, chosen, unsigned))
        text = base64.b64encode(signature).decode()
        lines = [text[at : at + LINE_LETTERS] for at in range(0, len(text), LINE_LETTERS)]
        return unsigned + FOLD.join(lines).encode() + _LINE_BREAK + mail


def key_of(text: str) -> Key | None:
    """A private key in PEM, if it is one that signs letters."""
    try:
        key = load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if isinstance(key, RSAPrivateKey):
        return key if key.key_size >= RSA_BITS_MIN else None
    return key if isinstance(key, Ed25519PrivateKey) else None


def sign(key: Key, to_sign: bytes) -> bytes:
    """The bare signature. Ed25519 signs the hash, as RFC 8463 wants it."""
    if isinstance(key, RSAPrivateKey):
        return key.sign(to_sign, PKCS1v15(), SHA256())
    return key.sign(hashlib.sha256(to_sign).digest())


def fields_of(head: bytes) -> list[tuple[str, bytes]]:
    """The header's fields in their order: the name in lower case, and the whole field as it is."""
    fields: list[tuple[str, bytes]] = []
    for line in head.split(_LINE_BREAK)[:-1]:
        if line[:1] in {b" ", b"\t"} and fields:
            name, known = fields[-1]
            fields[-1] = (name, known + _LINE_BREAK + line)
        else:
            fields.append((line.partition(b":")[0].strip().decode("ascii").lower(), line))
    return fields


def relaxed_field(field_bytes: bytes) -> bytes:
    """One field as it is hashed: name in lower case, unfolded, single spaces (§3.4.2)."""
    name, _, value = field_bytes.partition(b":")
    flat = _SPACES.sub(b" ", value.replace(_LINE_BREAK, b"")).strip(b" ")
    return name.strip().lower() + b":" + flat


def body_hash(body: bytes) -> bytes:
    """The hash of the body, spaces and last empty lines apart (§3.4.4)."""
    lines = [_SPACES.sub(b" ", line).rstrip(b" ") for line in body.split(_LINE_BREAK)]
    while lines and not lines[-1]:
        lines.pop()
    return hashlib.sha256(b"".join(line + _LINE_BREAK for line in lines)).digest()


def signing_input(
    headers: Sequence[tuple[str, bytes]], names: Sequence[str], unsigned: bytes
) -> bytes:
    """What is signed: the named fields from the last upwards, then the signature without itself."""
    left = {name: [known for word, known in headers if word == name] for name in names}
    chosen = [relaxed_field(left[name].pop()) for name in names if left[name]]
    return b"".join(one + _LINE_BREAK for one in chosen) + relaxed_field(unsigned)
