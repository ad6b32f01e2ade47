"""Ready journeys: for every occasion that the trade knows, switched on in one step.

The manager switches "生日前三天" on: its messages in both languages, the segment where it needs one and
the journey are there, and on the third day before each birthday somebody is written to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.campaigns.ready_texts import Style, template_body
from regulars.domain.kernel.label import Label
from regulars.domain.loyalty.gift import Gift, gift_data

Data = Mapping[str, object]
HOUR = 60
DAY = 24 * HOUR
TEN = 10 * HOUR
ORDER: Data = {"fact": "order.settled"}
HERSELF: Data = {"goals": [ORDER]}
EVERY_TIME: Data = {"again": "every_occasion"}


def _number(field: str, how: str, value: int) -> Data:
    return {"kind": "compare", "field": field, "is": how, "value": value}


def _is(field: str, value: str) -> Data:
    return {"kind": "compare", "field": field, "is": "equal", "value": value}


def _both(*parts: Data) -> Data:
    return {"kind": "all", "parts": [dict(part) for part in parts]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A journey as it comes with the product. `segment`: whom it is about, where it needs one;
    `words`: the texts that it uses; `gives`: whether a gift can be added to it."""

    code: str
    name: Label
    story: Label
    trigger: Data
    steps: Sequence[Data]
    words: Sequence[str]
    segment: Data | None = None
    marketing: bool = True
    gives: bool = True
    rest: Data

    def gifted(self, gift: Gift) -> bool:
        """Whether it gives something."""
        return self.gives and not gift.empty

    def template_codes(self, gift: Gift) -> dict[str, str]:
        """The code under which each of its texts is published."""
        return {word: self._code(word, gift) for word in self.words}

    def templates(self, gift: Gift) -> dict[str, dict[str, object]]:
        """Its message templates, by their codes."""
        first = self.words[0]
        return {
            self._code(word, gift): template_body(
                word, Style(self.name, self.marketing, self.gifted(gift) and word == first)
            )
            for word in self.words
        }

    def definition(
        self,
        *,
        segment_id: UUID,
        gift: Gift,
        cost_minor: int,
        channels: Sequence[str],
        control: int = 0,
    ) -> dict[str, object]:
        """The journey's own definition: a gift stands before the first message, if there is one."""
        steps = list(self.steps)
        if self.gifted(gift):
            first = next(at for at, one in enumerate(steps) if one.get("do") == "message")
            given = {"kind": "act", "do": "gift", "gift": gift_data(gift), "failed": "end"}
            steps.insert(first, {**given, "cost_minor": cost_minor, "name": "gift"})
        names = [str(step["name"]) for step in steps]
        nodes: dict[str, object] = {}
        for step, following in zip(steps, [*names[1:], "end"], strict=True):
            node = {key: value for key, value in step.items() if key not in ("name", "words")}
            node["timed_out" if step["kind"] == "wait_for" else "next"] = following
            if step.get("do") == "message":
                code = self._code(str(step["words"]), gift)
                node |= {"template": code, "channels": list(channels)}
            nodes[str(step["name"])] = node
        nodes["end"] = {"kind": "exit"}
        trigger = dict(self.trigger)
        if self.segment is not None:
            trigger["segment_id"] = str(segment_id)
        return {
            "start": names[0],
            "nodes": nodes,
            "triggers": [trigger],
            "purpose": "marketing" if self.marketing else "service",
            "control": control,
            **self.rest,
        }

    def _code(self, word: str, gift: Gift) -> str:
        told = self.gifted(gift) and word == self.words[0]
        return f"ready_{word}_gift" if told else f"ready_{word}"


def _write(words: str, *, valid_days: int = 2, name: str = "write") -> Data:
    message = {"kind": "act", "do": "message", "words": words, "name": name}
    return {**message, "valid_minutes": valid_days * DAY}


def _at_ten(days: int = 0) -> Data:
    return {"kind": "wait", "until": "time", "minute": TEN, "days": days, "name": "until_ten"}


def _unless_she_comes(days: int) -> Data:
    return {
        "kind": "wait_for",
        "fact": "order.settled",
        "timeout_minutes": days * DAY,
        "happened": "end",
        "name": "unless_she_comes",
    }


_ENTERS: Data = {"kind": "segment", "moves": "enters"}


def _reminder(
    code: str, name: Label, story: Label, *, ending: tuple[str, int], sent_within_days: int
) -> Ready:
    """One word in time about what ends soon; `ending`: which measure, and how many days ahead."""
    measure, days = ending
    return Ready(
        code=code,
        name=name,
        story=story,
        trigger=_ENTERS,
        segment=_number(f"{measure}(days={days})", "at_least", 1),
        steps=(_at_ten(), _write(code, valid_days=sent_within_days)),
        words=(code,),
        marketing=False,
        gives=False,
        rest={"valid_days": days},
    )


READY: Mapping[str, Ready] = {
    one.code: one
    for one in (
        Ready(
            code="welcome",
            name=Label("新会员欢迎", "Welcome"),
            story=Label("入会十分钟后，发一条欢迎", "Ten minutes after joining, a word of welcome"),
            trigger={"kind": "fact", "fact": "member.joined"},
            steps=(
                {"kind": "wait", "until": "after", "minutes": 10, "name": "ten_minutes"},
                _write("welcome"),
            ),
            words=("welcome",),
            marketing=False,
            gives=False,
            rest={"reentry": {"again": "never"}, "valid_days": 3},
        ),
        Ready(
            code="birthday",
            name=Label("生日前三天", "Three days before a birthday"),
            story=Label("生日前三天上午十点祝福", "At ten, three days before a birthday"),
            trigger={"kind": "day", "of": "birthday", "days": -3, "minute": TEN},
            steps=(_write("birthday", valid_days=3),),
            words=("birthday",),
            rest={"reentry": EVERY_TIME, "valid_days": 7, "priority": 8},
        ),
        Ready(
            code="joined",
            name=Label("入会纪念日", "The day of joining"),
            story=Label("每年入会那天上午十点致谢", "At ten on the yearly day of joining"),
            trigger={"kind": "day", "of": "joined", "days": 0, "minute": TEN},
            steps=(_write("joined"),),
            words=("joined",),
            rest={"reentry": EVERY_TIME, "valid_days": 7},
        ),
        Ready(
            code="come_back",
            name=Label("老友归来", "Old friends come back"),
            story=Label(
                "45天没来，上午十点邀请；一周内还没来，再提醒一次",
                "45 days away: invited at ten, and once more if she has not come in a week",
            ),
            trigger=_ENTERS,
            segment=_both(
                _number("days_since_visit", "at_least", 45), _number("visits", "at_least", 2)
            ),
            steps=(
                _at_ten(),
                _write("come_back"),
                _unless_she_comes(7),
                _write("last_call", name="once_more"),
            ),
            words=("come_back", "last_call"),
            rest={"exits": HERSELF, "valid_days": 21},
        ),
        Ready(
            code="big_bill",
            name=Label("单笔满三百送甜品", "A bill of 300 earns dessert"),
            story=Label("一张单满300元，两小时后答谢", "Two hours after a bill of 300 or more"),
            trigger={
                "kind": "fact",
                "fact": "order.settled",
                "where": _number("due_minor", "at_least", 30_000),
            },
            steps=(
                {"kind": "wait", "until": "after", "minutes": 2 * HOUR, "name": "two_hours"},
                _write("big_bill"),
            ),
            words=("big_bill",),
            rest={"reentry": {"again": "after_days", "days": 7}, "valid_days": 7},
        ),
        Ready(
            code="tier_up",
            name=Label("升级祝贺", "A higher tier"),
            story=Label("升级当时告知新权益", "Told at once what a new tier brings"),
            trigger={"kind": "fact", "fact": "member.tier_changed", "where": _is("cause", "up")},
            steps=(_write("tier_up"),),
            words=("tier_up",),
            marketing=False,
            rest={"reentry": EVERY_TIME, "valid_days": 7},
        ),
        Ready(
            code="more_often",
            name=Label("来得更勤了", "She comes more often"),
            story=Label("30天内来了四次，次日答谢", "Four visits in 30 days: thanked next day"),
            trigger=_ENTERS,
            segment=_number("visits_in(days=30)", "at_least", 4),
            steps=(_at_ten(1), _write("more_often")),
            words=("more_often",),
            rest={"reentry": {"again": "after_days", "days": 60}, "valid_days": 7},
        ),
        _reminder(
            "points_end",
            Label("积分将到期", "Points about to end"),
            Label("积分到期前一周提醒", "A week before points end"),
            ending=("points_expiring", 7),
            sent_within_days=3,
        ),
        _reminder(
            "bonus_end",
            Label("储值赠金将到期", "Bonus money about to end"),
            Label("储值赠金到期前一周提醒", "A week before bonus money ends"),
            ending=("bonus_expiring", 7),
            sent_within_days=3,
        ),
        _reminder(
            "coupon_end",
            Label("优惠券将到期", "A coupon about to end"),
            Label("券到期前三天提醒", "Three days before a coupon ends"),
            ending=("coupons_expiring", 3),
            sent_within_days=1,
        ),
        _reminder(
            "pass_end",
            Label("次卡将到期", "A pass about to end"),
            Label("次卡到期前两周提醒", "Two weeks before a pass ends"),
            ending=("passes_expiring", 14),
            sent_within_days=3,
        ),
        Ready(
            code="second_visit",
            name=Label("首单后的第二次", "From the first visit to the second"),
            story=Label(
                "首单后十天没再来，邀请一次", "Ten days after the first visit, if no second"
            ),
            trigger={"kind": "fact", "fact": "order.settled"},
            steps=(_unless_she_comes(10), _at_ten(), _write("second_visit")),
            words=("second_visit",),
            rest={
                "who": _number("visits", "equal", 1),
                "reentry": {"again": "never"},
                "valid_days": 21,
                "exits": HERSELF,
            },
        ),
        Ready(
            code="low_mark",
            name=Label("低分回访", "A low mark"),
            story=Label(
                "打分6分及以下，致歉并派店长回访", "A mark of 6 or less: sorry, and a task"
            ),
            trigger={
                "kind": "fact",
                "fact": "survey.answered",
                "where": _number("score", "at_most", 6),
            },
            steps=(
                {
                    "kind": "act",
                    "do": "task",
                    "name": "call_her",
                    "text_zh": "有会员打了低分，请当天联系并致歉",
                    "text_en": "A member gave a low mark: call her today and say sorry",
                },
                _write("low_mark"),
            ),
            words=("low_mark",),
            marketing=False,
            rest={"reentry": EVERY_TIME, "valid_days": 7, "priority": 9},
        ),
        Ready(
            code="first_taste",
            name=Label("新品初尝", "The first taste"),
            story=Label("第一次买“新品”，次日问候", "The day after she first tried something new"),
            trigger=_ENTERS,
            segment={
                "kind": "compare",
                "field": "first_time(days=2,tag=新品)",
                "is": "equal",
                "value": True,
            },
            steps=(_at_ten(1), _write("first_taste")),
            words=("first_taste",),
            rest={"reentry": {"again": "after_days", "days": 30}, "valid_days": 7},
        ),
        Ready(
            code="member_day",
            name=Label("会员日", "Members' day"),
            story=Label("每月18日上午十点通知", "At ten on the 18th of every month"),
            trigger={"kind": "schedule", "every": "month", "day": 18, "minute": TEN},
            segment=_number("visits_in(days=180)", "at_least", 1),
            steps=(_write("member_day", valid_days=1),),
            words=("member_day",),
            rest={"reentry": EVERY_TIME, "valid_days": 1},
        ),
        Ready(
            code="at_risk",
            name=Label("常客变少来", "A regular who comes less"),
            story=Label("常客快要流失时问候", "A regular who is about to be lost"),
            # A new yardstick makes hundreds at risk in one night: none of them comes less often.
            trigger={
                "kind": "fact",
                "fact": "member.stage_changed",
                "where": _both(
                    _is("now", "at_risk"), {"kind": "not", "part": _is("cause", "judged_anew")}
                ),
            },
            steps=(_at_ten(), _write("at_risk")),
            words=("at_risk",),
            rest={
                "reentry": {"again": "after_days", "days": 60},
                "valid_days": 10,
                "exits": HERSELF,
            },
        ),
        Ready(
            code="topped_up",
            name=Label("储值到账", "A top-up"),
            story=Label("储值后告知余额", "Told of the balance after a top-up"),
            trigger={"kind": "fact", "fact": "value.topped_up"},
            steps=(_write("topped_up"),),
            words=("topped_up",),
            marketing=False,
            gives=False,
            rest={"reentry": EVERY_TIME, "valid_days": 3},
        ),
    )
}
