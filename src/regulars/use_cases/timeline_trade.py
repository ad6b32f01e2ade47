"""What happened between a member and the till, in words: bills, value, coupons, tiers, consents."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.entries import EntryKind
from regulars.domain.loyalty import recovery
from regulars.domain.orders.refund import PlanKind
from regulars.domain.pricing.reason_texts import reason_from, texts_of
from regulars.domain.pricing.reason_words import money_text
from regulars.domain.tiers.moves import Cause as TierCause
from regulars.domain.timeline import words
from regulars.domain.timeline.kinds import Kind, Topic
from regulars.domain.timeline.line import Amount, Cause, Line, Money, Rule, RuleKind, Unit
from regulars.storage import timeline_trade as stored
from regulars.storage.timeline import BEGUN, ENDED, EVENT, LAPSED, Source, Spot
from regulars.storage.timeline_trade import CouponEventRow, CouponRow, MovementRow, SavingRow
from regulars.use_cases.statement_rows import in_words
from regulars.use_cases.timeline_telling import (
    Telling,
    id_of,
    in_rows,
    keys,
    programme_rule,
    teller,
)

_CARDS: Mapping[str, Kind] = {"lost": Kind.CARD_LOST, "reissued": Kind.CARD_REISSUED}
TIER_KINDS: Mapping[TierCause, Kind] = {
    TierCause.JOINED: Kind.TIER_BEGAN,
    TierCause.UP: Kind.TIER_ROSE,
    TierCause.KEPT: Kind.TIER_KEPT,
    TierCause.GRACE: Kind.TIER_GRACE,
    TierCause.DOWN: Kind.TIER_FELL,
    TierCause.MANUAL: Kind.TIER_GIVEN,
    TierCause.REFUND: Kind.TIER_UNDONE,
}
_WORDING = Label("授权条款", "The words that she was shown")
_ANOTHER_STORE = Label("在其他门店", "at another store")
_OF_A_BILL = frozenset({TierCause.UP, TierCause.REFUND})
COUPON_KINDS: Mapping[str, Kind] = {
    "voided": Kind.COUPON_VOIDED,
    "frozen": Kind.COUPON_FROZEN,
    "unfrozen": Kind.COUPON_UNFROZEN,
    "reissued": Kind.COUPON_REISSUED,
    "transferred": Kind.COUPON_RECEIVED,
    "taken": Kind.COUPON_RECEIVED,
    "shared": Kind.COUPON_SHARED,
    "withdrawn": Kind.COUPON_SHARE_WITHDRAWN,
}
_UNITS: Mapping[AccountKind, Unit] = {
    AccountKind.PRINCIPAL: Unit.MONEY,
    AccountKind.PRINCIPAL_HELD: Unit.MONEY,
    AccountKind.BONUS: Unit.BONUS,
    AccountKind.BONUS_HELD: Unit.BONUS,
    AccountKind.POINTS: Unit.POINTS,
    AccountKind.POINTS_HELD: Unit.POINTS,
    AccountKind.POINTS_DEBT: Unit.POINTS,
    AccountKind.GROWTH: Unit.GROWTH,
    AccountKind.PASS: Unit.USES,
}
# What the subject of an entry is.
_SUBJECTS: Mapping[EntryKind, Topic] = {
    EntryKind.SETTLE: Topic.ORDER,
    EntryKind.EARN: Topic.ORDER,
    EntryKind.GROWTH: Topic.ORDER,
    EntryKind.REFUND: Topic.ORDER,
    EntryKind.MALL: Topic.MALL,
    EntryKind.MALL_BACK: Topic.MALL,
    EntryKind.DRAW: Topic.DRAW,
    EntryKind.GROUP: Topic.GROUP,
    EntryKind.PASS_SALE: Topic.PASS,
    EntryKind.PASS_USE: Topic.PASS,
    EntryKind.PASS_BACK: Topic.PASS,
}


def _members(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    cards = {row.id: row for row in telling.read.all(stored.CARDS, keys=keys(spots, EVENT))}
    her = telling.her
    for spot in spots:
        if spot.part == BEGUN:
            sentence = telling.said(
                Kind.JOINED,
                store=telling.store(her.joined_store_id),
                door=words.door_of(her.joined_via),
            )
            yield (
                spot,
                Line(at=spot.at, kind=Kind.JOINED, sentence=sentence, store_id=her.joined_store_id),
            )
            continue
        for row in (one for name, one in cards.items() if name == spot.key):
            kind = _CARDS[row.kind]
            yield spot, Line(at=spot.at, kind=kind, sentence=telling.said(kind))


def _consents(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = {row.id: row for row in telling.read.all(stored.CONSENTS, keys=keys(spots))}
    for spot, row in ((one, rows[id_of(one)]) for one in spots):
        kind = Kind.CONSENT_GRANTED if row.granted else Kind.CONSENT_WITHDRAWN
        yield (
            spot,
            Line(
                at=spot.at,
                kind=kind,
                sentence=telling.said(
                    kind, purpose=words.purpose_of(row.purpose), channel=words.way_of(row.channel)
                ),
                why=words.proof_of(row.source, row.wording_version, row.language),
                rule=Rule(RuleKind.WORDING, None, row.wording_version, _WORDING),
                ids={"consent": row.id},
            ),
        )


def _orders(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    sold, back = keys(spots, BEGUN), keys(spots, EVENT)
    bills, savings, refunds = telling.read.group(
        stored.BILLS.ask(keys=sold), stored.SAVINGS.ask(keys=sold), stored.REFUNDS.ask(keys=back)
    )
    of_order: dict[UUID, list[SavingRow]] = defaultdict(list)
    for row in savings:
        of_order[row.order_id].append(row)
    billed = {row.id: row for row in bills}
    returned = {row.id: row for row in refunds}
    for spot in spots:
        if spot.part == BEGUN:
            bill = billed[id_of(spot)]
            saved = of_order[bill.id]
            yield (
                spot,
                Line(
                    at=spot.at,
                    kind=Kind.ORDER_SETTLED,
                    sentence=telling.said(
                        Kind.ORDER_SETTLED,
                        store=telling.store(bill.store_id),
                        bill=bill.number,
                        due=Money(bill.due_minor),
                    ),
                    why=_savings(saved, telling.scale),
                    rule=_offer(saved),
                    store_id=bill.store_id,
                    ids={"order": bill.id},
                    amounts=(Amount(Unit.MONEY, -bill.due_minor),),
                ),
            )
        else:
            refund = returned[id_of(spot)]
            plan = words.REFUND_PLANS[PlanKind(refund.plan)]
            yield (
                spot,
                Line(
                    at=spot.at,
                    kind=Kind.ORDER_REFUNDED,
                    sentence=telling.said(
                        Kind.ORDER_REFUNDED,
                        store=telling.store(refund.store_id),
                        bill=refund.number,
                        amount=Money(refund.amount_minor),
                    ),
                    why=in_rows(plan, telling.written(refund.reason) or Label("")),
                    caused_by=Cause(Topic.ORDER, refund.order_id),
                    store_id=refund.store_id,
                    ids={"order": refund.order_id, "refund": refund.id},
                    amounts=(Amount(Unit.MONEY, refund.amount_minor),),
                ),
            )


def _savings(rows: Sequence[SavingRow], scale: int) -> Label | None:
    """Every offer that took something off the bill, how much, and why."""
    sums: dict[tuple[str, UUID | None, UUID | None], int] = defaultdict(int)
    first: dict[tuple[str, UUID | None, UUID | None], SavingRow] = {}
    for row in rows:
        key = (row.source, row.source_id, row.coupon_id)
        sums[key] += row.amount_minor
        first.setdefault(key, row)
    told = []
    for key, row in first.items():
        off = money_text(sums[key], scale)
        zh, en = texts_of(reason_from(row.reason), scale=scale)
        name = Label(row.name_zh, row.name_en)
        told.append(Label(f"{name.zh} −{off}（{zh}）", f"{name.in_language('en')} −{off} ({en})"))
    return in_rows(*told) if told else None


def _offer(rows: Sequence[SavingRow]) -> Rule | None:
    """The offer that saved, where it was one alone."""
    found = {(row.source_id, row.name_zh, row.name_en) for row in rows if row.source_id}
    if len(found) != 1:
        return None
    offer_id, zh, en = found.pop()
    return Rule(RuleKind.OFFER, offer_id, None, Label(zh, en))


def _surveys(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = {row.id: row for row in telling.read.all(stored.ANSWERS, keys=keys(spots))}
    programmes = telling.programmes((row.programme_id, row.version) for row in rows.values())
    kinds = {BEGUN: Kind.FOLLOW_UP_OPENED, ENDED: Kind.FOLLOW_UP_DONE}
    for spot, row in ((one, rows[id_of(one)]) for one in spots):
        kind = kinds.get(spot.part, Kind.SURVEY_ANSWERED)
        _, rule = programme_rule(programmes.get((row.programme_id, row.version)))
        act = Label("已处理", "done") if row.act is None else recovery.NAMES[recovery.Act(row.act)]
        score = Label("没有打分", "no mark given")
        if row.score is not None:
            score = Label(f"{row.score} 分（满分 10）", f"{row.score} of 10")
        cause = Cause(Topic.ORDER, row.order_id)
        yield (
            spot,
            Line(
                at=spot.at,
                kind=kind,
                sentence=telling.said(
                    kind, store=telling.store(row.store_id), score=score, act=act
                ),
                rule=rule,
                caused_by=cause if kind is Kind.SURVEY_ANSWERED else Cause(Topic.SURVEY, row.id),
                store_id=row.store_id,
                ids={"answer": row.id, "order": row.order_id},
            ),
        )


def _movements(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = telling.read.all(stored.MOVEMENTS, keys=keys(spots), member_id=telling.member_id)
    shown = [row for row in rows if any((row.entry_id, row.part) == one[1:] for one in spots)]
    stores = list(telling.stores.values())
    told = in_words(telling.read, telling.member_id, shown, stores, scale=telling.scale)
    known = {(row.entry_id, row.part): (row, text) for row, text in zip(shown, told, strict=True)}
    for spot in spots:
        row, text = known[id_of(spot), spot.part]
        account = AccountKind(row.account)
        yield (
            spot,
            Line(
                at=spot.at,
                kind=Kind.VALUE_MOVED,
                sentence=telling.said(Kind.VALUE_MOVED, movement=text),
                caused_by=_cause_of(row),
                store_id=row.store_id,
                ids={"entry": row.entry_id},
                amounts=(Amount(_UNITS[account], row.amount),),
            ),
        )


def _cause_of(row: MovementRow) -> Cause | None:
    kind = EntryKind(row.kind)
    if kind is EntryKind.GIFT:
        return words.origin_of(row.business_id).cause
    topic = _SUBJECTS.get(kind)
    return None if topic is None or row.subject_id is None else Cause(topic, row.subject_id)


def _warnings(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = telling.read.all(stored.WARNINGS, keys=keys(spots), member_id=telling.member_id)
    points = {row.expires_on: row.points for row in rows}
    for spot in spots:
        day = spot.key
        if not isinstance(day, UUID | int | str):
            yield (
                spot,
                Line(
                    at=spot.at,
                    kind=Kind.POINTS_EXPIRING,
                    sentence=telling.said(
                        Kind.POINTS_EXPIRING, points=points[day], day=words.day_before(day)
                    ),
                    amounts=(Amount(Unit.POINTS, points[day]),),
                ),
            )


def _gifts(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = {row.business_id: row for row in telling.read.all(stored.GIFTS, keys=keys(spots))}
    for spot, row in ((one, rows[str(one.key)]) for one in spots):
        origin = words.origin_of(row.business_id)
        sentence = telling.said(
            Kind.GIFT_HANDED, occasion=origin.words, item=Label(row.item_zh, row.item_en or "")
        )
        yield (
            spot,
            Line(
                at=spot.at,
                kind=Kind.GIFT_HANDED,
                sentence=sentence,
                caused_by=origin.cause,
                store_id=row.store_id,
            ),
        )


def _coupons(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    held, changed = telling.read.group(
        stored.COUPONS.ask(keys=keys(spots, BEGUN, ENDED, LAPSED)),
        stored.COUPON_EVENTS.ask(keys=keys(spots, EVENT)),
    )
    coupons = {row.id: row for row in held}
    events = {row.id: row for row in changed}
    for spot in spots:
        if spot.part == EVENT:
            event = events[id_of(spot)]
            if event.kind in COUPON_KINDS:
                yield spot, _coupon_event(telling, spot, event)
        else:
            yield spot, _coupon(telling, spot, coupons[id_of(spot)])


def _coupon(telling: Telling, spot: Spot, row: CouponRow) -> Line:
    name = Label(row.name_zh, row.name_en)
    rule = Rule(RuleKind.OFFER, row.type_id, None, name)
    ids = {"coupon": row.id}
    if spot.part == ENDED:
        return _used(telling, spot, row)
    if spot.part == LAPSED:
        sentence = telling.said(Kind.COUPON_ENDED, coupon=name)
        return Line(at=spot.at, kind=Kind.COUPON_ENDED, sentence=sentence, rule=rule, ids=ids)
    origin = words.origin_of(row.issue_key)
    cause = origin.cause
    if row.reissue_of is not None:
        cause = Cause(Topic.COUPON, row.reissue_of)
    day = telling.last_day_before(row.valid_until)
    return Line(
        at=spot.at,
        kind=Kind.COUPON_ISSUED,
        sentence=telling.said(Kind.COUPON_ISSUED, coupon=name, day=day),
        why=origin.words,
        rule=rule,
        caused_by=cause,
        ids=ids,
    )


def _used(telling: Telling, spot: Spot, row: CouponRow) -> Line:
    """A coupon that was used: on which bill, where its reader may see that store."""
    name, ids, bill = Label(row.name_zh, row.name_en), {"coupon": row.id}, row.bill or ""
    store, order = row.bill_store_id, row.order_id
    seen = store is not None and telling.scope.holds(store)
    where = Label(f"单号 {bill}", f"bill {bill}") if seen else _ANOTHER_STORE
    if seen and order is not None:
        ids["order"] = order
    return Line(
        at=spot.at,
        kind=Kind.COUPON_USED,
        sentence=telling.said(Kind.COUPON_USED, coupon=name, where=where),
        rule=Rule(RuleKind.OFFER, row.type_id, None, name),
        caused_by=Cause(Topic.ORDER, order) if seen and order is not None else None,
        store_id=store if seen else None,
        ids=ids,
    )


def _coupon_event(telling: Telling, spot: Spot, row: CouponEventRow) -> Line:
    kind = COUPON_KINDS[row.kind]
    return Line(
        at=spot.at,
        kind=kind,
        sentence=telling.said(kind, coupon=Label(row.name_zh, row.name_en)),
        why=telling.written(row.reason),
        ids={"coupon": row.coupon_id},
    )


def _tiers(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = {row.id: row for row in telling.read.all(stored.TIERS, keys=keys(spots))}
    for spot, row in ((one, rows[id_of(one)]) for one in spots):
        cause = TierCause(row.cause)
        kind = TIER_KINDS[cause]
        judged = words.Judged(
            row.measure, row.measured, row.needed, row.window_from, row.window_until
        )
        name = Label("等级规则", "The terms of tiers")
        bill = row.subject_id if cause in _OF_A_BILL else None
        yield (
            spot,
            Line(
                at=spot.at,
                kind=kind,
                sentence=telling.said(kind, tier=telling.tier(row.tier)),
                why=words.figure_of(judged, scale=telling.scale),
                rule=Rule(RuleKind.TERMS, None, str(row.terms_version), name),
                caused_by=None if bill is None else Cause(Topic.ORDER, bill),
            ),
        )


TELLERS = {
    Source.MEMBER: teller(_members),
    Source.CONSENT: teller(_consents),
    Source.ORDER: teller(_orders),
    Source.SURVEY: teller(_surveys),
    Source.VALUE: teller(_movements),
    Source.WARNING: teller(_warnings),
    Source.GIFT: teller(_gifts),
    Source.COUPON: teller(_coupons),
    Source.TIER: teller(_tiers),
}
