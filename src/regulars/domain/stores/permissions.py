"""What staff and machines may do. Every route names one of these; a role is a set of them.

A cashier sells, joins members and refunds small sums in her own store; she sees no other.
"""

from enum import StrEnum


class Permission(StrEnum):
    """One right. The word before the dot is the feature."""

    CATALOG_READ = "catalog.read"
    CATALOG_WRITE = "catalog.write"
    CATALOG_SOLD_OUT = "catalog.sold_out"
    CATALOG_COST = "catalog.cost"
    ORDER_READ = "order.read"
    ORDER_QUOTE = "order.quote"
    ORDER_SELL = "order.sell"
    ORDER_DISCOUNT = "order.discount"
    ORDER_DISCOUNT_ANY = "order.discount_any"
    ORDER_REFUND = "order.refund"
    MEMBER_READ = "member.read"
    MEMBER_JOIN = "member.join"
    MEMBER_WRITE = "member.write"
    MEMBER_REVEAL = "member.reveal"
    MEMBER_IMPORT = "member.import"
    VALUE_READ = "value.read"
    VALUE_TOP_UP = "value.top_up"
    VALUE_REFUND = "value.refund"
    VALUE_MOVE = "value.move"
    VALUE_REPORT = "value.report"
    COUPON_READ = "coupon.read"
    COUPON_ISSUE = "coupon.issue"
    OFFER_READ = "offer.read"
    OFFER_WRITE = "offer.write"
    SEGMENT_READ = "segment.read"
    SEGMENT_WRITE = "segment.write"
    JOURNEY_APPROVE = "journey.approve"
    TERMS_READ = "terms.read"
    TERMS_WRITE = "terms.write"
    STORE_READ = "store.read"
    STORE_WRITE = "store.write"
    STAFF_READ = "staff.read"
    STAFF_WRITE = "staff.write"
    TERMINAL_BIND = "terminal.bind"
    API_KEY_WRITE = "api_key.write"
    AUDIT_READ = "audit.read"
    VERIFY_RUN = "verify.run"
    MEASUREMENT_READ = "measurement.read"
    REPORT_READ = "report.read"


class Role(StrEnum):
    """What a person is employed as."""

    OWNER = "owner"
    MARKETER = "marketer"
    ACCOUNTANT = "accountant"
    REGION_MANAGER = "region_manager"
    STORE_MANAGER = "store_manager"
    CASHIER = "cashier"


_CASHIER = frozenset(
    {
        Permission.CATALOG_READ,
        Permission.CATALOG_SOLD_OUT,
        Permission.ORDER_READ,
        Permission.ORDER_QUOTE,
        Permission.ORDER_SELL,
        Permission.ORDER_DISCOUNT,
        Permission.MEMBER_READ,
        Permission.MEMBER_JOIN,
        Permission.VALUE_READ,
        Permission.VALUE_TOP_UP,
        Permission.COUPON_READ,
        Permission.OFFER_READ,
        Permission.TERMS_READ,
        Permission.STORE_READ,
    }
)
_STORE_MANAGER = _CASHIER | {
    Permission.REPORT_READ,
    Permission.SEGMENT_READ,
    Permission.ORDER_REFUND,
    Permission.ORDER_DISCOUNT_ANY,
    Permission.VALUE_REFUND,
    Permission.VALUE_MOVE,
    Permission.MEMBER_WRITE,
    Permission.MEMBER_REVEAL,
    Permission.COUPON_ISSUE,
    Permission.STAFF_READ,
    Permission.TERMINAL_BIND,
    Permission.TERMS_WRITE,
    Permission.AUDIT_READ,
}
_MARKETER = frozenset(
    {
        Permission.ORDER_QUOTE,
        Permission.CATALOG_READ,
        Permission.CATALOG_COST,
        Permission.MEMBER_READ,
        Permission.COUPON_READ,
        Permission.COUPON_ISSUE,
        Permission.OFFER_READ,
        Permission.OFFER_WRITE,
        Permission.SEGMENT_READ,
        Permission.SEGMENT_WRITE,
        Permission.JOURNEY_APPROVE,
        Permission.MEASUREMENT_READ,
        Permission.REPORT_READ,
        Permission.TERMS_READ,
        Permission.STORE_READ,
    }
)
_ACCOUNTANT = frozenset(
    {
        Permission.CATALOG_READ,
        Permission.CATALOG_COST,
        Permission.ORDER_READ,
        Permission.VALUE_READ,
        Permission.VALUE_REPORT,
        Permission.TERMS_READ,
        Permission.STORE_READ,
        Permission.AUDIT_READ,
        Permission.VERIFY_RUN,
        Permission.MEASUREMENT_READ,
        Permission.REPORT_READ,
    }
)

PERMISSIONS_OF: dict[Role, frozenset[Permission]] = {
    Role.CASHIER: _CASHIER,
    Role.STORE_MANAGER: _STORE_MANAGER,
    Role.REGION_MANAGER: _STORE_MANAGER
    | {
        Permission.CATALOG_WRITE,
        Permission.CATALOG_COST,
        Permission.OFFER_WRITE,
        Permission.MEASUREMENT_READ,
    },
    Role.MARKETER: _MARKETER,
    Role.ACCOUNTANT: _ACCOUNTANT,
    Role.OWNER: frozenset(Permission),
}


def with_implied(permissions: frozenset[Permission]) -> frozenset[Permission]:
    """The rights with what they always bring: who sells may ask for a price."""
    if Permission.ORDER_SELL in permissions:
        return permissions | {Permission.ORDER_QUOTE}
    return permissions


# What a quick PIN on a bound terminal may do: till work only, whatever else the person may.
TILL_PERMISSIONS = _CASHIER | {
    Permission.ORDER_REFUND,
    Permission.ORDER_DISCOUNT_ANY,
    Permission.VALUE_REFUND,
}
