"""The marketing of the demonstration: for the last month the shop markets by itself.

顾晓棠 switches five ready journeys on, saves five segments and asks 沈山野 to agree to "老友归来周":
who has been away for three weeks gets a coupon, three in ten get nothing and are compared with. Four
in ten of those who got it come once more, so that there is something to measure.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from regulars.cli.demo_shop.chain import PEOPLE, Chain
from regulars.cli.demo_shop.opening import day_start
from regulars.cli.demo_shop.people import Crowd, Patron, Visit
from regulars.cli.demo_shop.pump import Pump
from regulars.cli.demo_shop.serving import Premises, Worker
from regulars.cli.demo_shop.stage import Stage, sent
from regulars.domain.insights.assignment import CONTROL, HELD_OUT
from regulars.domain.kernel.condition import All, Compare, Comparison, Within, as_data
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.loyalty.gift import Gift
from regulars.domain.segments.templates import TEMPLATES
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Role
from regulars.storage import assignments
from regulars.use_cases.campaigns import (
    ApproveCampaign,
    SaveCampaign,
    SubmitCampaign,
    journey_id_of,
)
from regulars.use_cases.journeys import ApproveJourney
from regulars.use_cases.message_templates import SaveTemplate
from regulars.use_cases.ready_journeys import SwitchOn, id_of
from regulars.use_cases.segments import SaveSegment

# Units: days before today; days; of a hundred.
BEGINS_DAYS = 32
CAMPAIGN_DAYS = 14
ANSWERS_WITHIN_DAYS = 12
ANSWERS_SHARE = 0.4
# A shop that opened later has nobody yet who stayed away.
OPEN_DAYS_MIN = 90
SEGMENTS = ("regulars", "sleeping", "promising", "birthday_this_month", "new_no_second_visit")
JOURNEYS = ("birthday", "come_back", "second_visit", "coupon_end", "big_bill")
# With the dessert for a bill of 300; what it costs at most, in minor units.
GIFTS: Mapping[str, tuple[Gift, int]] = {"big_bill": (Gift(coupon_types=("SWEET",)), 600)}

AWAY = All((Compare("visits", Comparison.AT_LEAST, 2), Within("days_since_visit", 21, 120)))
AWAY_NAME = Label("三周到四个月没来的会员", "Members away for three weeks to four months")
CAMPAIGN_NAME = Label("老友归来周", "Old friends' fortnight")
CONTROL_SHARE = 3_000
COUPON, COUPON_MINOR, BUDGET_MINOR = "BACK5", 500, 1_500_000
TEMPLATE = "old_friends"
TEXTS: Mapping[tuple[str, str], str] = {
    ("sms", "zh-CN"): (
        '【{{shop}}】{{name|fallback:"老朋友"}}，好久不见！{{coupon|fallback:"一张券"}}已放进您的卡包，'
        '{{valid_until|date:"M月d日"}}前来坐坐吧，拒收请回复R'
    ),
    ("sms", "en"): (
        '{{shop}}: {{name|fallback:"friend"}}, we have missed you! {{coupon|fallback:"A coupon"}} is in'
        " your wallet until {{valid_until}}. Reply STOP to opt out"
    ),
    ("till", "zh-CN"): '{{coupon|fallback:"一张券"}}在她的卡包里，欢迎她回来',
    ("till", "en"): '{{coupon|fallback:"A coupon"}} is in her wallet: welcome her back',
}

# After the start of the business day: before ten, at ten, once rivals have waited, and at 22:05.
BEFORE_TEN = timedelta(hours=5, minutes=30)
AT_TEN = timedelta(hours=6, seconds=30)
AFTER_TEN = timedelta(hours=6, minutes=12)
LATE = timedelta(hours=18, minutes=5)


class Marketing:
    """What the shop does to bring its guests back, and who comes for it."""

    def __init__(self, stage: Stage, crowd: Crowd, premises: Premises, worker: Worker) -> None:
        size = stage.size
        self._stage = stage
        self._crowd = crowd
        self._database = premises.database
        self._clock = premises.clock
        self._worker = worker
        self._dice = stage.chain.seed.dice("marketing")
        self._begins_on = size.ahead(BEGINS_DAYS)
        self._asks_on = self._begins_on + timedelta(days=1) if size.days >= OPEN_DAYS_MIN else None
        # Who comes for the campaign, by the day from which on she does.
        self._coming: dict[date, list[Patron]] = defaultdict(list)
        self._waiting: dict[int, list[Patron]] = defaultdict(list)

    def morning(self, day: date, pump: Pump) -> None:
        """What is due before and at ten."""
        if day < self._begins_on:
            return
        if day == self._begins_on:
            self._send(pump, day, self._begun())
            self._look(day, BEFORE_TEN)
            self._worker.measures()
        if day == self._asks_on:
            self._send(pump, day, self._campaign(day))
        self._look(day, AT_TEN)
        self._look(day, AFTER_TEN)
        if day == self._asks_on:
            self._invited(day)
        for patron in self._coming.pop(day, ()):
            self._waiting[patron.home].append(patron)

    def evening(self, day: date) -> None:
        """What the day's guests have set going."""
        if day >= self._begins_on:
            self._look(day, LATE)

    def brought(self, visit: Visit) -> Visit:
        """A visit, of somebody whom the campaign brought where a passer-by would have come."""
        waiting = self._waiting[visit.store]
        if visit.patron is not None or not waiting:
            return visit
        patron, day = waiting.pop(), visit.wall.date()
        if not patron.last_on < day:
            return visit
        patron.last_on = day
        return replace(visit, patron=patron)

    def _look(self, day: date, after: timedelta) -> None:
        self._clock.now = Instant(day_start(day) + after)
        self._worker.works()

    def _send(self, pump: Pump, day: date, commands: Iterator[tuple[Actor, object]]) -> None:
        at = Instant(day_start(day) + BEFORE_TEN)
        for actor, command in commands:
            # One after the other: a journey names a segment, a campaign is agreed to once it is there.
            pump.send([sent(self._dice, at, actor, command)])

    @property
    def _chain(self) -> Chain:
        return self._stage.chain

    def _owner(self) -> Actor:
        return self._chain.actor(next(one for one in PEOPLE if one.role is Role.OWNER))

    def _begun(self) -> Iterator[tuple[Actor, object]]:
        marketer = self._chain.marketer()
        for template in TEMPLATES:
            if template.code in SEGMENTS:
                condition = as_data(template.condition)
                yield marketer, self._segment(template.code, template.name, condition)
        yield marketer, self._segment(TEMPLATE, AWAY_NAME, as_data(AWAY))
        for code in JOURNEYS:
            gift, cost_minor = GIFTS.get(code, (Gift(), 0))
            yield marketer, SwitchOn(code=code, gift=gift, cost_minor=cost_minor)
            if code in GIFTS:
                yield self._owner(), ApproveJourney(id=id_of("journey", code), version=1)
        yield marketer, SaveTemplate(id=self._id("template"), code=TEMPLATE, seen=0, body=_body())

    def _segment(self, code: str, name: Label, condition: object) -> SaveSegment:
        return SaveSegment(id=self._id(f"segment:{code}"), seen=0, name=name, condition=condition)

    def _campaign(self, day: date) -> Iterator[tuple[Actor, object]]:
        """Written down, asked for and agreed to on the morning on which it goes out."""
        marketer, campaign_id = self._chain.marketer(), self._id("campaign")
        definition = {
            "aim": "come_back",
            "segment_id": str(self._id(f"segment:{TEMPLATE}")),
            "starts_on": day.isoformat(),
            "ends_on": (day + timedelta(days=CAMPAIGN_DAYS)).isoformat(),
            "budget_minor": BUDGET_MINOR,
            "control": CONTROL_SHARE,
            "gift": {"gift": {"coupon_types": [COUPON]}, "cost_minor": COUPON_MINOR},
            "message": {"template": TEMPLATE, "channels": ["sms", "till"], "valid_minutes": 4_320},
        }
        yield (
            marketer,
            SaveCampaign(id=campaign_id, seen=0, name=CAMPAIGN_NAME, definition=definition),
        )
        yield marketer, SubmitCampaign(id=campaign_id, seen=1)
        yield self._owner(), ApproveCampaign(id=campaign_id)

    def _invited(self, day: date) -> None:
        """Who of those who were written to comes, and from which day on."""
        programme = journey_id_of(self._id("campaign"))
        patrons = {one.id: one for one in self._crowd.patrons}
        with self._database.read() as read:
            arms = assignments.assigned_among(read, programme, sorted(patrons))
        for member_id in sorted(arms):
            answers = self._dice.random() < ANSWERS_SHARE
            within = self._dice.randint(1, ANSWERS_WITHIN_DAYS)
            if answers and arms[member_id].arm not in {CONTROL, HELD_OUT}:
                self._coming[day + timedelta(days=within)].append(patrons[member_id])

    def _id(self, name: str) -> UUID:
        return self._chain.seed.id(f"marketing:{name}", at=self._chain.opened_at)


def _body() -> dict[str, object]:
    return {
        "name_zh": CAMPAIGN_NAME.zh,
        "name_en": CAMPAIGN_NAME.en,
        "purpose": "marketing",
        "category": TEMPLATE,
        "variants": [
            {"channel": channel, "language": language, "text": text}
            for (channel, language), text in TEXTS.items()
        ],
    }
