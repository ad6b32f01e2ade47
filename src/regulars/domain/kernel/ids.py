"""Names for things: UUIDv7, sortable by the time at which they were made (RFC 9562).

Ids are made at the edge, also by a till that is offline, so that a retry carries the same id.

    >>> str(uuid7(instant_from_iso("2026-05-01T00:00:00Z"), bytes(10)))[:13]
    '019de0d5-c800'
"""

from typing import NewType
from uuid import UUID

from regulars.domain.kernel.period import Instant, microseconds_of
from regulars.domain.kernel.refusal import refusal_code

StoreId = NewType("StoreId", UUID)
RegionId = NewType("RegionId", UUID)
TerminalId = NewType("TerminalId", UUID)
StaffId = NewType("StaffId", UUID)
MemberId = NewType("MemberId", UUID)
ProductId = NewType("ProductId", UUID)
VariantId = NewType("VariantId", UUID)
OptionId = NewType("OptionId", UUID)
OfferId = NewType("OfferId", UUID)
CouponTypeId = NewType("CouponTypeId", UUID)
CouponId = NewType("CouponId", UUID)
OrderId = NewType("OrderId", UUID)
LineId = NewType("LineId", UUID)
AccountId = NewType("AccountId", int)
EntryId = NewType("EntryId", UUID)

ID_MALFORMED = refusal_code("id.malformed", "field")


def uuid7(at: Instant, entropy: bytes) -> UUID:
    """An id of version 7 for this millisecond. Units: entropy is 10 bytes or more."""
    if len(entropy) < 10:
        raise ValueError("an id needs 10 bytes of entropy")
    milliseconds = microseconds_of(at) // 1000
    random = int.from_bytes(entropy[:10], "big")
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= ((random >> 68) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=value)


def parse_id(text: str, *, field: str) -> UUID:
    """The id that a text spells. Refuses: id.malformed (empty and wildcard texts too)."""
    try:
        return UUID(text)
    except (ValueError, AttributeError, TypeError):
        raise ID_MALFORMED.because(field=field) from None
