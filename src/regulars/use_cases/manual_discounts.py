"""A discount given by hand at the till: who may, how much, and that it is remembered.

李敏 takes 1.00 off a tea that was spilled; for 5.00 she needs her manager, whose PIN is on the till
in two seconds. Either way the audit tells who, what and why.
"""

from collections.abc import Sequence
from dataclasses import replace

from regulars.domain.catalog.lines import ChosenLine
from regulars.domain.orders.manual_discount import DISCOUNT_TOO_LARGE, check_manual, within
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.basket import Choices, ManualDiscount
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.storage import audit
from regulars.storage.engine import Write
from regulars.use_cases.moment import Moment
from regulars.use_cases.receipts import OrderRows


def granted(choices: Choices, lines: Sequence[ChosenLine], shop: Shop, actor: Actor) -> Choices:
    """The choices with every discount by hand in the name of who gives it.

    Refuses: permission.missing, order.discount_malformed, order.discount_too_large.
    """
    if not choices.manual:
        return choices
    actor.need(Permission.ORDER_DISCOUNT)
    check_manual(choices.manual, lines)
    maximum = shop.terms.manual_discount_basis_points_max
    if not actor.may(Permission.ORDER_DISCOUNT_ANY) and not within(
        choices.manual, lines, maximum_basis_points=maximum
    ):
        whole, hundredths = divmod(maximum, 100)
        percent = f"{whole}.{hundredths:02}".rstrip("0").rstrip(".")
        raise DISCOUNT_TOO_LARGE.because(maximum_percent=percent)
    manual = tuple(replace(one, by=actor.name, reason=one.reason.strip()) for one in choices.manual)
    return replace(choices, manual=manual)


def remember(tx: Write, moment: Moment, choices: Choices, rows: OrderRows) -> None:
    """Put every discount by hand of a paid order into the audit: the bill before and after it."""
    order = rows.order
    taken = {
        one.id: sum(part.amount_minor for part in rows.adjustments if part.source_id == one.id)
        for one in choices.manual
    }
    bill_minor = order.list_minor - order.discount_minor + sum(taken.values())
    for one in choices.manual:
        before_minor, bill_minor = bill_minor, bill_minor - taken[one.id]
        audit.record(
            tx,
            moment,
            action="order.discounted",
            subject=f"order:{order.id}",
            store_id=order.store_id,
            before={"bill_minor": before_minor},
            after={"bill_minor": bill_minor, **_given(one)},
            reason=one.reason,
        )


def _given(one: ManualDiscount) -> dict[str, object]:
    """A discount as it was entered: a rate or an amount, off a line or the bill."""
    told = {
        "line_id": None if one.line_id is None else str(one.line_id),
        "basis_points": one.basis_points,
        "amount_minor": one.amount_minor,
    }
    return {name: value for name, value in told.items() if value is not None}
