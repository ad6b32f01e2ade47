"""What a member did and won, in words: check-ins, friends she brought, draws, mall, groups, passes."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.loyalty.draw import BLANK, draw_from
from regulars.domain.loyalty.mall import MallOrderState
from regulars.domain.loyalty.referral import ReferralState
from regulars.domain.timeline import words
from regulars.domain.timeline.kinds import Kind, Topic
from regulars.domain.timeline.line import Amount, Cause, Line, Money, Unit
from regulars.storage import timeline_rewards as stored
from regulars.storage.mall import NOT_FETCHED
from regulars.storage.timeline import BEGUN, EVENT, Source, Spot
from regulars.storage.timeline_rewards import PassEventRow, PassUseRow, ProgrammeRow, SeatRow
from regulars.use_cases.timeline_telling import Telling, id_of, keys, programme_rule, teller

_NO_PRIZE = Label("没有中奖", "no prize")
_UNFETCHED = Label("逾期没有领取", "Not fetched in time")
PASS_KINDS: Mapping[str, Kind] = {
    "sold": Kind.PASS_SOLD,
    "frozen": Kind.PASS_FROZEN,
    "unfrozen": Kind.PASS_UNFROZEN,
    "transferred": Kind.PASS_TRANSFERRED,
    "expired": Kind.PASS_EXPIRED,
    "refunded": Kind.PASS_REFUNDED,
}


def _check_ins(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    instants = list(dict.fromkeys(one.at for one in spots))
    rows = telling.read.all(
        stored.CHECK_INS, keys=keys(spots), instants=instants, member_id=telling.member_id
    )
    known = {(row.programme_id, row.at): row for row in rows}
    programmes = telling.programmes((row.programme_id, row.version) for row in rows)
    for spot, row in ((one, known[id_of(one), one.at]) for one in spots):
        _, rule = programme_rule(programmes.get((row.programme_id, row.version)))
        yield (
            spot,
            Line(
                at=spot.at,
                kind=Kind.CHECKED_IN,
                sentence=telling.said(
                    Kind.CHECKED_IN, store=telling.store(row.store_id), streak=row.streak
                ),
                rule=rule,
                store_id=row.store_id,
            ),
        )


def _referrals(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = {row.id: row for row in telling.read.all(stored.REFERRALS, keys=keys(spots))}
    programmes = telling.programmes(
        (row.programme_id, row.programme_version) for row in rows.values()
    )
    for spot, row in ((one, rows[id_of(one)]) for one in spots):
        _, rule = programme_rule(programmes.get((row.programme_id, row.programme_version)))
        invites = row.inviter_id == telling.member_id
        why = None
        if spot.part == BEGUN:
            kind = Kind.REFERRAL_INVITED if invites else Kind.REFERRAL_BROUGHT
        elif row.state == ReferralState.REWARDED.value:
            kind = Kind.REFERRAL_REWARDED
        else:
            kind = Kind.REFERRAL_ENDED
            why = words.REFERRAL_ENDS.get(row.ended_because or row.state)
        # Her friend's bill is her friend's.
        cause = None if invites or row.order_id is None else Cause(Topic.ORDER, row.order_id)
        yield (
            spot,
            Line(
                at=spot.at,
                kind=kind,
                sentence=telling.said(kind),
                why=why,
                rule=rule,
                caused_by=None if spot.part == BEGUN else cause,
                store_id=row.store_id,
                ids={"referral": row.id},
            ),
        )


def _draws(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = {row.id: row for row in telling.read.all(stored.DRAWS, keys=keys(spots))}
    programmes = telling.programmes((row.programme_id, row.version) for row in rows.values())
    for spot, row in ((one, rows[id_of(one)]) for one in spots):
        programme = programmes.get((row.programme_id, row.version))
        name, rule = programme_rule(programme)
        ticket = row.ticket_order_id
        yield (
            spot,
            Line(
                at=spot.at,
                kind=Kind.DRAWN,
                sentence=telling.said(Kind.DRAWN, name=name, prize=_prize(programme, row.prize)),
                rule=rule,
                caused_by=None if ticket is None else Cause(Topic.ORDER, ticket),
                store_id=row.store_id,
                ids={"draw": row.id},
            ),
        )


def _prize(programme: ProgrammeRow | None, code: str) -> Label:
    if code == BLANK:
        return _NO_PRIZE
    if programme is None or not isinstance(programme.definition, Mapping):
        return Label(code, code)
    prize = draw_from(programme.definition).prize(code)
    return Label(code, code) if prize is None else prize.label


def _mall(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = {row.id: row for row in telling.read.all(stored.MALL_ORDERS, keys=keys(spots))}
    programmes = telling.programmes((row.programme_id, row.version) for row in rows.values())
    for spot, row in ((one, rows[id_of(one)]) for one in spots):
        name, rule = programme_rule(programmes.get((row.programme_id, row.version)))
        kind = Kind.MALL_ORDERED
        if spot.part != BEGUN:
            over = row.state == MallOrderState.CANCELLED.value
            kind = Kind.MALL_CANCELLED if over else Kind.MALL_HANDED_OVER
        lapsed = spot.part != BEGUN and row.ended_by == NOT_FETCHED
        yield (
            spot,
            Line(
                at=spot.at,
                kind=kind,
                sentence=telling.said(kind, name=name, points=row.points),
                why=_UNFETCHED if lapsed else None,
                rule=rule,
                caused_by=None if spot.part == BEGUN else Cause(Topic.MALL, row.id),
                store_id=row.store_id,
                ids={"mall_order": row.id},
            ),
        )


def _groups(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = {row.id: row for row in telling.read.all(stored.SEATS, keys=keys(spots))}
    programmes = telling.programmes(
        (row.programme_id, row.programme_version) for row in rows.values()
    )
    for spot, row in ((one, rows[id_of(one)]) for one in spots):
        name, rule = programme_rule(programmes.get((row.programme_id, row.programme_version)))
        kind = _seat_kind(spot, row)
        state = words.SEATS.get(row.state, Label(row.state, row.state))
        paid = Amount(Unit.MONEY, -row.amount_minor)
        yield (
            spot,
            Line(
                at=spot.at,
                kind=kind,
                sentence=telling.said(kind, name=name, amount=Money(row.amount_minor), state=state),
                rule=rule,
                store_id=row.store_id,
                ids={"seat": row.id, "group": row.group_id},
                amounts=(paid,) if kind is Kind.GROUP_JOINED else (),
            ),
        )


def _seat_kind(spot: Spot, row: SeatRow) -> Kind:
    if spot.part == BEGUN:
        return Kind.GROUP_JOINED
    return Kind.GROUP_FILLED if row.state == "filled" else Kind.GROUP_OVER


def _passes(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    used, happened = telling.read.group(
        stored.PASS_USES.ask(keys=keys(spots, BEGUN)),
        stored.PASS_EVENTS.ask(keys=keys(spots, EVENT)),
    )
    uses: dict[UUID, PassUseRow] = {row.id: row for row in used}
    events: dict[UUID, PassEventRow] = {row.id: row for row in happened}
    programmes = telling.programmes(
        [*(_version(row) for row in used), *(_version(row) for row in happened)]
    )
    for spot in spots:
        if spot.part == BEGUN:
            use = uses[id_of(spot)]
            yield spot, _use(telling, spot, use, programmes.get(_version(use)))
        else:
            event = events[id_of(spot)]
            if event.kind not in PASS_KINDS:
                continue
            yield spot, _event(telling, spot, event, programmes.get(_version(event)))


def _version(row: PassUseRow | PassEventRow) -> tuple[UUID, int]:
    return row.programme_id, row.programme_version


def _use(telling: Telling, spot: Spot, row: PassUseRow, programme: ProgrammeRow | None) -> Line:
    name, rule = programme_rule(programme)
    kind = Kind.PASS_USED if row.uses > 0 else Kind.PASS_UNDONE
    store = telling.store(row.store_id)
    return Line(
        at=spot.at,
        kind=kind,
        sentence=telling.said(kind, store=store, name=name, uses=abs(row.uses)),
        rule=rule,
        store_id=row.store_id,
        ids={"pass": row.pass_id},
        amounts=(Amount(Unit.USES, -row.uses),),
    )


def _event(telling: Telling, spot: Spot, row: PassEventRow, programme: ProgrammeRow | None) -> Line:
    name, rule = programme_rule(programme)
    kind = PASS_KINDS[row.kind]
    paid = {Kind.PASS_SOLD: -row.price_minor, Kind.PASS_REFUNDED: row.paid_back_minor}.get(kind, 0)
    return Line(
        at=spot.at,
        kind=kind,
        sentence=telling.said(
            kind,
            name=name,
            uses=row.uses,
            price=Money(row.price_minor),
            amount=Money(row.paid_back_minor),
        ),
        why=telling.written(row.reason),
        rule=rule,
        store_id=row.store_id,
        ids={"pass": row.pass_id},
        amounts=(Amount(Unit.MONEY, paid),) if paid else (),
    )


TELLERS = {
    Source.CHECK_IN: teller(_check_ins),
    Source.REFERRAL: teller(_referrals),
    Source.DRAW: teller(_draws),
    Source.MALL: teller(_mall),
    Source.GROUP: teller(_groups),
    Source.PASS: teller(_passes),
}
