"""Lucky draws: the odds, a draw, and the proof that nobody chose what was won."""

from contextlib import suppress
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.draw import Draw
from regulars.domain.loyalty.draw_rolls import audited, commitment_of, odds_of
from regulars.domain.loyalty.gift import NOTHING
from regulars.domain.loyalty.programme import Programme, ProgrammeKind
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, run
from regulars.http.auth import asked
from regulars.http.edge import Edge, edge_of
from regulars.http.policy import Seller, requires
from regulars.http.rewards import GiftView, check_seen, gift_view, named
from regulars.http.schemas import Answer, Body
from regulars.storage import draws, programmes
from regulars.storage.engine import Read
from regulars.storage.programmes import ProgrammeRow
from regulars.storage.taken import taken
from regulars.use_cases.draw_ends import CloseDraw
from regulars.use_cases.draw_tickets import promise_of
from regulars.use_cases.draws import BLANK_LABEL, DrawOnce, Drew, seed_of
from regulars.use_cases.taking import of_all

router = APIRouter(prefix="/api/v1", tags=["rewards"])
Reader = Annotated[Actor, requires(Permission.OFFER_READ)]
MemberReader = Annotated[Actor, requires(Permission.MEMBER_READ)]


class DrawForm(Body):
    """The id of the draw, which programme, and at which store."""

    id: UUID
    programme_id: UUID
    store_id: UUID


class OddsView(Answer):
    """One prize and its exact odds, `numerator / denominator`: as promised, and as of now.

    `left`: how many are left; None is no limit.
    """

    code: str
    name_zh: str
    name_en: str
    gift: GiftView
    promised_numerator: int
    promised_denominator: int
    now_numerator: int
    now_denominator: int
    left: int | None
    otherwise: str | None


class DrawOdds(Answer):
    """What a draw promises. `commitment`: SHA-256 of its secret seed, published before draw 1."""

    programme_id: UUID
    version: int
    name_zh: str
    name_en: str
    price_points: int
    tickets: str
    commitment: str
    committed_at: AwareDatetime
    prizes: list[OddsView]


class DrawnView(Answer):
    """One draw, with all that its roll follows from beside the seed."""

    id: UUID
    version: int
    number: int
    member_id: UUID
    at: AwareDatetime
    ticket: str
    points: int
    roll: int
    drawn: str
    prize: str


class DrawPage(Answer):
    """Some draws in their order. `seed` is shown once nothing can be drawn any more."""

    commitment: str
    seed: str | None
    draws: list[DrawnView]
    next_after: int | None


class DrawAudit(Answer):
    """Every draw recomputed from the seed and held against what was stored."""

    programme_id: UUID
    draws: int
    differences: int
    wrong_numbers: list[int]
    seed_matches_commitment: bool
    over: bool
    seed: str | None
    commitment: str


ENTROPY_BYTES = 10
_DRAWN = tuple(DrawnView.model_fields)


@router.get(
    "/stores/{store_id}/draws/{programme_id}/odds",
    operation_id="get_draw_odds",
    response_model=DrawOdds,
)
async def get_draw_odds(
    request: Request, store_id: UUID, programme_id: UUID, actor: Reader
) -> Response:
    """The exact odds of a draw: as it was promised, and with what is left."""
    edge = edge_of(request)
    now = edge.clock()

    def question(read: Read) -> dict[str, object]:
        store = edge.shops.in_force(read, store_id, at=now).store
        kind = ProgrammeKind.DRAW
        programme = programmes.running(read, kind, programme_id, store, at=now)
        draws.check_open(read, programme.id)
        return odds_view(read, programme)

    return answered(await asked(edge, question))


def odds_view(read: Read, programme: Programme) -> dict[str, object]:
    """A draw with its odds, as it is shown."""
    draw = promise_of(programme)
    keys = {prize.code: of_all(programme.id, f"prize:{prize.code}") for prize in draw.prizes}
    used = taken(read, keys.values())
    left = {prize.code: _left(prize.stock, used[keys[prize.code]]) for prize in draw.prizes}
    gone = frozenset(code for code, rest in left.items() if rest == 0)
    seed = draws.seed_known(read, programme.id)
    return {
        **named(programme),
        "price_points": draw.price_points,
        "tickets": draw.tickets.kind,
        "commitment": seed.commitment.hex(),
        "committed_at": seed.made_at,
        "prizes": [
            _prize_view(draw, odds.code, odds.promised, odds.now, left.get(odds.code))
            for odds in odds_of(draw, gone)
        ],
    }


def _left(stock: int | None, used: int) -> int | None:
    return None if stock is None else max(stock - used, 0)


def _prize_view(
    draw: Draw, code: str, promised: Fraction, now: Fraction, left: int | None
) -> dict[str, object]:
    prize = draw.prize(code)
    label = prize.label if prize is not None else BLANK_LABEL
    return {
        "code": code,
        "name_zh": label.in_language("zh-CN"),
        "name_en": label.in_language("en"),
        "gift": gift_view(prize.gift if prize is not None else NOTHING),
        "promised_numerator": promised.numerator,
        "promised_denominator": promised.denominator,
        "now_numerator": now.numerator,
        "now_denominator": now.denominator,
        "left": left,
        "otherwise": prize.otherwise if prize is not None else None,
    }


@router.post(
    "/members/{member_id}/draws",
    operation_id="draw_once",
    status_code=201,
    response_model=Drew,
)
async def draw_once(request: Request, member_id: UUID, form: DrawForm, actor: Seller) -> Response:
    """Draw once for a member: a free ticket before one that costs points."""
    command = DrawOnce(
        id=form.id,
        programme_id=form.programme_id,
        member_id=member_id,
        store_id=form.store_id,
    )
    return await run(request, command, actor, status=201)


@router.get(
    "/members/{member_id}/draws",
    operation_id="list_draws_of_member",
    response_model=list[DrawnView],
)
async def list_draws_of_member(
    request: Request, member_id: UUID, programme_id: UUID, actor: MemberReader
) -> Response:
    """What a member drew of a programme, newest first."""

    def question(read: Read) -> list[dict[str, object]]:
        check_seen(read, actor, draws.newest_draw(read, programme_id))
        rows = read.all(draws.OF_MEMBER, member_id=member_id, programme_id=programme_id)
        return [_drawn_view(row) for row in rows]

    return answered(await asked(edge_of(request), question))


def _drawn_view(row: draws.DrawRow) -> dict[str, object]:
    shown = row._asdict()
    return {name: shown[name] for name in _DRAWN}


@router.get("/programmes/{programme_id}/draws", operation_id="list_draws", response_model=DrawPage)
async def list_draws(
    request: Request,
    programme_id: UUID,
    actor: Reader,
    after: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
) -> Response:
    """Every draw of a programme in its order, for whoever wants to recompute them."""
    edge = edge_of(request)
    over = await _closed(edge, programme_id, actor)

    def question(read: Read) -> dict[str, object]:
        rows = read.all(draws.PAGE, programme_id=programme_id, after=after)
        full = len(rows) == draws.PAGE_ROWS
        return {
            "commitment": draws.seed_known(read, programme_id).commitment.hex(),
            "seed": _shown_seed(edge, programme_id, over=over),
            "draws": [_drawn_view(row) for row in rows],
            "next_after": rows[-1].number if full else None,
        }

    return answered(await asked(edge, question))


async def _closed(edge: Edge, programme_id: UUID, actor: Actor) -> bool:
    """Whether a draw is closed for ever, so that its seed may be shown; one that is over is closed
    now. Refuses: programme.unknown, scope.outside.
    """

    def newest(read: Read) -> ProgrammeRow:
        row = draws.newest_draw(read, programme_id)
        check_seen(read, actor, row)
        return row

    now, row = edge.clock(), await asked(edge, newest)
    if draws.is_closed(row) or not draws.is_over(row, now):
        return draws.is_closed(row)
    # Where it cannot be written just now, or somebody else just writes it, the book decides.
    with suppress(Refusal):
        await edge.runner.run(
            CloseDraw(programme_id=programme_id),
            actor=SYSTEM,
            command_id=uuid7(now, edge.entropy(ENTROPY_BYTES)),
        )
    return draws.is_closed(await asked(edge, newest))


def _shown_seed(edge: Edge, programme_id: UUID, *, over: bool) -> str | None:
    return seed_of(edge.vault, programme_id).hex() if over else None


@router.get(
    "/programmes/{programme_id}/draw-audit",
    operation_id="audit_draws",
    response_model=DrawAudit,
)
async def audit_draws(request: Request, programme_id: UUID, actor: Reader) -> Response:
    """Recompute every draw of a programme: number, roll, what was drawn and what it became."""
    edge = edge_of(request)
    over = await _closed(edge, programme_id, actor)

    def audit() -> dict[str, object]:
        with edge.database.read() as read:
            promised = draws.promised(read, programme_id)
            commitment = draws.seed_known(read, programme_id).commitment
            seed = seed_of(edge.vault, programme_id)
            found = audited(seed, programme_id, promised, draws.all_drawn(read, programme_id))
        return {
            "programme_id": programme_id,
            "draws": found.draws,
            "differences": found.differences,
            "wrong_numbers": found.wrong,
            "seed_matches_commitment": commitment_of(seed) == commitment,
            "over": over,
            "seed": _shown_seed(edge, programme_id, over=over),
            "commitment": commitment.hex(),
        }

    # A hundred thousand rolls take a second: no till waits for them.
    return answered(await edge.aside.run(audit))
