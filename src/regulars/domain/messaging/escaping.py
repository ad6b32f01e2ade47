"""A value made harmless for the place where it stands: an SMS, a mail's text, HTML, a header.

A guest who is called `<b>李敏` reads exactly that in her mail; one who hides a line break in her
name adds no header to it; one who writes 【某银行】 signs no SMS of ours.
"""

import unicodedata
from enum import StrEnum
from html import escape
from typing import assert_never

VALUE_LETTERS_MAX = 200
_JOINER = "\u200d"
_BREAKS = frozenset({"Cc", "Zl", "Zp"})
# What reverses, hides or is nothing.
_HIDDEN = frozenset({"Cf", "Cn", "Co", "Cs"})
_SIGNATURE_MARKS = str.maketrans({"【": "[", "】": "]"})


class Medium(StrEnum):
    """Where a text stands."""

    SMS = "sms"
    PLAIN = "plain"
    HTML = "html"
    HEADER = "header"


def escaped(value: str, medium: Medium) -> str:
    """A value for one place: one line, nothing hidden, no markup."""
    plain = one_line(value)[:VALUE_LETTERS_MAX]
    match medium:
        case Medium.SMS:
            return plain.translate(_SIGNATURE_MARKS)
        case Medium.HTML:
            return escape(plain, quote=True)
        case Medium.PLAIN | Medium.HEADER:
            return plain
        case _:
            assert_never(medium)


def fit(text: str, medium: Medium) -> str:
    """A whole text as its place takes it: a header is one line whatever its author typed."""
    return one_line(text) if medium is Medium.HEADER else text


def one_line(text: str) -> str:
    """The text without line breaks, control and hidden characters."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(letter) for letter in text)


def _shown(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in _BREAKS:
        return " "
    return "" if category in _HIDDEN and letter != _JOINER else letter
