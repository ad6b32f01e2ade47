"""One-time codes and tokens as people and machines write them.

A new cashier gets `K7QM-2XWD-9FHT-4BNP` on paper: 80 random bits, good once, for a day.
"""

from base64 import b32encode, urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

CODE_LASTS = timedelta(hours=24)
CODE_LETTERS = 16
_GROUP = 4


def one_time_code(entropy: bytes) -> str:
    """The code that ten or more random bytes spell, in groups of four."""
    letters = b32encode(entropy[:10]).decode()[:CODE_LETTERS]
    return "-".join(letters[at : at + _GROUP] for at in range(0, CODE_LETTERS, _GROUP))


def code_hash(code: str) -> str:
    """A one-time code as it is stored; spaces, dashes and case do not matter to it."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(plain.encode()).hexdigest()


def token_of(entropy: bytes, *, prefix: str = "") -> str:
    """The token that 32 random bytes spell."""
    return prefix + urlsafe_b64encode(entropy).decode().rstrip("=")


def token_hash(token: str) -> bytes:
    """What is stored of a token: nothing that could be used in its place."""
    return sha256(token.encode()).digest()
