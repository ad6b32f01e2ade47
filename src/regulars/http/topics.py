"""What a change is about, in the words of the areas that show it, and who may hear of it.

A member joins in 人民广场店: `member.joined` is told as "members" and "newcomers" of that store, to
whoever may read members there. Nothing else of the fact leaves the house.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.rights import Rights
from regulars.storage.news import Happened


class EventTopic(StrEnum):
    """What changed."""

    APPROVALS = "approvals"
    CAMPAIGNS = "campaigns"
    CATALOGUE = "catalogue"
    COUPONS = "coupons"
    JOURNEYS = "journeys"
    MEMBERS = "members"
    MESSAGES = "messages"
    NEWCOMERS = "newcomers"
    OFFERS = "offers"
    ORDERS = "orders"
    PROGRAMMES = "programmes"
    PROOF = "proof"
    SEGMENTS = "segments"
    SETTINGS = "settings"
    STAFF = "staff"
    STORES = "stores"
    TASKS = "tasks"
    VALUE = "value"


class Change(NamedTuple):
    """Something of a topic changed, at a store if at one."""

    topic: EventTopic
    store_id: UUID | None


# Any of these rights lets somebody hear of a topic, where the right holds.
HEARD_WITH: Mapping[EventTopic, tuple[Permission, ...]] = {
    EventTopic.APPROVALS: (Permission.OFFER_READ,),
    EventTopic.CAMPAIGNS: (Permission.OFFER_READ,),
    EventTopic.CATALOGUE: (Permission.CATALOG_READ,),
    EventTopic.COUPONS: (Permission.COUPON_READ,),
    EventTopic.JOURNEYS: (Permission.OFFER_READ,),
    EventTopic.MEMBERS: (Permission.MEMBER_READ,),
    EventTopic.MESSAGES: (Permission.MEMBER_READ, Permission.OFFER_WRITE),
    EventTopic.NEWCOMERS: (Permission.MEMBER_READ, Permission.REPORT_READ),
    EventTopic.OFFERS: (Permission.OFFER_READ,),
    EventTopic.ORDERS: (Permission.ORDER_READ, Permission.REPORT_READ),
    EventTopic.PROGRAMMES: (Permission.OFFER_READ,),
    EventTopic.PROOF: (Permission.VERIFY_RUN,),
    EventTopic.SEGMENTS: (Permission.SEGMENT_READ,),
    EventTopic.SETTINGS: (Permission.TERMS_READ,),
    EventTopic.STAFF: (Permission.STAFF_READ,),
    EventTopic.STORES: (Permission.STORE_READ,),
    EventTopic.TASKS: (Permission.MEMBER_READ,),
    EventTopic.VALUE: (Permission.VALUE_READ, Permission.REPORT_READ),
}

# By the word before the dot: of a fact, or of an act in the audit.
TOPICS: Mapping[str, tuple[EventTopic, ...]] = {
    "api_key": (EventTopic.STAFF,),
    "backtest": (EventTopic.OFFERS,),
    "bulk_action": (EventTopic.APPROVALS, EventTopic.MEMBERS),
    "campaign": (EventTopic.CAMPAIGNS, EventTopic.APPROVALS),
    "catalog": (EventTopic.CATALOGUE,),
    "category": (EventTopic.CATALOGUE,),
    "channel": (EventTopic.MESSAGES,),
    "clearing": (EventTopic.VALUE,),
    "consent": (EventTopic.MEMBERS,),
    "coupon": (EventTopic.COUPONS,),
    "coupon_batch": (EventTopic.COUPONS,),
    "coupon_code": (EventTopic.COUPONS,),
    "coupon_type": (EventTopic.COUPONS, EventTopic.OFFERS),
    "draw": (EventTopic.PROGRAMMES, EventTopic.MEMBERS),
    "group": (EventTopic.PROGRAMMES, EventTopic.ORDERS),
    "journey": (EventTopic.JOURNEYS, EventTopic.APPROVALS),
    "mall": (EventTopic.PROGRAMMES, EventTopic.MEMBERS),
    "member": (EventTopic.MEMBERS,),
    "member_import": (EventTopic.TASKS,),
    "message": (EventTopic.MESSAGES,),
    "modifier_group": (EventTopic.CATALOGUE,),
    "offer": (EventTopic.OFFERS,),
    "order": (EventTopic.ORDERS,),
    "organisation": (EventTopic.STORES,),
    "pass": (EventTopic.VALUE, EventTopic.MEMBERS),
    "password": (EventTopic.STAFF,),
    "pin": (EventTopic.STAFF,),
    "points": (EventTopic.VALUE,),
    "price": (EventTopic.CATALOGUE,),
    "price_list": (EventTopic.CATALOGUE,),
    "privacy": (EventTopic.MEMBERS,),
    "product": (EventTopic.CATALOGUE,),
    "programme": (EventTopic.PROGRAMMES,),
    "recovery": (EventTopic.TASKS,),
    "referral": (EventTopic.PROGRAMMES, EventTopic.MEMBERS),
    "region": (EventTopic.STORES,),
    "segment": (EventTopic.SEGMENTS,),
    "session": (EventTopic.STAFF,),
    "staff": (EventTopic.STAFF,),
    "staff_task": (EventTopic.TASKS,),
    "store": (EventTopic.STORES,),
    "survey": (EventTopic.TASKS, EventTopic.PROGRAMMES),
    "task": (EventTopic.TASKS, EventTopic.MEMBERS),
    "tax_category": (EventTopic.CATALOGUE,),
    "template": (EventTopic.MESSAGES,),
    "terminal": (EventTopic.STORES,),
    "terms": (EventTopic.SETTINGS,),
    "top_up": (EventTopic.VALUE,),
    "value": (EventTopic.VALUE,),
    "verify": (EventTopic.PROOF,),
    "view": (EventTopic.SEGMENTS,),
    "wording": (EventTopic.SETTINGS,),
}
# What a kind says besides.
_ALSO: Mapping[str, tuple[EventTopic, ...]] = {"member.joined": (EventTopic.NEWCOMERS,)}
# Members come into segments and leave them all day; a segment itself is as it was.
_UNTOLD = frozenset({"segment.entered", "segment.left"})


def changes_of(happened: Iterable[Happened]) -> frozenset[Change]:
    """What facts and acts are about."""
    return frozenset(
        Change(topic, one.store_id)
        for one in happened
        if one.kind not in _UNTOLD
        for topic in _topics_of(one.kind)
    )


def _topics_of(kind: str) -> tuple[EventTopic, ...]:
    return TOPICS.get(kind.partition(".")[0], ()) + _ALSO.get(kind, ())


def heard(rights: Rights, changes: Iterable[Change]) -> frozenset[Change]:
    """Of some changes those that somebody may hear of: of her areas, within her reach."""
    return frozenset(change for change in changes if _may_hear(rights, change))


def _may_hear(rights: Rights, change: Change) -> bool:
    return any(
        permission in grant.permissions
        and (change.store_id is None or grant.scope.holds(change.store_id))
        for permission in HEARD_WITH[change.topic]
        for grant in rights.grants
    )
