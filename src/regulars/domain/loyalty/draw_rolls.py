"""Rolls that nobody can choose and everybody can check.

Before the first draw the shop publishes SHA-256(seed). Draw 17 of 王芳 rolls
HMAC-SHA256(seed, "programme|version|17|member|draw") mapped to the weights; when the draw is over
the seed is shown, and whoever wants to recomputes every roll and every prize, in order.
"""

import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import count
from typing import NamedTuple
from uuid import UUID

from regulars.domain.loyalty.draw import BLANK, Draw, Prize

_DIGEST_VALUES = 1 << 256
NAMED_MAX = 100


class DrawName(NamedTuple):
    """What a roll is made from beside the seed; the number is given in order, without a gap."""

    programme_id: UUID
    version: int
    number: int
    member_id: UUID
    draw_id: UUID


def commitment_of(seed: bytes) -> bytes:
    """What is published of a seed before the first draw. Units: 32 bytes."""
    return sha256(seed).digest()


def roll_of(seed: bytes, name: DrawName, total: int) -> int:
    """A roll from 0 to total - 1, each equally likely.

    A digest beyond the last whole multiple of the total is thrown away and the next one taken, so
    no prize is favoured by a remainder. Source: rejection sampling.
    """
    said = "|".join(str(part) for part in name)
    fair = _DIGEST_VALUES - _DIGEST_VALUES % total
    for attempt in count():
        digest = hmac.digest(seed, f"{said}|{attempt}".encode(), "sha256")
        value = int.from_bytes(digest, "big")
        if value < fair:
            return value % total
    raise AssertionError("counting never ends")


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """How likely one prize is, exactly: as it was promised, and now that some are gone."""

    code: str
    promised: Fraction
    now: Fraction


def odds_of(draw: Draw, gone: frozenset[str]) -> tuple[Odds, ...]:
    """The exact odds of every prize and of the blank, in that order.

    `gone`: the codes of which none is left. What was theirs falls to their "otherwise".
    """
    weights: Counter[str] = Counter()
    weights[BLANK] = draw.blank_weight
    for prize in draw.prizes:
        weights[draw.became(prize.code, lambda one: one.code in gone)] += prize.weight
    promised = [(prize.code, prize.weight) for prize in draw.prizes]
    return tuple(
        Odds(
            code=code,
            promised=Fraction(weight, draw.total_weight),
            now=Fraction(weights[code], draw.total_weight),
        )
        for code, weight in [*promised, (BLANK, draw.blank_weight)]
    )


class Won:
    """What has been won of one programme so far: by everybody, and by each member."""

    def __init__(self) -> None:
        self._all: Counter[str] = Counter()
        self._own: Counter[tuple[UUID, str]] = Counter()

    def add(self, member_id: UUID, code: str) -> None:
        """Count one more."""
        self._all[code] += 1
        self._own[member_id, code] += 1

    def gone_for(self, member_id: UUID, prize: Prize) -> bool:
        """Whether a member can no longer win a prize."""
        return gone(prize, of_all=self._all[prize.code], own=self._own[member_id, prize.code])


def gone(prize: Prize, *, of_all: int, own: int) -> bool:
    """Whether a prize cannot be won any more, after so many wins of everybody and of a member."""
    out = prize.stock is not None and of_all >= prize.stock
    return out or (prize.per_member_max is not None and own >= prize.per_member_max)


class Drawn(NamedTuple):
    """A draw as it was stored."""

    draw_id: UUID
    version: int
    number: int
    member_id: UUID
    roll: int
    drawn: str
    prize: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """All draws recomputed. `wrong`: the numbers that differ, the first hundred of them."""

    draws: int
    differences: int
    wrong: tuple[int, ...]


def audited(
    seed: bytes, programme_id: UUID, promised: Mapping[int, Draw], draws: Iterable[Drawn]
) -> Audit:
    """Recompute every draw in its order: number, roll, what was drawn and what it became."""
    won, wrong, total, differences = Won(), list[int](), 0, 0
    for total, one in enumerate(draws, start=1):
        if not _right(seed, programme_id, promised.get(one.version), one, total, won):
            differences += 1
            if len(wrong) < NAMED_MAX:
                wrong.append(one.number)
        won.add(one.member_id, one.prize)
    return Audit(draws=total, differences=differences, wrong=tuple(wrong))


def _right(
    seed: bytes, programme_id: UUID, draw: Draw | None, one: Drawn, number: int, won: Won
) -> bool:
    if draw is None or one.number != number:
        return False
    name = DrawName(programme_id, one.version, one.number, one.member_id, one.draw_id)
    roll = roll_of(seed, name, draw.total_weight)
    drawn = draw.at(roll)
    prize = draw.became(drawn, lambda each: won.gone_for(one.member_id, each))
    return (one.roll, one.drawn, one.prize) == (roll, drawn, prize)
