"""Programmes 活动: what a shop invites its members to do, as versioned promises.

"天天签到" gives 2 points a day and 20 on the seventh; "周年抽奖" draws for 100 points; each is a
programme: a kind, a name, a period, a place of the chain and a definition that its kind reads. A
change is a new version; what members did under an old one keeps it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Period
from regulars.domain.kernel.refusal import refusal_code

PROGRAMME_MALFORMED = refusal_code("programme.malformed", "part")
PROGRAMME_KIND_UNKNOWN = refusal_code("programme.kind_unknown")
PRICE_CHANGED = refusal_code("programme.price_changed", "price_minor", "version")
POINTS_CHANGED = refusal_code("programme.points_changed", "points", "version")
PROMISE_CHANGED = refusal_code("programme.promise_changed", "version")


class ProgrammeKind(StrEnum):
    """What members are invited to."""

    CHECK_IN = "check_in"
    TASK = "task"
    DRAW = "draw"
    MALL_ITEM = "mall_item"
    REFERRAL = "referral"
    GROUP_BUY = "group_buy"
    PASS = "pass"  # noqa: S105 - a pass of ten visits, not a password
    SURVEY = "survey"


class Definition(Protocol):
    """What a programme of one kind promises: a frozen dataclass of its own module."""


class Codec(NamedTuple):
    """How one kind's definition is read from what was stored, and stored."""

    read: Callable[[Mapping[str, object]], Definition]
    write: Callable[[Definition], dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One version of one programme, as it is in force."""

    id: UUID
    version: int
    kind: ProgrammeKind
    name: Label
    period: Period
    definition: Definition


@dataclass(frozen=True, slots=True)
class Offered:
    """What a guest was shown before she said yes; None is not told. Units: minor units or points."""

    price: int | None = None
    version: int | None = None


UNTOLD = Offered()


def check_price(offered: Offered, *, price_minor: int, version: int) -> None:
    """Whether something is sold for the money, and as the promise, that the guest was shown.

    Units: minor units. Refuses: programme.price_changed, programme.promise_changed.
    """
    if offered.price not in (None, price_minor):
        raise PRICE_CHANGED.because(price_minor=price_minor, version=version)
    _check_version(offered, version)


def check_points(offered: Offered, *, points: int, version: int) -> None:
    """The same of something that costs points.

    Refuses: programme.points_changed, programme.promise_changed.
    """
    if offered.price not in (None, points):
        raise POINTS_CHANGED.because(points=points, version=version)
    _check_version(offered, version)


def _check_version(offered: Offered, version: int) -> None:
    if offered.version not in (None, version):
        raise PROMISE_CHANGED.because(version=version)


def definition_of(codecs: Mapping[ProgrammeKind, Codec], kind: str, data: object) -> Definition:
    """The definition that a kind reads from data.

    Refuses: programme.kind_unknown, programme.malformed, and what the kind refuses.
    """
    codec = codecs.get(ProgrammeKind(kind)) if kind in set(ProgrammeKind) else None
    if codec is None:
        raise PROGRAMME_KIND_UNKNOWN.because()
    if not isinstance(data, Mapping):
        raise PROGRAMME_MALFORMED.because(part="definition")
    return codec.read(data)
