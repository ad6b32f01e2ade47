"""One line of a timeline: when, what in a sentence, why, by which rule, and what it followed from.

>>> told = {"coupon": Label("满40减5", "5 off 40"), "where": Label("单号 A017", "bill A017")}
>>> said(Kind.COUPON_USED, told, scale=2).zh
'用掉“满40减5”（单号 A017）'
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, assert_never
from uuid import UUID

from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.period import Instant
from regulars.domain.pricing.reason_words import money_text
from regulars.domain.timeline.kinds import Kind, Topic
from regulars.domain.timeline.sentences import TRADE
from regulars.domain.timeline.sentences_marketing import MARKETING

SENTENCES: Mapping[Kind, Label] = {**TRADE, **MARKETING}
# Told of what happened in a store that the reader has no right to see.
ELSEWHERE: Mapping[Topic, Label] = {
    Topic.ORDER: Label("在其他门店消费", "A purchase at another store"),
    Topic.SURVEY: Label("评价了其他门店", "A mark for another store"),
}


class Money(NamedTuple):
    """An amount to be written as the currency is. Units: minor units."""

    minor: int


Told = Label | str | int | date | Money


class Unit(StrEnum):
    """What an amount of a line counts: minor units of money, points, …

    `cost` is what a gift may cost the shop, in minor units; `cost_micro` what a message cost it, in
    millionths of the currency's main unit.
    """

    MONEY = "money"
    BONUS = "bonus"
    POINTS = "points"
    GROWTH = "growth"
    USES = "uses"
    COST = "cost"
    COST_MICRO = "cost_micro"


class Amount(NamedTuple):
    """What moved with a line; negative left her."""

    unit: Unit
    amount: int


class RuleKind(StrEnum):
    """What sort of rule decided."""

    OFFER = "offer"
    TERMS = "terms"
    PROGRAMME = "programme"
    SEGMENT = "segment"
    JOURNEY = "journey"
    TEMPLATE = "template"
    EXPERIMENT = "experiment"
    WORDING = "wording"


class Rule(NamedTuple):
    """The rule that decided, with the version that was in force then, where there are versions."""

    kind: RuleKind
    id: UUID | None
    version: str | None
    name: Label


class Cause(NamedTuple):
    """What a line followed from: a bill, a run of a journey, another message."""

    topic: Topic
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. `ids`: where to look further, by what they name. `store_id`: where it was."""

    at: Instant
    kind: Kind
    sentence: Label
    why: Label | None = None
    rule: Rule | None = None
    caused_by: Cause | None = None
    store_id: UUID | None = None
    ids: Mapping[str, UUID] = field(default_factory=dict)
    amounts: tuple[Amount, ...] = ()


def said(kind: Kind, told: Mapping[str, Told], *, scale: int) -> Label:
    """What a line of a kind says, in both languages. Units: `scale` digits after the point."""
    form = SENTENCES[kind]
    return Label(_filled(form, told, "zh-CN", scale), _filled(form, told, "en", scale))


def withheld(line: Line) -> Line:
    """The line of a store that the reader may not see: that there was one, and when."""
    return Line(at=line.at, kind=line.kind, sentence=ELSEWHERE[line.kind.topic])


def _filled(form: Label, told: Mapping[str, Told], language: Language, scale: int) -> str:
    words = {name: written(value, language, scale=scale) for name, value in told.items()}
    return form.in_language(language).format(**words)


def written(value: Told, language: Language, *, scale: int) -> str:
    """A value as it stands in a sentence."""
    match value:
        case Label():
            return value.in_language(language)
        case Money(minor=minor):
            return money_text(minor, scale)
        case str():
            return value
        case int():
            return f"{value:,}"
        case date():
            if language == "en":
                return value.isoformat()
            return f"{value.year} 年 {value.month} 月 {value.day} 日"
        case _:
            assert_never(value)
