"""The figures of a back-test, as they are stored, shown and drawn.

A budget of 5,000.00 for 第二杯半价: used up on 19 August, on the 50th day; three members used it more
than anybody else by far. Every money figure stands beside the one sentence that all of them need:
that people would have bought the same.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.pricing.backtest import Backtest, Key, OfferSums, Purse, Standing, Sums

ASSUMPTION = Label(
    "假设顾客的行为不变：同样的客人、同样的点单、同样的时间。优惠会吸引新客、也会改变点单，这里都没有计算。",
    "This assumes that behaviour does not change: the same guests, the same orders, the same times. "
    "An offer draws new guests and changes what people order; none of that is counted here.",
)

LISTED_MEMBERS = 20
LISTED_STORES = 20
# Where the week of a store would stand.
OTHER_STORES = ""
# Fewer members than this have no "rest" to be far above of.
MEMBERS_MIN = 10
# How many deviations above the median is far: 5.2 is a modified z-score of 3.5.
FAR_TENTHS = 52


class Far(NamedTuple):
    """From where on a figure is far above the rest: the median and what lies over it."""

    median: int
    threshold: int


def far_above(values: Sequence[int], *, step: int) -> Far | None:
    """The border to the suspicious, by the median absolute deviation; None: too few to say.

    `step` is the least deviation that counts. Source: Iglewicz and Hoaglin (1993), modified
    z-score of 3.5.
    """
    if len(values) < MEMBERS_MIN:
        return None
    median = _median(values)
    deviation = _median([abs(value - median) for value in values])
    return Far(median, median + FAR_TENTHS * max(deviation, step) // 10)


def _median(values: Sequence[int]) -> int:
    return sorted(values)[(len(values) - 1) // 2]


def figures_of(found: Backtest, *, budget_minor: int | None) -> dict[str, object]:
    """Every figure of a back-test as plain values. Units: minor units."""
    whole = found.whole
    return {
        "assumption_zh": ASSUMPTION.zh,
        "assumption_en": ASSUMPTION.en,
        "totals": {
            **_sums(whole),
            "difference_minor": whole.replayed_minor - whole.given_minor,
            "not_proved": found.unproved,
        },
        "offers": [_offer(key, sums, found) for key, sums in _by_cost(found.offers)],
        **{
            f"by_{name}": [{name: part, **_sums(parts[part])} for part in sorted(parts)]
            for name, parts in found.by.items()
            if name != "day"
        },
        "displaced": {
            "orders": found.displaced_orders,
            "amount_minor": sum([sums.displaced_minor for sums in found.offers.values()]),
        },
        "burn": _burn(found, budget_minor),
        "weeks": _weeks(found.weeks),
        "paying": {
            "orders_less": found.paying.less,
            "orders_same": found.paying.same,
            "orders_more": found.paying.more,
            "less_minor": found.paying.less_minor,
            "more_minor": found.paying.more_minor,
            **_winners(found.members),
        },
        "suspicious": _suspicious(found.members),
        "biggest": [_standing(one, "draft_minor") for one in sorted(found.biggest, reverse=True)],
        "below_cost": {
            "orders": found.below_cost_orders,
            "examples": [
                _standing(one, "short_minor") for one in sorted(found.below_cost, reverse=True)
            ],
        },
        "otherwise": {
            "orders": found.otherwise_orders,
            "amount_minor": found.otherwise_minor,
            "examples": [
                _standing(one, "difference_minor") for one in sorted(found.otherwise, reverse=True)
            ],
        },
        "skipped": [{"reason": why, "orders": found.skipped[why]} for why in sorted(found.skipped)],
    }


def _sums(sums: Sums) -> dict[str, int]:
    return {
        "orders": sums.orders,
        "orders_with_draft": sums.touched,
        "list_minor": sums.list_minor,
        "given_minor": sums.given_minor,
        "replayed_minor": sums.replayed_minor,
        "draft_minor": sums.draft_minor,
        "units": sums.units,
        "units_without_cost": sums.units_without_cost,
        "cost_minor": sums.cost_minor,
        "margin_given_minor": sums.revenue_given_minor - sums.cost_minor,
        "margin_minor": sums.revenue_minor - sums.cost_minor,
    }


def _by_cost(offers: Mapping[Key, OfferSums]) -> list[tuple[Key, OfferSums]]:
    return sorted(
        offers.items(), key=lambda item: (-item[1].replayed_minor, item[0][0], str(item[0][1]))
    )


def _offer(key: Key, sums: OfferSums, found: Backtest) -> dict[str, object]:
    source, source_id = key
    return {
        "source": str(source),
        "id": None if source_id is None else str(source_id),
        "draft": source_id in found.drafts,
        "name_zh": sums.name.in_language("zh-CN"),
        "name_en": sums.name.in_language("en"),
        "orders": sums.orders,
        "units": sums.units,
        "cost_minor": sums.replayed_minor,
        "given_orders": sums.given_orders,
        "given_minor": sums.given_minor,
        "displaced_orders": sums.displaced_orders,
        "displaced_minor": sums.displaced_minor,
    }


def _weeks(weeks: Mapping[tuple[str, str], int]) -> list[dict[str, object]]:
    """The drafts' cost by week and store: the stores with most of it, all others as one."""
    totals: dict[str, int] = {}
    for (store, _), minor in weeks.items():
        totals[store] = totals.get(store, 0) + minor
    shown = set(sorted(totals, key=lambda store: (-totals[store], store))[:LISTED_STORES])
    summed: dict[tuple[str, str], int] = {}
    for (store, monday), minor in weeks.items():
        key = monday, store if store in shown else OTHER_STORES
        summed[key] = summed.get(key, 0) + minor
    return [
        {"monday": monday, "store": store, "draft_minor": summed[monday, store]}
        for monday, store in sorted(summed)
    ]


def _burn(found: Backtest, budget_minor: int | None) -> dict[str, object]:
    days: list[dict[str, object]] = []
    draft = given = replayed = 0
    used_up_on: str | None = None
    for day in sorted(found.by["day"]):
        sums = found.by["day"][day]
        draft += sums.draft_minor
        given += sums.given_minor
        replayed += sums.replayed_minor
        if used_up_on is None and budget_minor is not None and draft >= budget_minor:
            used_up_on = day
        days.append(
            {
                "day": day,
                "orders": sums.orders,
                "draft_minor": sums.draft_minor,
                "draft_so_far_minor": draft,
                "given_so_far_minor": given,
                "replayed_so_far_minor": replayed,
            }
        )
    return {"budget_minor": budget_minor, "used_up_on": used_up_on, "days": days}


def _winners(members: Mapping[int, Purse]) -> dict[str, object]:
    losers = sorted(
        [(purse.change_minor, member) for member, purse in members.items()], reverse=True
    )
    return {
        "members_less": sum([change < 0 for change, _ in losers]),
        "members_same": sum([change == 0 for change, _ in losers]),
        "members_more": sum([change > 0 for change, _ in losers]),
        "losers": [
            {"member_id": str(UUID(int=member)), "more_minor": change}
            for change, member in losers[:LISTED_MEMBERS]
            if change > 0
        ],
    }


def _suspicious(members: Mapping[int, Purse]) -> dict[str, object]:
    using = {member: purse for member, purse in members.items() if purse.uses}
    uses = far_above([purse.uses for purse in using.values()], step=1)
    money = [purse.draft_minor for purse in using.values()]
    saved = far_above(money, step=max(_median(money) // 10, 1) if money else 1)
    if uses is None or saved is None:
        nobody: list[object] = []
        return {
            "members": len(using),
            "median_uses": None,
            "median_minor": None,
            "far_above": 0,
            "listed": nobody,
        }
    listed = [
        (purse.draft_minor, purse.uses, member)
        for member, purse in using.items()
        if purse.uses > uses.threshold or purse.draft_minor > saved.threshold
    ]
    return {
        "members": len(using),
        "median_uses": uses.median,
        "median_minor": saved.median,
        "far_above": len(listed),
        "listed": [
            {"member_id": str(UUID(int=member)), "uses": count, "draft_minor": minor}
            for minor, count, member in sorted(listed, reverse=True)[:LISTED_MEMBERS]
        ],
    }


def _standing(one: Standing, rank: str) -> dict[str, object]:
    return {
        "order_id": str(UUID(int=one.order)),
        "store": str(UUID(int=one.store)),
        "day": date.fromordinal(one.day).isoformat(),
        "list_minor": one.list_minor,
        "due_minor": one.due_minor,
        rank: one.rank_minor,
    }
