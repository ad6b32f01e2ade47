"""A campaign 营销活动: a goal, an audience, what they are told and given, and what it may cost.

"周年庆": 800 members of 高价值会员 get a coupon that costs 5.00 at most and an SMS of 0.05 a part; the
budget is 3,000.00, a tenth is held back to measure by. It runs as a journey that comes once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from regulars.domain.campaigns.journey import Again, Journey, Reentry
from regulars.domain.campaigns.journey_data import MALFORMED, graph_data, graph_from
from regulars.domain.campaigns.nodes import Act, Exit, GiveGift, Graph, Node, SendMessage
from regulars.domain.campaigns.triggers import Every, OnSchedule
from regulars.domain.campaigns.waits import MINUTES_OF_DAY
from regulars.domain.kernel.money import split
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.lint import SMS_PARTS_MAX

CAMPAIGN_MALFORMED = refusal_code("campaign.malformed", "part")
BUDGET_BELOW_ONE = refusal_code("campaign.budget_below_one", "one_minor")

BUDGET_MINOR_MAX = 10_000_000_000
DAYS_MAX = 180
CONTROL_MAX = 9_000


class CampaignState(StrEnum):
    """How far a campaign is. `waiting`: for a second person's word."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    ENDED = "ended"


class Aim(StrEnum):
    """What a campaign is for."""

    COME_BACK = "come_back"
    VISIT_MORE = "visit_more"
    SPEND_MORE = "spend_more"
    TRY_NEW = "try_new"
    THANK = "thank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign as its author wants it. Units: minor units; minutes after local midnight;
    `control` of 10,000. `ends_on` is its last day."""

    aim: Aim
    segment_id: UUID
    starts_on: date
    ends_on: date
    minute: int
    budget_minor: int
    control: int
    gift: GiveGift | None
    message: SendMessage | None

    @property
    def one_minor(self) -> int:
        """What one member may cost the shop in gifts. Units: minor units."""
        return 0 if self.gift is None else self.gift.cost_minor

    def message_micro(self, part_price_micro: int) -> int:
        """What one member's message may cost: the longest SMS that can be published."""
        if self.message is None or Channel.SMS not in self.message.channels:
            return 0
        return part_price_micro * SMS_PARTS_MAX


def campaign_from(data: object) -> Campaign:
    """The campaign that stored or sent data spell.

    Refuses: campaign.malformed, campaign.budget_below_one, journey.malformed.
    """
    if not isinstance(data, Mapping):
        raise CAMPAIGN_MALFORMED.because(part="campaign")
    part = "aim"
    try:
        aim = Aim(str(data.get(part)))
        part = "segment_id"
        segment_id = UUID(str(data.get(part)))
        part = "starts_on"
        starts_on = date.fromisoformat(str(data.get(part)))
        part = "ends_on"
        ends_on = date.fromisoformat(str(data.get(part)))
    except ValueError:
        raise CAMPAIGN_MALFORMED.because(part=part) from None
    if not starts_on <= ends_on <= starts_on + timedelta(days=DAYS_MAX):
        raise CAMPAIGN_MALFORMED.because(part="ends_on")
    gift, message = _does(data.get("gift"), "gift"), _does(data.get("message"), "message")
    if gift is None and message is None:
        raise CAMPAIGN_MALFORMED.because(part="message")
    campaign = Campaign(
        aim=aim,
        segment_id=segment_id,
        starts_on=starts_on,
        ends_on=ends_on,
        minute=_whole(data, "minute", (0, MINUTES_OF_DAY - 1), 600),
        budget_minor=_whole(data, "budget_minor", (0, BUDGET_MINOR_MAX), 0),
        control=_whole(data, "control", (0, CONTROL_MAX), 1_000),
        gift=gift if isinstance(gift, GiveGift) else None,
        message=message if isinstance(message, SendMessage) else None,
    )
    # Bonus money costs what it is worth: nobody's budget is kept by calling it cheaper.
    if gift is not None and campaign.one_minor < max(1, _worth_minor(gift)):
        raise CAMPAIGN_MALFORMED.because(part="cost_minor")
    if campaign.budget_minor < campaign.one_minor:
        raise BUDGET_BELOW_ONE.because(one_minor=campaign.one_minor)
    return campaign


def campaign_data(campaign: Campaign) -> dict[str, object]:
    """The stored form; `campaign_from` reads it back to an equal one."""
    nodes = graph_data(_graph(campaign))
    return {
        "aim": campaign.aim.value,
        "segment_id": str(campaign.segment_id),
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "minute": campaign.minute,
        "budget_minor": campaign.budget_minor,
        "control": campaign.control,
        "gift": nodes.get("gift"),
        "message": nodes.get("message"),
    }


def journey_of(campaign: Campaign) -> Journey:
    """The journey that the campaign runs as: the gift first, so that the message speaks of it."""
    trigger = OnSchedule(
        every=Every.ONCE,
        minute=campaign.minute,
        segment_id=campaign.segment_id,
        on=campaign.starts_on,
    )
    return Journey(
        graph=_graph(campaign),
        triggers=(trigger,),
        reentry=Reentry(Again.NEVER),
        valid_days=(campaign.ends_on - campaign.starts_on).days + 1,
        control=campaign.control,
        last_on=campaign.ends_on,
    )


@dataclass(frozen=True, slots=True)
class Pots:
    """What is set aside for gifts and for messages. Units: minor units."""

    gifts_minor: int
    messages_minor: int

    @property
    def total_minor(self) -> int:
        """Both together."""
        return self.gifts_minor + self.messages_minor


def worst_case(campaign: Campaign, audience: int, *, part_price_micro: int, scale: int) -> Pots:
    """What a campaign costs if everybody gets everything, rounded up. Units: `scale` of a currency:
    how many digits its minor unit has."""
    micro = campaign.message_micro(part_price_micro) * audience
    of_minor = 10 ** (6 - scale)
    return Pots(campaign.one_minor * audience, -(-micro // of_minor))


def set_aside(campaign: Campaign, worst: Pots) -> Pots:
    """What is reserved when it is approved: the worst case, or the budget where that is less."""
    if worst.total_minor <= campaign.budget_minor:
        return worst
    gifts, messages = split(campaign.budget_minor, [worst.gifts_minor, worst.messages_minor])
    return Pots(gifts, messages)


def _graph(campaign: Campaign) -> Graph:
    nodes: dict[str, Node] = {"end": Exit()}
    following = "end"
    if campaign.message is not None:
        nodes["message"] = Act(campaign.message, "end")
        following = "message"
    if campaign.gift is not None:
        # Who got no gift, as the budget is spent, is not written to about one.
        nodes["gift"] = Act(campaign.gift, following, "end")
        following = "gift"
    return Graph(following, nodes)


def _worth_minor(gift: GiveGift | SendMessage) -> int:
    return gift.gift.bonus_minor if isinstance(gift, GiveGift) else 0


def _does(data: object, do: str) -> GiveGift | SendMessage | None:
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise CAMPAIGN_MALFORMED.because(part=do)
    steps = {do: {**data, "kind": "act", "do": do, "next": do, "failed": None}}
    node = graph_from(do, steps).nodes[do]
    if not isinstance(node, Act) or not isinstance(node.action, GiveGift | SendMessage):
        raise MALFORMED.because(node=do, part="do")
    return node.action


def _whole(data: Mapping[object, object], part: str, fits: tuple[int, int], usual: int) -> int:
    value = data.get(part, usual)
    if not isinstance(value, int) or isinstance(value, bool) or not fits[0] <= value <= fits[1]:
        raise CAMPAIGN_MALFORMED.because(part=part)
    return value
