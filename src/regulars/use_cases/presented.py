"""Open codes at the till: from what a guest shows to a coupon that a bill may use.

A student shows `KX4W-7MPR-N2TYD` from a flyer: the code is turned back into serial 1,204,118 of the
batch 开学传单, nobody has used it, so the bill may. Used by two tills at once, one of them gets it.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from regulars.domain.kernel.ids import CouponTypeId
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.orders.shop import Shop
from regulars.domain.pricing.basket import CodeSerial, HeldCoupon
from regulars.domain.pricing.coupon_codes import CodeCipher, ReadCode, coupon_id_of
from regulars.storage import coupon_batches as batches
from regulars.storage.coupon_batches import BatchRow, CodeRow
from regulars.storage.engine import Read, Write
from regulars.storage.vault import Vault
from regulars.use_cases.moment import Moment

CODE_UNKNOWN = refusal_code("coupon.code_unknown")
CODE_NOT_YET = refusal_code("coupon.code_not_yet")
CODE_EXPIRED = refusal_code("coupon.code_expired")
CODE_USED = refusal_code("coupon.code_used")
CODE_CLAIMED = refusal_code("coupon.code_claimed")
CODE_HELD = refusal_code("coupon.code_held")
CODE_FROZEN = refusal_code("coupon.code_frozen")
CODE_VOID = refusal_code("coupon.code_void")

_SERIAL_MAX = (1 << 63) - 1
_NO_BATCH = UUID(int=0)
_NO_CODE = ReadCode(0, -1)
_REASONS = {
    "used": CODE_USED,
    "claimed": CODE_CLAIMED,
    "held": CODE_HELD,
    "frozen": CODE_FROZEN,
    "void": CODE_VOID,
}


class FoundCode(NamedTuple):
    """A code of one of our batches, and what became of it; no row: nothing yet."""

    batch: BatchRow
    serial: int
    row: CodeRow | None


def cipher_of(vault: Vault) -> CodeCipher:
    """The organisation's cipher of coupon codes: its key is derived and kept nowhere."""
    return CodeCipher(vault.keyed_digest("coupon codes", b""))


def found_code(read: Read, typed: str, vault: Vault) -> FoundCode | None:
    """The code that somebody typed or scanned; None for one that is not ours.

    The same questions are asked whatever was typed, so the time tells nothing.
    """
    said = cipher_of(vault).serial_of(typed) or _NO_CODE
    if said.serial > _SERIAL_MAX:
        said = _NO_CODE
    batch = read.one(batches.BATCH_OF_SERIAL, serial=said.serial)
    batch_id = _NO_BATCH if batch is None else batch.id
    row = read.one(batches.CODE, batch_id=batch_id, serial=said.serial)
    if batch is None or batch.length != said.length:
        return None
    if said.serial >= batch.serial_from + batch.size:
        return None
    return FoundCode(batch, said.serial, row)


def why_not(found: FoundCode, order_id: UUID | None, *, at: Instant) -> Refusal | None:
    """Why a code of ours cannot be used or claimed now, if it cannot."""
    batch, row = found.batch, found.row
    if batch.state in _REASONS:
        return _REASONS[batch.state].because()
    if row is not None and not row.free(order_id, at=at):
        return _REASONS[row.state].because()
    if at < batch.valid_from:
        return CODE_NOT_YET.because()
    return CODE_EXPIRED.because() if at >= batch.valid_until else None


def presented(
    read: Read,
    codes: Sequence[str],
    shop: Shop,
    now: Instant,
    *,
    vault: Vault,
    order_id: UUID | None = None,
) -> tuple[HeldCoupon, ...]:
    """The coupons of the codes that a guest presents at the till, each once.

    Refuses: coupon.code_unknown; for a code of ours the true reason: coupon.code_not_yet,
    coupon.code_expired, coupon.code_used, coupon.code_claimed, coupon.code_held,
    coupon.code_frozen, coupon.code_void.
    """
    coupons: dict[UUID, HeldCoupon] = {}
    for typed in codes:
        found = found_code(read, typed, vault)
        kind = None if found is None else shop.coupon_types.get(found.batch.type_id)
        if found is None or kind is None:
            raise CODE_UNKNOWN.because()
        reason = why_not(found, order_id, at=now)
        if reason is not None:
            raise reason
        coupon_id = coupon_id_of(found.batch.id, found.serial)
        coupons[coupon_id] = HeldCoupon(
            id=coupon_id,
            type_id=CouponTypeId(kind.id),
            offer=kind.offer,
            valid_from=found.batch.valid_from,
            valid_until=found.batch.valid_until,
            code=CodeSerial(found.batch.id, found.serial),
        )
    return tuple(coupons.values())


def use_code(tx: Write, code: CodeSerial, order_id: UUID, moment: Moment, *, gone: Refusal) -> None:
    """Let an order use a code; `gone` is raised when another was faster."""
    tx.take(
        batches.USE_CODE,
        refusal=gone,
        batch_id=code.batch_id,
        serial=code.serial,
        id=coupon_id_of(code.batch_id, code.serial),
        at=moment.now,
        by=moment.actor.name,
        order=order_id,
    )


def give_codes_back(
    tx: Write, codes: Sequence[CodeRow], order_id: UUID, moment: Moment, *, gone: Refusal
) -> None:
    """Give codes that an order used back, each to be used once more."""
    for row in codes:
        tx.take(
            batches.GIVE_BACK_CODE,
            refusal=gone,
            code_id=row.id,
            used_for=order_id,
            at=moment.now,
            who=moment.actor.name,
        )
