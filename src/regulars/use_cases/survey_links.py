"""The link by which a guest says how it was: made of her order's id and a mark, kept nowhere.

The receipt of order 0192… ends in `survey/AZJ…`: the id and 16 bytes that only this shop can make of
it. So a sale writes nothing for it, nobody can guess another guest's, and it names nobody.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import timedelta
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.loyalty.survey import Survey
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.store import Store
from regulars.storage import programmes
from regulars.storage.engine import Read
from regulars.storage.orders import OrderRow
from regulars.storage.vault import Vault

SURVEY_LINK_UNKNOWN = refusal_code("survey.link_unknown")

PAGE = "/survey/"
PURPOSE = "survey"
MARK_BYTES, ID_BYTES = 16, 16
TOKEN_LETTERS = 43


def token_of(vault: Vault, order_id: UUID) -> str:
    """What the link of an order ends in. It names nobody."""
    mark = vault.keyed_digest(PURPOSE, order_id.bytes)[:MARK_BYTES]
    return urlsafe_b64encode(order_id.bytes + mark).decode().rstrip("=")


def order_of(vault: Vault, token: str) -> UUID:
    """The order whose link ends in this. Refuses: survey.link_unknown."""
    try:
        known = urlsafe_b64decode(token + "=") if len(token) == TOKEN_LETTERS else b""
    except (Error, ValueError):
        known = b""
    if len(known) != ID_BYTES + MARK_BYTES:
        raise SURVEY_LINK_UNKNOWN.because()
    order_id = UUID(bytes=known[:ID_BYTES])
    expected = vault.keyed_digest(PURPOSE, order_id.bytes)[:MARK_BYTES]
    if not hmac.compare_digest(known[ID_BYTES:], expected):
        raise SURVEY_LINK_UNKNOWN.because()
    return order_id


def path_of(vault: Vault, order_id: UUID) -> str:
    """Where an order's guest says how it was, from the server's own address."""
    return PAGE + token_of(vault, order_id)


def on_receipt(shop: Shop, vault: Vault, order_id: UUID) -> str | None:
    """The path that the receipt of an order paid just now carries; asks the database nothing."""
    return path_of(vault, order_id) if shop.asks_on_receipt else None


def on_reprint(
    read: Read, store: Store, vault: Vault, order: OrderRow, *, at: Instant
) -> str | None:
    """The same for an order paid before: while the survey that ran then may be answered."""
    if order.settled_at is None:
        return None
    running = programmes.in_force(read, ProgrammeKind.SURVEY, store, at=order.settled_at)
    survey = running[0].definition if running else None
    if not isinstance(survey, Survey) or not survey.on_receipt:
        return None
    if at >= order.settled_at + timedelta(days=survey.open_days):
        return None
    return path_of(vault, order.id)
