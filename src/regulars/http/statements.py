"""A member's statement in words: as JSON at the till, and as a page that she takes home."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.money import scale_of
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.masking import masked, short_name
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.profile import ProfileField
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered
from regulars.http.auth import asked
from regulars.http.edge import Edge, edge_of
from regulars.http.liability import FIRST_DAY, LANGUAGES, LAST_DAY, Spoken, as_file, asked_aside
from regulars.http.policy import requires
from regulars.http.schemas import Answer
from regulars.storage import identities, ledger, members
from regulars.storage.engine import Read
from regulars.storage.ledger import StatementRow
from regulars.storage.statements import MovementRow
from regulars.storage.stores import ORGANISATION, STORES
from regulars.use_cases.liability_files import Format
from regulars.use_cases.statement_rows import in_words, member_statement, page

router = APIRouter(prefix="/api/v1", tags=["members"])

Reading = Annotated[Actor, requires(Permission.VALUE_READ)]
Since = Annotated[date, Query(alias="from", ge=FIRST_DAY, lt=LAST_DAY)]
Until = Annotated[date, Query(alias="to", ge=FIRST_DAY, lt=LAST_DAY)]


class StatementRowView(Answer):
    """One movement on a member's account: negative when value left it. Units: the unit's."""

    entry_id: UUID
    number: int
    kind: str
    at: AwareDatetime
    store_id: UUID
    subject_id: UUID | None
    account: str
    unit: str
    amount: int
    after: int
    words_zh: str
    words_en: str


class StatementView(Answer):
    """Some movements, newest first, and where the next page begins."""

    rows: list[StatementRowView]
    next_cursor: UUID | None


class BalanceView(Answer):
    """What one account held before and after some days. Units: the unit's."""

    account: str
    unit: str
    opening: int
    closing: int


class PeriodRowView(Answer):
    """One movement of a period. Units: the unit's."""

    at: AwareDatetime
    day: date
    store_id: UUID
    kind: str
    account: str
    unit: str
    amount: int
    after: int
    words_zh: str
    words_en: str


class PeriodView(Answer):
    """A member's statement of some days, oldest first."""

    balances: list[BalanceView]
    rows: list[PeriodRowView]


@router.get(
    "/members/{member_id}/statement", operation_id="get_statement", response_model=StatementView
)
async def get_statement(
    request: Request, member_id: UUID, _: Reading, cursor: UUID | None = None
) -> Response:
    """What moved in a member's accounts, newest first, in words."""

    def told(read: Read) -> dict[str, object]:
        _known(read, member_id)
        rows, next_cursor = _page(read, member_id, cursor)
        organisation = read.one(ORGANISATION)
        scale = 2 if organisation is None else scale_of(organisation.currency)
        words = in_words(read, member_id, rows, read.all(STORES), scale=scale)
        shown = [
            {**row._asdict(), "words_zh": one.zh, "words_en": one.en}
            for row, one in zip(rows, words, strict=True)
        ]
        return {"rows": shown, "next_cursor": next_cursor}

    return answered(await asked(edge_of(request), told))


@router.get(
    "/members/{member_id}/statement/days",
    operation_id="get_statement_of_days",
    response_model=PeriodView,
)
async def get_statement_of_days(
    request: Request, member_id: UUID, _: Reading, since: Since, until: Until
) -> Response:
    """What moved in a member's accounts on some days, with what they held before and after."""

    def told(read: Read) -> dict[str, object]:
        _known(read, member_id)
        found = member_statement(read, member_id, since, until)
        return {
            "balances": [one._asdict() for one in found.balances],
            "rows": [_period_row(row, words) for row, words in found.movements],
        }

    return answered(await asked_aside(edge_of(request), told))


@router.get("/members/{member_id}/statement.html", operation_id="get_statement_page")
async def get_statement_page(
    request: Request,
    member_id: UUID,
    _: Reading,
    *,
    since: Since,
    until: Until,
    lang: Spoken = "zh",
) -> Response:
    """The statement of some days as a page to print."""
    edge = edge_of(request)

    now = edge.clock()

    def told() -> str:
        with edge.database.read() as read:
            found = member_statement(read, member_id, since, until)
            who = _who(read, edge, member_id)
        return page(found, who, LANGUAGES[lang], made_at=now)

    written = await edge.aside.run(told)
    return as_file(written.encode(), Format.HTML, "statement")


def _page(
    read: Read, member_id: UUID, cursor: UUID | None
) -> tuple[Sequence[StatementRow], UUID | None]:
    found = ledger.statement_of(read, member_id, cursor)
    return found.rows, found.next_cursor


def _known(read: Read, member_id: UUID) -> None:
    if read.one(members.MEMBER, member_id=member_id) is None:
        raise MEMBER_UNKNOWN.because()


def _period_row(row: MovementRow, words: Label) -> dict[str, object]:
    shown = row._asdict()
    for hidden in ("entry_id", "number"):
        del shown[hidden]
    return {**shown, "words_zh": words.zh, "words_en": words.en}


def _who(read: Read, edge: Edge, member_id: UUID) -> str:
    """How a member is named on paper: her short name, the phone number masked.

    Refuses: member.unknown.
    """
    cards, known_by = read.group(
        members.CARD.ask(member_id=member_id), identities.IDENTITIES.ask(member_id=member_id)
    )
    if not cards:
        raise MEMBER_UNKNOWN.because()
    if cards[0].wrapped_key is None:
        return ""
    key = edge.vault.unlock(cards[0].wrapped_key, member_id)
    name = short_name(members.opened(key, ProfileField.NAME, cards[0].name) or "")
    phones = [one for one in known_by if one.kind == IdentityKind.PHONE]
    phone = masked(identities.opened(key, phones[0])) if phones else ""
    return " ".join(part for part in (name, phone) if part)
