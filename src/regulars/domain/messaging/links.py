"""Addresses of the web in a message: what can be followed as it stands, and so can be counted.

`https://shop.example/menu` is one; `shop.example/menu` is a text that some phones turn into one.
"""

from urllib.parse import urlsplit

from regulars.domain.messaging.escaping import VALUE_LETTERS_MAX

_SCHEMES = frozenset({"http", "https"})


def is_web_link(text: str) -> bool:
    """Whether a text is a whole address of the web, without a log-in hidden in it."""
    if not 0 < len(text) <= VALUE_LETTERS_MAX or not text.isascii() or not text.isprintable():
        return False
    if any(letter in text for letter in ' \\"<>`'):
        return False
    try:
        parts = urlsplit(text)
        # Read here, since a port that is none is found only when it is asked for.
        known = parts.hostname is not None and parts.port != 0
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and known and "@" not in parts.netloc
