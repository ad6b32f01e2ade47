"""Seals a call as WeChat and WeCom do in safe mode, written from their documents alone."""

import base64
import hashlib
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from regulars.domain.messaging.callback import Call
from tests.integrations.loopback import NOW

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKEN = "typed-into-the-console"


def sealed(message: str, receiver: str) -> str:
    """A message as ciphertext."""
    key = base64.b64decode(AES_KEY + "=")
    body = message.encode()
    plain = b"0123456789abcdef" + len(body).to_bytes(4, "big") + body + receiver.encode()
    padding = 32 - len(plain) % 32
    encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
    out = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(out).decode()


def proof(*words: str) -> str:
    """SHA-1 over the words in sorted order."""
    return hashlib.sha1("".join(sorted(words)).encode()).hexdigest()


def open_call(
    channel: str,
    body: str = "",
    *,
    token: str = TOKEN,
    at: str = "",
    method: str = "POST",
    **more: str,
) -> Call:
    """A call in plain mode."""
    stamp = at or str(int(NOW.timestamp()))
    query = {"timestamp": stamp, "nonce": "n1", "signature": proof(token, stamp, "n1"), **more}
    return _call(channel, query, body, method)


def sealed_call(
    channel: str, message: str, *, receiver: str, token: str = TOKEN, method: str = "POST"
) -> Call:
    """A call in safe mode; a GET asks for its own words back."""
    stamp, text = str(int(NOW.timestamp())), sealed(message, receiver)
    query = {"timestamp": stamp, "nonce": "n1", "msg_signature": proof(token, stamp, "n1", text)}
    if method == "GET":
        return _call(channel, {**query, "echostr": text}, "", method)
    body = f"<xml><ToUserName><![CDATA[x]]></ToUserName><Encrypt><![CDATA[{text}]]></Encrypt></xml>"
    return _call(channel, query, body, method)


def _call(channel: str, query: dict[str, str], body: str, method: str) -> Call:
    return Call(
        method=method,
        url=f"https://tea.example/api/v1/channels/{channel}/calls?{urlencode(query)}",
        headers={},
        query=query,
        body=body.encode(),
    )
