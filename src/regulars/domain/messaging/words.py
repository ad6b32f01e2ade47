"""The words of a message, with their placeholders: a closed grammar and nothing beyond it.

    {{name|fallback:"朋友"}}，您有 {{amount|money}} 快到期，{{day|date:"M-d"}} 前都能用

A name or filter that is not on the list stays in the text as it was typed, and so does everything
that looks like a program: `{member.__class__}`, `{{7*7}}`, `{% if %}`. What is filled in is never
read again, so a guest who calls herself `{{points}}` is greeted as `{{points}}`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from regulars.domain.messaging.escaping import Medium, escaped, fit
from regulars.domain.messaging.placeholders import (
    NAMES,
    Kind,
    Tongue,
    Value,
    is_date_form,
    written,
)

_FILTER = r"(?: ?\| ?[a-z]{1,10}(?::\"[^\"{}\r\n]{0,60}\")?)"
_PLACEHOLDER = re.compile(r"\{\{ ?([a-z_]{1,20})(" + _FILTER + r"{0,3}) ?\}\}")
_ONE_FILTER = re.compile(r"\| ?([a-z]{1,10})(?::\"([^\"{}\r\n]{0,60})\")?")
_LIKE_A_PROGRAM = re.compile(r"\{\{|\}\}|\{%|\$\{|<%")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A place to fill: its name, what stands there if nothing is known, how a day is written."""

    name: str
    fallback: str | None = None
    date_form: str | None = None


Part = str | Placeholder


@lru_cache(maxsize=1024)
def parsed(text: str) -> tuple[Part, ...]:
    """A text cut into what stays and what is filled in."""
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[Part]:
    literal = ""
    at = 0
    for found in _PLACEHOLDER.finditer(text):
        place = _placeholder(found[1], found[2])
        literal += text[at : found.start()]
        at = found.end()
        if place is None:
            literal += found[0]
            continue
        if literal:
            yield literal
        literal = ""
        yield place
    literal += text[at:]
    if literal:
        yield literal


def _placeholder(name: str, filters: str) -> Placeholder | None:
    known = NAMES.get(name)
    if known is None:
        return None
    fallback = date_form = None
    for found in _ONE_FILTER.finditer(filters):
        word, argument = found[1], found[2]
        if word == "fallback" and argument and fallback is None:
            fallback = argument
        elif word == "date" and known.kind is Kind.DAY and argument and is_date_form(argument):
            date_form = argument
        elif word == "money" and known.kind is Kind.MONEY and argument is None:
            continue
        else:
            return None
    return Placeholder(name, fallback, date_form)


def names_in(text: str) -> frozenset[str]:
    """Which names a text asks for."""
    return frozenset(part.name for part in parsed(text) if isinstance(part, Placeholder))


def unguarded(text: str) -> tuple[str, ...]:
    """The names of a text that may be missing and have no fallback."""
    missing = [
        part.name
        for part in parsed(text)
        if isinstance(part, Placeholder) and NAMES[part.name].nullable and part.fallback is None
    ]
    return tuple(dict.fromkeys(missing))


def like_a_program(text: str) -> bool:
    """Whether what stays of a text looks as if its author meant a placeholder."""
    return any(isinstance(part, str) and _LIKE_A_PROGRAM.search(part) for part in parsed(text))


def filled(text: str, values: Mapping[str, Value], *, tongue: Tongue, medium: Medium) -> str:
    """The text with its places filled, each value escaped for where it stands."""
    pieces: list[str] = []
    for part in parsed(text):
        if isinstance(part, str):
            pieces.append(part)
            continue
        value = values.get(part.name)
        if value is None or value == "":
            told = part.fallback or ""
        else:
            told = written(value, NAMES[part.name].kind, form=part.date_form, tongue=tongue)
        pieces.append(escaped(told, medium))
    return fit("".join(pieces), medium)
