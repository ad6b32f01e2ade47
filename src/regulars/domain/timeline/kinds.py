"""What a line of a member's timeline can be about, and where each fact of the shop is told.

A bill is `order.settled`: its topic is the order, and whoever reads "only orders" sees it.
"""

from collections.abc import Mapping
from enum import StrEnum


class Topic(StrEnum):
    """What a line is about: what somebody who reads only a part of it asks for."""

    MEMBER = "member"
    CONSENT = "consent"
    ORDER = "order"
    SURVEY = "survey"
    CHECK_IN = "check_in"
    REFERRAL = "referral"
    DRAW = "draw"
    MALL = "mall"
    GROUP = "group"
    PASS = "pass"  # noqa: S105 - a pass of ten visits, not a password
    VALUE = "value"
    GIFT = "gift"
    COUPON = "coupon"
    TIER = "tier"
    STAGE = "stage"
    TAG = "tag"
    SEGMENT = "segment"
    EXPERIMENT = "experiment"
    JOURNEY = "journey"
    TASK = "task"
    MESSAGE = "message"


class Kind(StrEnum):
    """What a line tells. The word before the dot is its topic."""

    JOINED = "member.joined"
    CARD_LOST = "member.card_lost"
    CARD_REISSUED = "member.card_reissued"
    FROZEN = "member.frozen"
    UNFROZEN = "member.unfrozen"
    TOOK_RECORD_IN = "member.took_record_in"
    RECORD_LEFT = "member.record_left"
    BECAME_PART = "member.became_part"
    CAME_APART = "member.came_apart"
    CONSENT_GRANTED = "consent.granted"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    ORDER_SETTLED = "order.settled"
    ORDER_REFUNDED = "order.refunded"
    SURVEY_ANSWERED = "survey.answered"
    FOLLOW_UP_OPENED = "survey.follow_up_opened"
    FOLLOW_UP_DONE = "survey.follow_up_done"
    CHECKED_IN = "check_in.done"
    REFERRAL_INVITED = "referral.invited"
    REFERRAL_BROUGHT = "referral.brought"
    REFERRAL_REWARDED = "referral.rewarded"
    REFERRAL_ENDED = "referral.ended"
    DRAWN = "draw.drawn"
    MALL_ORDERED = "mall.ordered"
    MALL_HANDED_OVER = "mall.handed_over"
    MALL_CANCELLED = "mall.cancelled"
    GROUP_JOINED = "group.joined"
    GROUP_FILLED = "group.filled"
    GROUP_OVER = "group.over"
    PASS_SOLD = "pass.sold"  # noqa: S105
    PASS_USED = "pass.used"  # noqa: S105
    PASS_UNDONE = "pass.undone"  # noqa: S105
    PASS_FROZEN = "pass.frozen"  # noqa: S105
    PASS_UNFROZEN = "pass.unfrozen"  # noqa: S105
    PASS_TRANSFERRED = "pass.transferred"  # noqa: S105
    PASS_EXPIRED = "pass.expired"  # noqa: S105
    PASS_REFUNDED = "pass.refunded"  # noqa: S105
    VALUE_MOVED = "value.moved"
    POINTS_EXPIRING = "value.expiring"
    VALUE_FROZEN = "value.frozen"
    VALUE_UNFROZEN = "value.unfrozen"
    GIFT_HANDED = "gift.handed"
    COUPON_ISSUED = "coupon.issued"
    COUPON_RECEIVED = "coupon.received"
    COUPON_USED = "coupon.used"
    COUPON_ENDED = "coupon.ended"
    COUPON_VOIDED = "coupon.voided"
    COUPON_FROZEN = "coupon.frozen"
    COUPON_UNFROZEN = "coupon.unfrozen"
    COUPON_REISSUED = "coupon.reissued"
    COUPON_SHARED = "coupon.shared"
    COUPON_SHARE_WITHDRAWN = "coupon.share_withdrawn"
    TIER_BEGAN = "tier.began"
    TIER_ROSE = "tier.rose"
    TIER_KEPT = "tier.kept"
    TIER_GRACE = "tier.grace"
    TIER_FELL = "tier.fell"
    TIER_GIVEN = "tier.given"
    TIER_UNDONE = "tier.undone"
    STAGE_CHANGED = "stage.changed"
    CLASS_CHANGED = "stage.class_changed"
    TAGGED = "tag.put"
    UNTAGGED = "tag.taken_off"
    SEGMENT_ENTERED = "segment.entered"
    SEGMENT_LEFT = "segment.left"
    IN_VARIANT = "experiment.variant"
    IN_CONTROL = "experiment.control"
    HELD_OUT = "experiment.held_out"
    JOURNEY_ENTERED = "journey.entered"
    JOURNEY_HELD_OUT = "journey.held_out"
    JOURNEY_WAITS = "journey.waits"
    JOURNEY_WENT_ON = "journey.went_on"
    JOURNEY_DID = "journey.did"
    JOURNEY_DID_NOT = "journey.did_not"
    JOURNEY_ENDED = "journey.ended"
    TASK_OPENED = "task.opened"
    TASK_DONE = "task.done"
    MESSAGE_PLANNED = "message.planned"
    MESSAGE_HELD_BACK = "message.held_back"
    MESSAGE_SENT = "message.sent"
    MESSAGE_ACCEPTED = "message.accepted"
    MESSAGE_DELIVERED = "message.delivered"
    MESSAGE_CLICKED = "message.clicked"
    MESSAGE_FAILED = "message.failed"
    MESSAGE_IN_DOUBT = "message.in_doubt"
    MESSAGE_SUPPRESSED = "message.suppressed"
    MESSAGE_EXPIRED = "message.expired"
    MESSAGE_CANCELLED = "message.cancelled"

    @property
    def topic(self) -> Topic:
        """What the line is about."""
        return Topic(self.value.partition(".")[0])


# Where the timeline tells what a fact says: facts are what others listen to, the timeline reads the
# rows that they are about, which know more. By the fact's whole kind, else by its first word.
_TOLD_UNDER: Mapping[str, Topic] = {
    "member.joined": Topic.MEMBER,
    "member.card_lost": Topic.MEMBER,
    "member.card_reissued": Topic.MEMBER,
    "member.state_changed": Topic.MEMBER,
    "member.merged": Topic.MEMBER,
    "member.merge_undone": Topic.MEMBER,
    "member.tier_changed": Topic.TIER,
    "member.stage_changed": Topic.STAGE,
    "member.class_changed": Topic.STAGE,
    "member.tags_changed": Topic.TAG,
    "member.checked_in": Topic.CHECK_IN,
    "member.gifted": Topic.VALUE,
    "order.settled": Topic.ORDER,
    "order.refunded": Topic.ORDER,
    "consent": Topic.CONSENT,
    "survey": Topic.SURVEY,
    "recovery": Topic.SURVEY,
    "referral": Topic.REFERRAL,
    "draw": Topic.DRAW,
    "mall": Topic.MALL,
    "group": Topic.GROUP,
    "pass": Topic.PASS,
    "value": Topic.VALUE,
    "points": Topic.VALUE,
    "task": Topic.VALUE,
    "coupon": Topic.COUPON,
    "segment": Topic.SEGMENT,
    "message": Topic.MESSAGE,
}
# Corrections of her record are the audit's; a bill that nobody paid is no part of her story.
_NOT_TOLD = frozenset(
    {
        "member.profile_changed",
        "member.identity_added",
        "member.identity_removed",
        "member.erased",
        "order.opened",
        "order.held",
        "order.released",
        "order.cancelled",
    }
)


def told_under(fact: str) -> Topic | None:
    """Under which topic the timeline tells a fact; None: it does not.

    Raises KeyError for a fact that nobody has thought of: a test asks for every kind there is.
    """
    if fact in _NOT_TOLD:
        return None
    whole = _TOLD_UNDER.get(fact)
    return _TOLD_UNDER[fact.partition(".")[0]] if whole is None else whole
