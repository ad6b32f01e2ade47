"""One campaign beside the journeys: points and a word for everybody who came lately, but for a control
group. Its messages stand under the same caps as those of the journeys.
"""

from collections.abc import Iterator
from datetime import timedelta

from regulars.domain.kernel.label import Label
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Role
from regulars.use_cases.campaigns import ApproveCampaign, SaveCampaign, SubmitCampaign
from regulars.use_cases.message_templates import SaveTemplate
from regulars.use_cases.ready_journeys import id_of
from tests.scenarios.long_run.opened import FIRST, LongShop

ON_DAY, LASTS_DAYS = 33, 10
CODE = "early_summer"
NAME = Label("初夏回馈", "Early summer")
POINTS, COST_MINOR, BUDGET_MINOR, CONTROL = 20, 20, 500_000, 3_000
TEXTS = {
    "zh-CN": '【{{shop}}】{{name|fallback:"朋友"}}，初夏的20积分已放进您的账户，拒收请回复R',
    "en": '{{shop}}: {{name|fallback:"friend"}}, 20 points are in your account. Reply STOP to opt out',
}


def goes_out(shop: LongShop) -> None:
    """Written, asked for and agreed to, on the morning on which it goes out at ten."""
    for actor, command in _commands(shop):
        shop.run(command, actor=actor)


def _commands(shop: LongShop) -> Iterator[tuple[Actor, object]]:
    marketer, owner = shop.actor(Role.MARKETER), shop.actor(Role.OWNER)
    variants = [
        {"channel": "sms", "language": language, "text": text} for language, text in TEXTS.items()
    ]
    names = {"name_zh": NAME.zh, "name_en": NAME.en}
    body = {**names, "purpose": "marketing", "category": CODE, "variants": variants}
    yield marketer, SaveTemplate(id=shop.new_id(), code=CODE, seen=0, body=body)
    campaign_id, day = shop.new_id(), FIRST + timedelta(days=ON_DAY)
    definition = {
        "aim": "thank",
        # Who came in the last half year, as for the members' day.
        "segment_id": str(id_of("segment", "member_day")),
        "starts_on": day.isoformat(),
        "ends_on": (day + timedelta(days=LASTS_DAYS)).isoformat(),
        "budget_minor": BUDGET_MINOR,
        "control": CONTROL,
        "gift": {"gift": {"points": POINTS}, "cost_minor": COST_MINOR},
        "message": {"template": CODE, "channels": ["sms"], "valid_minutes": 4_320},
    }
    yield marketer, SaveCampaign(id=campaign_id, seen=0, name=NAME, definition=definition)
    yield marketer, SubmitCampaign(id=campaign_id, seen=1)
    yield owner, ApproveCampaign(id=campaign_id)
