"""Every ready journey can be switched on: its texts can be published, its steps come to an end."""

from uuid import UUID

import pytest

from regulars.domain.campaigns.happenings import met
from regulars.domain.campaigns.journey import journey_from
from regulars.domain.campaigns.ready import READY, Ready
from regulars.domain.campaigns.ready_texts import WORDS
from regulars.domain.campaigns.triggers import OnFact
from regulars.domain.loyalty.gift import NOTHING, Gift
from regulars.domain.messaging.lint import publishable
from regulars.domain.messaging.parts import sms_parts
from regulars.domain.messaging.template import template_from
from regulars.domain.segments.conditions import segment_condition_from

SEGMENT = UUID("0190c0de-0000-7000-8000-000000000001")
ALL = pytest.mark.parametrize("ready", READY.values(), ids=list(READY))


@ALL
def test_its_texts_can_be_published_in_both_languages(ready: Ready) -> None:
    for gift in (NOTHING, Gift(points=50)):
        for body in ready.templates(gift).values():
            template = publishable(template_from(body))
            assert {one.language for one in template.variants} == {"zh-CN", "en"}
            assert all(sms_parts(one.text) <= 3 for one in template.variants)
            told = "coupon" in template.names
            assert told <= ready.gifted(gift), "no gift is told of that nobody gives"


@ALL
def test_its_steps_come_to_an_end_with_a_gift_and_without(ready: Ready) -> None:
    for gift in (NOTHING, Gift(points=50)):
        data = ready.definition(
            segment_id=SEGMENT, gift=gift, cost_minor=500, channels=["sms", "till"]
        )
        journey = journey_from(data)
        assert journey.templates == set(ready.template_codes(gift).values())
        assert ("gift" in journey.graph.nodes) is ready.gifted(gift)


@ALL
def test_its_segment_can_be_judged(ready: Ready) -> None:
    if ready.segment is not None:
        segment_condition_from(ready.segment)
    assert (ready.segment is not None) is (ready.trigger["kind"] in ("segment", "schedule"))


def test_every_text_is_used_and_every_occasion_of_the_trade_has_its_journey() -> None:
    assert {word for ready in READY.values() for word in ready.words} == set(WORDS)
    assert len(READY) == 17


def test_a_new_yardstick_starts_nobodys_journey() -> None:
    data = READY["at_risk"].definition(
        segment_id=SEGMENT, gift=NOTHING, cost_minor=0, channels=["sms"]
    )
    trigger = journey_from(data).triggers[0]
    assert isinstance(trigger, OnFact)
    for cause, starts in (("followed", True), ("due", True), ("judged_anew", False)):
        assert met(trigger.where, {"now": "at_risk", "cause": cause}, store=None) is starts
