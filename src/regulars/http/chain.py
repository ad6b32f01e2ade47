"""The chain over the ledger: its end now, and what it was at the end of each day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.http.schemas import Answer
from regulars.storage import chain
from regulars.storage.chain import AnchorRow

router = APIRouter(prefix="/api/v1", tags=["proof"])

Reader = Annotated[Actor, requires(Permission.VERIFY_RUN)]

ANCHORS_LISTED = 400


class HeadView(Answer):
    """The chain's end. `head` is number:hash, to be printed on the day's report."""

    number: int
    hash: str
    head: str
    at: AwareDatetime | None


class AnchorView(Answer):
    """The chain's end at the end of a business day."""

    day: date
    number: int
    hash: str
    head: str
    at: AwareDatetime


@router.get("/chain/head", operation_id="get_chain_head", response_model=HeadView)
async def get_chain_head(request: Request, actor: Reader) -> Response:
    """The last block's number and hash; number 0 before anything was chained."""
    del actor
    head, newest = await asked(
        edge_of(request), lambda read: (chain.head_of(read), chain.newest_block(read))
    )
    return answered(
        {
            "number": head.number,
            "hash": head.hash.hex(),
            "head": head.told,
            "at": None if newest is None else newest.at,
        }
    )


@router.get("/chain/anchors", operation_id="list_chain_anchors", response_model=list[AnchorView])
async def list_chain_anchors(request: Request, actor: Reader) -> Response:
    """The anchors of the last 400 days, newest first."""
    del actor
    rows = await asked(edge_of(request), lambda read: read.all(chain.ANCHORS, most=ANCHORS_LISTED))
    return answered([_anchor(row) for row in rows])


def _anchor(row: AnchorRow) -> dict[str, object]:
    letters = row.hash.hex()
    return {
        "day": row.day,
        "number": row.number,
        "hash": letters,
        "head": f"{row.number}:{letters}",
        "at": row.at,
    }
