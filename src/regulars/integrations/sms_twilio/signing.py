"""How Twilio proves that a call is its own (X-Twilio-Signature), as its documents publish it.

The address that was called, then every posted field in alphabetical order, name and value joined:
signed with the account's token by HMAC-SHA1. Published under "Validating requests are coming from
Twilio".
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit


def signature(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """The signature of one call. A field that was posted twice with one value counts once."""
    text = url + "".join(f"{name}{value}" for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def ports_apart(url: str) -> tuple[str, str]:
    """The same address with its port and without: Twilio signs sometimes the one, sometimes the
    other."""
    parts = urlsplit(url)
    if parts.port is None:
        port = 443 if parts.scheme == "https" else 80
        return url, parts._replace(netloc=f"{parts.netloc}:{port}").geturl()
    return url, parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()
