"""Lucky draw 抽奖: what may be won, how likely, for which ticket. The rolls are in `draw_rolls`.

{"price_points": 100, "tickets": {"kind": "points"}, "blank_weight": 90, "prizes": [{"code": "cup",
"name_zh": "保温杯", "weight": 1, "stock": 3, "otherwise": "ten", "gift": {"item_zh": "保温杯"}},
{"code": "ten", "name_zh": "10 积分", "weight": 9, "gift": {"points": 10}}]}: a draw costs 100 points;
one in 100 wins a flask while there are flasks, and 10 points after that, as was said before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import (
    CODE_LETTERS_MAX,
    check_parts,
    number,
    one_of,
    rows,
    text,
    whole,
    whole_or_none,
)
from regulars.domain.loyalty.gift import Gift, gift_data, gift_from
from regulars.domain.loyalty.programme import PROGRAMME_MALFORMED, Definition

FIELD = "definition"
BLANK = "blank"
PRIZES_MAX = 50
WEIGHT_MAX = 1_000_000
POINTS_MAX = 10_000_000
FREE_MAX = 100
STOCK_MAX = 1_000_000

DRAW_NO_TICKET = refusal_code("draw.no_ticket")
DRAW_SOLD_OUT = refusal_code("draw.prize_taken")
DRAW_TOO_YOUNG = refusal_code("draw.too_young", "age")
DRAW_OVER = refusal_code("draw.over")
DRAW_END_FIXED = refusal_code("draw.end_fixed")


class TicketKind(StrEnum):
    """What a draw is paid with: points, an order, or one of the free ones of the day."""

    POINTS = "points"
    ORDER = "order"
    DAILY = "daily"


class Minors(StrEnum):
    """What is done about members who are known to be too young."""

    REFUSED = "refused"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """How members come by a ticket. Units: free draws a business day, minor units of an order."""

    kind: TicketKind
    free: int = 0
    min_due_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prize:
    """One prize. `otherwise`: what whoever drew it gets once it is gone: another one, or `blank`.

    `stock`: how many there are in all; `per_member_max`: how many one member may win.
    """

    code: str
    label: Label
    gift: Gift
    weight: int
    stock: int | None = None
    per_member_max: int | None = None
    otherwise: str = BLANK


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What a draw promises. Units: points a draw; weights are parts of their sum."""

    tickets: Tickets
    prizes: tuple[Prize, ...]
    price_points: int = 0
    blank_weight: int = 0
    minors: Minors = Minors.REFUSED

    @property
    def total_weight(self) -> int:
        """The sum of all weights: a roll is one of so many."""
        return self.blank_weight + sum(prize.weight for prize in self.prizes)

    def prize(self, code: str) -> Prize | None:
        """The prize of a code; None is the blank."""
        return next((one for one in self.prizes if one.code == code), None)

    def at(self, roll: int) -> str:
        """The code that a roll falls on: prizes in their order, then the blank."""
        passed = 0
        for prize in self.prizes:
            passed += prize.weight
            if roll < passed:
                return prize.code
        return BLANK

    def became(self, drawn: str, gone: Callable[[Prize], bool]) -> str:
        """The code that is won where `drawn` was rolled and some prizes are gone."""
        prize = self.prize(drawn)
        while prize is not None and gone(prize):
            prize = self.prize(prize.otherwise)
        return prize.code if prize is not None else BLANK


def draw_from(data: Mapping[str, object]) -> Draw:
    """The draw that a definition spells. Refuses: terms.malformed, programme.malformed."""
    check_parts(FIELD, data, "price_points", "tickets", "prizes", "blank_weight", "minors")
    draw = Draw(
        tickets=_tickets(data.get("tickets")),
        prizes=tuple(_prize(row) for row in rows(FIELD, data.get("prizes"), PRIZES_MAX)),
        price_points=whole(0, POINTS_MAX)(f"{FIELD}.price_points", data.get("price_points", 0)),
        blank_weight=whole(0, WEIGHT_MAX)(f"{FIELD}.blank_weight", data.get("blank_weight", 0)),
        minors=Minors(one_of(*Minors)(f"{FIELD}.minors", data.get("minors", Minors.REFUSED.value))),
    )
    codes = [prize.code for prize in draw.prizes]
    if not codes or BLANK in codes or len(set(codes)) != len(codes):
        raise PROGRAMME_MALFORMED.because(part="prizes")
    # Only points buy a draw by points; an order is a ticket of its own; the day may do both.
    paid = draw.price_points > 0
    if draw.tickets.kind is not TicketKind.DAILY and paid != (
        draw.tickets.kind is TicketKind.POINTS
    ):
        raise PROGRAMME_MALFORMED.because(part="price_points")
    for prize in draw.prizes:
        _check_otherwise(draw, prize)
    return draw


def _check_otherwise(draw: Draw, prize: Prize) -> None:
    """Every chain of "otherwise" ends. Refuses: programme.malformed."""
    passed = {prize.code}
    code = prize.otherwise
    while code != BLANK:
        following = draw.prize(code)
        if following is None or code in passed:
            raise PROGRAMME_MALFORMED.because(part="otherwise")
        passed.add(code)
        code = following.otherwise


def _tickets(data: object) -> Tickets:
    if not isinstance(data, Mapping):
        raise PROGRAMME_MALFORMED.because(part="tickets")
    check_parts(FIELD, data, "kind", "free", "min_due_minor")
    tickets = Tickets(
        kind=TicketKind(one_of(*TicketKind)(f"{FIELD}.tickets.kind", data.get("kind"))),
        free=whole(0, FREE_MAX)(f"{FIELD}.tickets.free", data.get("free", 0)),
        min_due_minor=number(FIELD, data, "min_due_minor", 0),
    )
    if (tickets.kind is TicketKind.DAILY) != (tickets.free > 0):
        raise PROGRAMME_MALFORMED.because(part="free")
    if tickets.min_due_minor and tickets.kind is not TicketKind.ORDER:
        raise PROGRAMME_MALFORMED.because(part="min_due_minor")
    return tickets


_stock, _each = whole_or_none(1, STOCK_MAX), whole_or_none(1, STOCK_MAX)
_weight = whole(1, WEIGHT_MAX)


def _prize(row: Mapping[str, object]) -> Prize:
    known = ("code", "name_zh", "name_en", "gift", "weight", "stock", "per_member_max", "otherwise")
    check_parts(FIELD, row, *known)
    code, otherwise = text(FIELD, row, "code"), row.get("otherwise", BLANK)
    if len(code) > CODE_LETTERS_MAX or not isinstance(otherwise, str):
        raise PROGRAMME_MALFORMED.because(part="code")
    gift = gift_from(FIELD, row.get("gift"))
    if gift.empty:
        raise PROGRAMME_MALFORMED.because(part="gift")
    return Prize(
        code=code,
        label=Label(
            text(FIELD, row, "name_zh"), text(FIELD, row, "name_en") if row.get("name_en") else ""
        ),
        gift=gift,
        weight=_weight(f"{FIELD}.weight", row.get("weight")),
        stock=_stock(f"{FIELD}.stock", row.get("stock")),
        per_member_max=_each(f"{FIELD}.per_member_max", row.get("per_member_max")),
        otherwise=otherwise,
    )


def draw_data(definition: Definition) -> dict[str, object]:
    """The stored form; `draw_from` reads it back."""
    assert isinstance(definition, Draw)
    return {
        "price_points": definition.price_points,
        "tickets": {
            "kind": definition.tickets.kind.value,
            "free": definition.tickets.free,
            "min_due_minor": definition.tickets.min_due_minor,
        },
        "prizes": [
            {
                "code": prize.code,
                "name_zh": prize.label.zh,
                "name_en": prize.label.en,
                "gift": gift_data(prize.gift),
                "weight": prize.weight,
                "stock": prize.stock,
                "per_member_max": prize.per_member_max,
                "otherwise": prize.otherwise,
            }
            for prize in definition.prizes
        ],
        "blank_weight": definition.blank_weight,
        "minors": definition.minors.value,
    }
