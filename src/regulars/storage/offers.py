"""Offers by version and kinds of coupon as rows."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.storage.columns import At, Id
from regulars.storage.engine import Write
from regulars.storage.statement import Statement
from regulars.storage.tables.offers import coupon_type, offer


class OfferRow(NamedTuple):
    """Table `offer`: one version of one promise."""

    id: UUID
    version: int
    name_zh: str
    name_en: str
    level: str
    place_id: UUID | None
    definition: object
    effective_at: Instant
    ends_at: Instant | None
    state: str
    recorded_at: Instant
    recorded_by: str


class CouponTypeRow(NamedTuple):
    """Table `coupon_type`. Units: days; `issued` counts copies handed out."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    definition: object
    valid_days: int
    issue_max: int | None
    issued: int
    state: str
    rules: dict[str, object] | None = None


_latest = select(func.max(offer.c.version)).where(offer.c.id == bindparam("offer_id", type_=Id()))
NEWEST = Statement(
    select(offer).where(
        offer.c.id == bindparam("offer_id", type_=Id()),
        offer.c.version == _latest.scalar_subquery(),
    ),
    OfferRow,
)
VERSIONS = Statement(
    select(offer)
    .where(offer.c.id == bindparam("offer_id", type_=Id()))
    .order_by(offer.c.version.desc()),
    OfferRow,
)
_newest = (
    select(offer.c.id, func.max(offer.c.version).label("version")).group_by(offer.c.id).subquery()
)
ALL_NEWEST = Statement(
    select(offer)
    .join_from(
        offer, _newest, (offer.c.id == _newest.c.id) & (offer.c.version == _newest.c.version)
    )
    .order_by(offer.c.id),
    OfferRow,
)
# What is in force of each offer, and what is planned of it: its newest version is one of these.
_begun = (
    select(offer.c.id, func.max(offer.c.version).label("version"))
    .where(offer.c.effective_at <= bindparam("now", type_=At()))
    .group_by(offer.c.id)
    .subquery()
)
NOW_AND_LATER = Statement(
    select(offer)
    .join_from(offer, _begun, offer.c.id == _begun.c.id, isouter=True)
    .where(
        or_(
            offer.c.version == _begun.c.version,
            offer.c.effective_at > bindparam("now", type_=At()),
        )
    )
    .order_by(offer.c.id, offer.c.version),
    OfferRow,
)
COUPON_TYPES = Statement(select(coupon_type).order_by(coupon_type.c.code), CouponTypeRow)
ADD_COUPON_TYPE = Statement[object](
    insert(coupon_type)
    .values(
        {
            **{
                name: bindparam(name, type_=coupon_type.c[name].type)
                for name in (
                    "id",
                    "code",
                    "name_zh",
                    "name_en",
                    "definition",
                    "valid_days",
                    "issue_max",
                    "rules",
                )
            },
            "issued": 0,
            "state": "active",
        }
    )
    .on_conflict_do_nothing()
)


def add(tx: Write, row: OfferRow) -> None:
    """Write one version of an offer."""
    tx.add(offer, [row._asdict()])
