"""What a guest asks for: by taste, by season, by the hour, and for regulars mostly the usual.

In July 手捣香柠茶 with ice leads, in January 红糖姜枣茶; 王芳 has her 松风乌龙奶 large, half sugar,
with pearls, three visits out of five.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from random import Random

from regulars.cli.demo_shop.goods import Question, Season
from regulars.cli.demo_shop.menu import Asked, Dish
from regulars.cli.demo_shop.seeds import Weighted, new_id
from regulars.cli.demo_shop.tea_menu import ICE, ICE_IN_SUMMER, ICE_IN_WINTER
from regulars.domain.catalog.lines import ComboPick, LineRequest, OptionChoice
from regulars.domain.kernel.ids import LineId, VariantId
from regulars.domain.kernel.period import Instant

MONTHS = range(1, 13)
SUMMER_TIDE = (0.35, 0.4, 0.55, 0.8, 1.2, 1.6, 1.9, 1.9, 1.4, 0.9, 0.5, 0.35)
WINTER_TIDE = (1.9, 1.7, 1.2, 0.8, 0.5, 0.3, 0.25, 0.25, 0.4, 0.8, 1.4, 1.8)
# So many drinks are poured in the kitchen for each dish that it cooks.
DRINKS_IN_KITCHEN = 0.25
THE_USUAL = 0.62
CUPS = Weighted((1, 2, 3, 4, 5), (56, 27, 11, 4, 2))
CUPS_TO_SHARE = Weighted((1, 2, 3, 4), (30, 50, 14, 6))
PLATES = Weighted((2, 3, 4, 5, 6), (26, 30, 24, 13, 7))
OF_ONE_KIND = Weighted((1, 2, 3), (91, 8, 1))
LUNCH_FOR_ONE = "CB11"
LUNCH_SHARE = 0.4
# How many answers are given where none is needed.
EXTRAS = Weighted((0, 1, 2), (62, 31, 7))


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing as somebody likes it."""

    dish: Dish
    variant: VariantId
    options: tuple[OptionChoice, ...] = ()
    picks: tuple[ComboPick, ...] = ()

    def line(self, dice: Random, at: Instant, quantity: int) -> LineRequest:
        """The line that the till sends for it."""
        return LineRequest(
            id=LineId(new_id(dice, at)),
            product_id=self.dish.product_id,
            variant_id=self.variant,
            quantity=quantity,
            options=self.options,
            combo=self.picks,
        )


class Palate:
    """Everything that can be ordered, by month and kind of store."""

    def __init__(self, dishes: Sequence[Dish]) -> None:
        drinks = [one for one in dishes if not one.kitchen]
        self._tea = {month: _weighted(drinks, dishes, month, tea=True) for month in MONTHS}
        self._kitchen = {month: _weighted(drinks, dishes, month, tea=False) for month in MONTHS}
        self._lunch = next(one for one in dishes if one.code == LUNCH_FOR_ONE)

    def favourites(self, dice: Random) -> tuple[Wish, ...]:
        """What a new member will mostly drink: one to three cups."""
        return tuple(
            self.wish(dice, self._tea[5].draw(dice), 5) for _ in range(dice.choice((1, 2, 2, 3)))
        )

    def basket(
        self, dice: Random, wall: datetime, at: Instant, *, usual: Sequence[Wish]
    ) -> tuple[LineRequest, ...]:
        """What somebody orders in a tea shop. Units: `wall` is the shop's own time."""
        month = wall.month
        sharing = wall.weekday() < 5 and 14 <= wall.hour < 17
        wishes = []
        for _ in range((CUPS_TO_SHARE if sharing else CUPS).draw(dice)):
            if usual and dice.random() < THE_USUAL:
                wishes.append(dice.choice(usual))
            else:
                wishes.append(self.wish(dice, self._tea[month].draw(dice), month))
        return tuple(wish.line(dice, at, OF_ONE_KIND.draw(dice)) for wish in wishes)

    def table(self, dice: Random, wall: datetime, at: Instant) -> tuple[LineRequest, ...]:
        """What a table orders in the kitchen. Units: `wall` is the kitchen's own time."""
        lunch = wall.weekday() < 5 and wall.hour < 14
        if lunch and dice.random() < LUNCH_SHARE:
            return (
                self.wish(dice, self._lunch, wall.month).line(dice, at, dice.choice((1, 1, 2))),
            )
        drawn = {
            dish.code: dish
            for dish in (self._kitchen[wall.month].draw(dice) for _ in range(PLATES.draw(dice)))
        }
        return tuple(self.wish(dice, dish, wall.month).line(dice, at, 1) for dish in drawn.values())

    def wish(self, dice: Random, dish: Dish, month: int) -> Wish:
        """One thing as somebody likes it in a month."""
        return Wish(
            dish,
            dice.choice(dish.variants),
            tuple(choice for asked in dish.asked for choice in _answers(dice, asked, month)),
            tuple(
                ComboPick(filling.slot_id, dice.choice(filling.variants))
                for filling in dish.fillings
                for _ in range(filling.quantity)
            ),
        )


def _weighted(
    drinks: Sequence[Dish], dishes: Sequence[Dish], month: int, *, tea: bool
) -> Weighted[Dish]:
    weights = [_asked_for(one, month) for one in drinks]
    if tea:
        return Weighted(drinks, weights)
    cooked = [one for one in dishes if one.kitchen and one.code != LUNCH_FOR_ONE]
    plates = [_asked_for(one, month) for one in cooked]
    poured = DRINKS_IN_KITCHEN * sum(plates) / sum(weights)
    return Weighted([*cooked, *drinks], [*plates, *(weight * poured for weight in weights)])


def _asked_for(dish: Dish, month: int) -> float:
    tide = {Season.SUMMER: SUMMER_TIDE, Season.WINTER: WINTER_TIDE}.get(dish.season)
    return dish.popularity * (tide[month - 1] if tide else 1.0)


def _answers(dice: Random, asked: Asked, month: int) -> list[OptionChoice]:
    question = asked.question
    count = question.minimum or EXTRAS.draw(dice)
    weights = list(_weights(question, month))
    chosen: list[OptionChoice] = []
    for _ in range(min(count, question.maximum)):
        at = dice.choices(range(len(weights)), cum_weights=list(accumulate(weights)))[0]
        weights[at] = 0
        chosen.append(OptionChoice(asked.options[at]))
    return chosen


def _weights(question: Question, month: int) -> Sequence[float]:
    if question is ICE and 5 <= month <= 9:
        return ICE_IN_SUMMER
    if question is ICE and month in (12, 1, 2):
        return ICE_IN_WINTER
    return [answer.weight for answer in question.answers]
