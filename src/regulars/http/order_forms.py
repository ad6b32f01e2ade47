"""What a client sends about orders, and the commands that it becomes. No form has a price."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from regulars.domain.catalog.lines import ComboPick, LineRequest, OptionChoice
from regulars.domain.kernel.ids import LineId, OptionId, ProductId, VariantId
from regulars.domain.kernel.label import Label
from regulars.domain.orders.refund import PlanKind
from regulars.domain.orders.shop import Shop
from regulars.domain.payments.tender import Tender, TenderKind
from regulars.domain.pricing.basket import Choices, ManualDiscount
from regulars.domain.pricing.book import OfferBook
from regulars.domain.pricing.offer import Offer
from regulars.domain.pricing.stored import OfferHead, offer_from
from regulars.http.schemas import Body, Name, NameOrNone, Reason, When
from regulars.use_cases.open_orders import (
    AddLines,
    OpenOrder,
)
from regulars.use_cases.order_rows import OrderHead
from regulars.use_cases.refund_plans import UnitsBack
from regulars.use_cases.refunds import RefundOrder
from regulars.use_cases.sales import SellAtCounter
from regulars.use_cases.settling import SettleOrder
from regulars.use_cases.top_up import TopUp

# Wider than what the rules allow, so that the rules give the reason; narrow enough to be harmless.
Quantity = Annotated[int, Field(strict=True, ge=-1_000_000_000, le=1_000_000_000)]
Amount = Annotated[int, Field(strict=True, ge=-10_000_000_000, le=10_000_000_000)]
State = Literal["open", "paid", "part_refunded", "refunded", "cancelled"]
Source = Literal["counter", "takeaway", "table", "phone", "delivery"]
Many = Annotated[list[UUID], Field(max_length=50)]
# Open coupon codes that the guest shows, as they were typed or scanned.
Codes = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=60)], ...], Field(max_length=5)
]


class OptionForm(Body):
    """One modifier option and how many times."""

    option_id: UUID
    count: Quantity = 1


class PickForm(Body):
    """One variant for one place of a combo."""

    slot_id: UUID
    variant_id: UUID


class LineForm(Body):
    """One line."""

    id: UUID
    product_id: UUID
    variant_id: UUID
    quantity: Quantity
    options: Annotated[list[OptionForm], Field(max_length=60, default_factory=list)]
    combo: Annotated[list[PickForm], Field(max_length=60, default_factory=list)]
    note: Reason | None = None

    def request(self) -> LineRequest:
        """The line as the menu is asked for it."""
        return LineRequest(
            id=LineId(self.id),
            product_id=ProductId(self.product_id),
            variant_id=VariantId(self.variant_id),
            quantity=self.quantity,
            options=tuple(OptionChoice(OptionId(o.option_id), o.count) for o in self.options),
            combo=tuple(ComboPick(pick.slot_id, VariantId(pick.variant_id)) for pick in self.combo),
            note=self.note or "",
        )


Lines = Annotated[list[LineForm], Field(max_length=200)]


class TenderForm(Body):
    """One part of a payment. Units: minor units."""

    id: UUID
    kind: TenderKind
    amount_minor: Amount
    tendered_minor: Amount | None = None

    def tender(self) -> Tender:
        """The tender that this form means."""
        return Tender(
            id=self.id,
            kind=self.kind,
            amount_minor=self.amount_minor,
            tendered_minor=self.tendered_minor,
        )


class ManualForm(Body):
    """A discount by hand: a rate or an amount off a line, or off the bill. Units: basis points,
    minor units."""

    id: UUID
    line_id: UUID | None = None
    basis_points: Quantity | None = None
    amount_minor: Amount | None = None
    reason: Annotated[str, Field(max_length=1_000)]

    def discount(self) -> ManualDiscount:
        """The discount that this form means; whoever sends it gives it."""
        return ManualDiscount(
            id=self.id,
            reason=self.reason,
            by="",
            line_id=None if self.line_id is None else LineId(self.line_id),
            basis_points=self.basis_points,
            amount_minor=self.amount_minor,
        )


class ChoicesForm(Body):
    """What guest and cashier chose on the bill.

    `tender`: the one way of paying that the guest means to use, for offers that ask for it.
    """

    coupons: Many | None = None
    points: Quantity | None = None
    without: Annotated[list[UUID], Field(max_length=50, default_factory=list)]
    codes: Codes = ()
    manual: Annotated[list[ManualForm], Field(max_length=50, default_factory=list)]
    party: Annotated[int, Field(strict=True, ge=1, le=99)] | None = None
    tender: TenderKind | None = None

    def choices(self) -> Choices:
        """The choices as pricing takes them."""
        return Choices(
            coupons=None if self.coupons is None else tuple(self.coupons),
            points=self.points,
            without=frozenset(self.without),
            manual=tuple(one.discount() for one in self.manual),
        )


class DraftForm(Body):
    """An offer that is not saved, or a saved one as it might become."""

    id: UUID
    name_zh: Name
    name_en: NameOrNone = ""
    definition: dict[str, JsonValue]

    def offer(self) -> Offer:
        """The offer that it spells. Refuses: offer.*, condition.*."""
        head = OfferHead(id=self.id, version=0, name=Label(self.name_zh, self.name_en))
        return offer_from(head, self.definition)


class QuoteForm(ChoicesForm):
    """A basket to be priced: nothing is kept of it.

    `explain`: "full" also says what the bill would be without each offer that is on it. `drafts`:
    offers to be tried as if they were in force. `as_of`: priced as at another moment.
    """

    store_id: UUID
    source: Source = "counter"
    lines: Lines
    member_id: UUID | None = None
    explain: Literal["brief", "full"] = "brief"
    drafts: Annotated[list[DraftForm], Field(max_length=50, default_factory=list)]
    as_of: When | None = None

    def dry_run(self, shop: Shop) -> Shop:
        """The shop as if the drafts were in force. Refuses: offer.*, condition.*."""
        if not self.drafts:
            return shop
        drafts = [draft.offer() for draft in self.drafts]
        named = {draft.id for draft in drafts}
        kept = [offer for offer in shop.offers.offers if offer.id not in named]
        return replace(shop, offers=OfferBook([*kept, *drafts]))


class HeadForm(Body):
    """Where and how an order is opened."""

    order_id: UUID
    store_id: UUID
    terminal_id: UUID
    source: Source = "counter"
    note: Reason | None = None

    def head(self) -> OrderHead:
        """The head of the order."""
        return OrderHead(
            order_id=self.order_id,
            store_id=self.store_id,
            terminal_id=self.terminal_id,
            source=self.source,
            note=self.note,
        )


class OpenForm(HeadForm):
    """An order to be opened and left waiting."""

    lines: Lines
    member_id: UUID | None = None

    def command(self) -> OpenOrder:
        """The command that this form means."""
        return OpenOrder(
            head=self.head(),
            lines=tuple(line.request() for line in self.lines),
            member_id=self.member_id,
        )


class PaymentForm(ChoicesForm):
    """How an order is paid; `fingerprint` names the quote that the guest saw."""

    tenders: Annotated[list[TenderForm], Field(max_length=20)]
    fingerprint: Annotated[str, Field(max_length=80)] | None = None

    def settle(self, order_id: UUID, seen: int) -> SettleOrder:
        """The command that this form means for an open order."""
        return SettleOrder(
            order_id=order_id,
            seen=seen,
            choices=self.choices(),
            tenders=tuple(tender.tender() for tender in self.tenders),
            fingerprint=self.fingerprint,
            codes=self.codes,
            party=self.party,
            tender=self.tender,
        )


class SaleForm(HeadForm, PaymentForm):
    """An order opened and paid at once."""

    lines: Lines
    member_id: UUID | None = None

    def command(self) -> SellAtCounter:
        """The command that this form means."""
        return SellAtCounter(
            order_id=self.order_id,
            store_id=self.store_id,
            terminal_id=self.terminal_id,
            source=self.source,
            note=self.note,
            lines=tuple(line.request() for line in self.lines),
            member_id=self.member_id,
            choices=self.choices(),
            tenders=tuple(tender.tender() for tender in self.tenders),
            fingerprint=self.fingerprint,
            codes=self.codes,
            party=self.party,
            tender=self.tender,
        )


class AddLinesForm(Body):
    """Lines for an open order."""

    lines: Lines

    def command(self, order_id: UUID, seen: int) -> AddLines:
        """The command that this form means."""
        lines = tuple(line.request() for line in self.lines)
        return AddLines(order_id=order_id, seen=seen, lines=lines)


class ChangeLineForm(Body):
    """A line's new quantity and note."""

    quantity: Quantity
    note: Reason | None = None


class MemberForm(Body):
    """Whose order it is; None is nobody's."""

    member_id: UUID | None


class UnitsForm(Body):
    """So many units of one line."""

    line_id: UUID
    count: Quantity


class OrdersQuery(Body):
    """Which orders of a store; without a day, today's, or all that wait."""

    store_id: UUID
    business_day: date | None = None
    state: State | None = None
    cursor: Annotated[str, Field(max_length=40)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class PlanForm(Body):
    """Which units would come back; None is everything that is left."""

    units: Annotated[list[UnitsForm], Field(max_length=200)] | None = None

    def back(self) -> tuple[UnitsBack, ...] | None:
        """The units that this form means."""
        if self.units is None:
            return None
        return tuple(UnitsBack(one.line_id, one.count) for one in self.units)


class RefundForm(PlanForm):
    """A refund to be made."""

    id: UUID
    reason: Reason
    plan: Literal["return_share", "reprice_rest", "house_fault"] | None = None

    def command(self, order_id: UUID) -> RefundOrder:
        """The command that this form means."""
        return RefundOrder(
            id=self.id,
            order_id=order_id,
            units=self.back(),
            reason=self.reason,
            plan=None if self.plan is None else PlanKind(self.plan),
        )


class TopUpForm(Body):
    """Money that a member pays in. Units: minor units."""

    id: UUID
    store_id: UUID
    terminal_id: UUID
    principal_minor: Amount
    tender: Literal["cash", "external"]
    # The payment's own number at the other side, to find it again when it is given back.
    reference: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_.-]*$")] | None = None
    # She has what she pays in, and nothing on top.
    without_gifts: Annotated[bool, Field(strict=True)] = False

    def command(self, member_id: UUID) -> TopUp:
        """The command that this form means."""
        return TopUp(
            id=self.id,
            member_id=member_id,
            store_id=self.store_id,
            terminal_id=self.terminal_id,
            principal_minor=self.principal_minor,
            tender=self.tender,
            reference=self.reference,
            without_gifts=self.without_gifts,
        )
