"""Who is invited and who is held back: drawn from the member's id, so always the same answer.

Programme 老友归来 holds back 10 in 100 and tries two wordings on the rest. 王芳's number out of
10,000 is a hash of her id and the programme's own salt: 4,711, so she is invited; asked again
tomorrow, on another server or after a restart, it is 4,711 again. Another programme has another
salt, so it is not always the same guests who get nothing. One or two in a hundred get nothing from
any programme for a year: only they can tell what all the marketing together earns.

Source: marketing rules, assignment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from regulars.domain.insights.distributions import chi_square_tail
from regulars.domain.kernel.refusal import refusal_code

DESIGN_UNFIT = refusal_code("assignment.design_unfit", "part")

BUCKETS: Final = 10_000
CONTROL: Final = "control"
# Those held out from everything are in no arm of any programme; no variant is called so either.
HELD_OUT: Final = "held_out"
# The one arm of the programme "all our marketing".
MARKETING: Final = "marketing"

VARIANTS_MAX = 12
NAME_LETTERS_MAX = 40
# The share whose variant is drawn evenly and never adapts; without it nothing can be told later.
UNIFORM_MIN: Final = 500

_EVERYTHING = UUID("0190d5c0-6d65-7000-8000-6d61726b6574")


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording or gift, and its chance among the invited. Units: of 10,000."""

    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class Holdout:
    """Those held back from everything in a year, other members every year. Units: of 10,000."""

    year: int
    share: int

    @property
    def salt(self) -> str:
        """What draws them."""
        return f"everything:{self.year}"


NO_HOLDOUT: Final = Holdout(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How a programme draws. Units: shares of 10,000; the variants' weights sum to 10,000.

    `uniform`: the share of the invited whose variant is drawn evenly whatever the weights are.
    Refuses: assignment.design_unfit.
    """

    salt: str
    control: int
    variants: tuple[Variant, ...]
    uniform: int = BUCKETS

    def __post_init__(self) -> None:
        names = [variant.name for variant in self.variants]
        checks = {
            "salt": 1 <= len(self.salt) <= 200,
            "control": 0 <= self.control < BUCKETS,
            "variants": 1 <= len(names) <= VARIANTS_MAX
            and len(set(names)) == len(names)
            and all(1 <= len(one) <= NAME_LETTERS_MAX for one in names)
            and not {CONTROL, HELD_OUT}.intersection(names),
            "weights": sum(one.weight for one in self.variants) == BUCKETS
            and all(one.weight >= 0 for one in self.variants),
            "uniform": UNIFORM_MIN <= self.uniform <= BUCKETS,
        }
        for part, fits in checks.items():
            if not fits:
                raise DESIGN_UNFIT.because(part=part)

    def chances(self) -> dict[str, float]:
        """The share of each arm of this programme."""
        invited = (BUCKETS - self.control) / BUCKETS
        even = self.uniform / BUCKETS
        among = {
            one.name: even / len(self.variants) + (1 - even) * one.weight / BUCKETS
            for one in self.variants
        }
        return {CONTROL: self.control / BUCKETS} | {
            name: invited * share for name, share in among.items()
        }


@dataclass(frozen=True, slots=True)
class Assigned:
    """A member's arm and the chance it had. Units: of 10,000."""

    arm: str
    propensity: int
    uniform: bool

    @property
    def contacted(self) -> bool:
        """Whether she may hear of the programme."""
        return self.arm != CONTROL


def bucket(member_id: UUID, salt: str) -> int:
    """Her number under a salt, from 0 to 9,999: the same for ever, and evenly spread."""
    digest = sha256(f"{salt}|{member_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS


def assigned(member_id: UUID, design: Design) -> Assigned:
    """Her arm under a design."""
    if bucket(member_id, design.salt) < design.control:
        return Assigned(CONTROL, design.control, uniform=False)
    uniform = bucket(member_id, f"{design.salt}|uniform") < design.uniform
    drawn = bucket(member_id, f"{design.salt}|variant")
    if uniform:
        name = design.variants[drawn * len(design.variants) // BUCKETS].name
    else:
        name = _weighted(design.variants, drawn)
    return Assigned(name, max(1, round(design.chances()[name] * BUCKETS)), uniform=uniform)


def _weighted(variants: Sequence[Variant], drawn: int) -> str:
    reached = 0
    for variant in variants:
        reached += variant.weight
        if drawn < reached:
            return variant.name
    raise ValueError("the weights sum to 10,000")


def is_held_out(member_id: UUID, holdout: Holdout) -> bool:
    """Whether she hears of no marketing in a year."""
    return bucket(member_id, holdout.salt) < holdout.share


def even(names: Sequence[str]) -> tuple[Variant, ...]:
    """Variants with equal chances; what does not divide goes to the first ones."""
    share, rest = divmod(BUCKETS, len(names))
    return tuple(Variant(name, share + (at < rest)) for at, name in enumerate(names))


def everything_of(year: int) -> UUID:
    """The id under which "all our marketing" of a year is measured, like any programme."""
    return uuid5(_EVERYTHING, Holdout(year, 0).salt)


def is_everything(programme_id: UUID, design: Design) -> bool:
    """Whether this programme is "all our marketing"."""
    return programme_id == uuid5(_EVERYTHING, design.salt)


def everything_design(holdout: Holdout) -> Design:
    """The design of "all our marketing": its control are those held out from everything."""
    return Design(salt=holdout.salt, control=holdout.share, variants=(Variant(MARKETING, BUCKETS),))


def independence(members: Iterable[UUID], one: str, other: str, *, cells: int = 10) -> float:
    """How often chance alone ties two salts so closely: small means that they are not independent.

    Members are sorted by their tenth under each salt; the table is checked by chi-square.
    """
    table = [[0] * cells for _ in range(cells)]
    for member in members:
        row, column = (bucket(member, salt) * cells // BUCKETS for salt in (one, other))
        table[row][column] += 1
    rows = [sum(line) for line in table]
    columns = [sum(line[at] for line in table) for at in range(cells)]
    total = sum(rows)
    statistic = sum(
        (table[i][j] - rows[i] * columns[j] / total) ** 2 / (rows[i] * columns[j] / total)
        for i in range(cells)
        for j in range(cells)
        if rows[i] and columns[j]
    )
    freedom = (sum(map(bool, rows)) - 1) * (sum(map(bool, columns)) - 1)
    return chi_square_tail(statistic, freedom) if freedom > 0 else 1.0


def only_weights_differ(one: Design, other: Design) -> bool:
    """Whether two designs draw the same control: only the chances of the variants may change."""
    names = [variant.name for variant in one.variants]
    return (one.salt, one.control, names) == (
        other.salt,
        other.control,
        [variant.name for variant in other.variants],
    )


def design_data(design: Design) -> dict[str, object]:
    """The stored form of a design; the salt has a column of its own."""
    return {
        "control": design.control,
        "uniform": design.uniform,
        "variants": [{"name": one.name, "weight": one.weight} for one in design.variants],
    }


def design_from(salt: str, data: Mapping[str, object]) -> Design:
    """The design that was stored. Refuses: assignment.design_unfit."""
    match data:
        case {
            "control": int(control),
            "uniform": int(uniform),
            "variants": list(variants),
        }:
            return Design(
                salt=salt,
                control=control,
                uniform=uniform,
                variants=tuple(_variant_from(one) for one in variants),
            )
        case _:
            raise DESIGN_UNFIT.because(part="form")


def _variant_from(data: object) -> Variant:
    match data:
        case {"name": str(name), "weight": int(weight)}:
            return Variant(name, weight)
        case _:
            raise DESIGN_UNFIT.because(part="variants")
