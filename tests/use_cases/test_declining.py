"""What waits is sent back with a reason: its author reads it, and submits the next version."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import EVERYWHERE
from regulars.storage import audit, campaigns, journeys
from regulars.storage.audit import AuditRow, Wanted
from regulars.storage.campaigns import CampaignRow
from regulars.storage.engine import Database
from regulars.storage.journeys import DeclineRow
from regulars.use_cases.campaigns import (
    ApproveCampaign,
    EndCampaign,
    SaveCampaign,
    SubmitCampaign,
    journey_id_of,
)
from regulars.use_cases.declining import DeclineCampaign, DeclineJourney
from tests.journeys import AUTHOR, EXIT, SECOND, Walk
from tests.messaging import PostUnderTest, Provider
from tests.rewards import refused
from tests.shops import named, open_shop

CAMPAIGN = named("campaign:anniversary")
EVERYBODY = {"kind": "compare", "field": "everyone", "is": "equal", "value": True}
WHY = "预算砍一半，再提交"


@pytest.fixture
def walk(database: Database, tmp_path: Path) -> Walk:
    """A shop with one member to write to."""
    post = PostUnderTest(open_shop(database, tmp_path), [Provider()])
    post.template()
    post.member("13800138000")
    return Walk(post)


def save(walk: Walk, *, seen: int, budget_minor: int) -> None:
    definition = {
        "aim": "thank",
        "segment_id": str(named("segment:everybody")),
        "starts_on": "2026-05-04",
        "ends_on": "2026-05-10",
        "minute": 720,
        "budget_minor": budget_minor,
        "control": 0,
        "gift": {"gift": {"points": 50}, "cost_minor": 500},
        "message": None,
    }
    name = Label("周年庆", "Anniversary")
    command = SaveCampaign(id=CAMPAIGN, seen=seen, name=name, definition=definition)
    walk.shop.run(command, actor=AUTHOR)


def submitted(walk: Walk) -> None:
    walk.segment("everybody", EVERYBODY)
    save(walk, seen=0, budget_minor=10_000)
    walk.shop.run(SubmitCampaign(id=CAMPAIGN, seen=1), actor=AUTHOR)


def campaign(walk: Walk) -> CampaignRow:
    with walk.shop.database.read() as read:
        return campaigns.known(read, CAMPAIGN)


def declines(walk: Walk, journey: object) -> list[DeclineRow]:
    with walk.shop.database.read() as read:
        return read.all(journeys.DECLINES, journeys=[journey])


def acts(walk: Walk, action: str) -> list[AuditRow]:
    with walk.shop.database.read() as read:
        return audit.page(read, EVERYWHERE, Wanted(action=action)).rows


def test_a_campaign_is_sent_back_with_its_reason_and_submitted_again(walk: Walk) -> None:
    submitted(walk)
    answer = walk.shop.run(DeclineCampaign(id=CAMPAIGN, reason=f"  {WHY} "), actor=SECOND)
    assert (answer["state"], answer["revision"]) == ("draft", 3)
    (decline,) = declines(walk, journey_id_of(CAMPAIGN))
    assert (decline.version, decline.reason) == (1, WHY)
    assert (decline.declined_by, decline.declined_at) == (SECOND.name, walk.shop.now)
    (act,) = acts(walk, "campaign.declined")
    assert (act.actor, act.subject, act.reason) == (SECOND.name, f"campaign:{CAMPAIGN}", WHY)
    assert refused(lambda: walk.shop.run(ApproveCampaign(id=CAMPAIGN), actor=SECOND)) == (
        "journey.nothing_proposed"
    )
    walk.later(hours=1)
    assert walk.runs() == [], "nobody is in what was sent back"

    save(walk, seen=3, budget_minor=5_000)
    walk.shop.run(SubmitCampaign(id=CAMPAIGN, seen=4), actor=AUTHOR)
    agreed = walk.shop.run(ApproveCampaign(id=CAMPAIGN), actor=SECOND)
    assert agreed["state"] == "approved"
    with walk.shop.database.read() as read:
        assert journeys.known(read, journey_id_of(CAMPAIGN)).live == 2
    walk.later(hours=2)
    assert len(walk.runs()) == 1
    assert len(declines(walk, journey_id_of(CAMPAIGN))) == 1


def test_a_new_version_is_sent_back_and_the_journey_goes_on_by_the_one_before(walk: Walk) -> None:
    journey = walk.live("back", walk.drawing({"wait": walk.wait(60, "end"), "end": EXIT}))
    walk.save("back", walk.drawing({"end": EXIT}), seen=3)
    walk.publish(journey, 4, {"wait": {"way": "exit"}})
    older = DeclineJourney(id=journey, version=1, reason=WHY)
    assert refused(lambda: walk.shop.run(older, actor=SECOND)) == "journey.nothing_proposed"
    command = DeclineJourney(id=journey, version=2, reason=WHY)
    answer = walk.shop.run(command, actor=SECOND)
    assert (answer["state"], answer["live"], answer["proposed"]) == ("live", 1, None)
    assert [(one.version, one.reason) for one in declines(walk, journey)] == [(2, WHY)]
    assert [one.reason for one in acts(walk, "journey.declined")] == [WHY]
    assert refused(lambda: walk.approve(journey, 2)) == "journey.nothing_proposed"
    assert refused(lambda: walk.shop.run(command, actor=SECOND)) == "journey.nothing_proposed"
    assert walk.publish(journey, 6, {"wait": {"way": "exit"}})["proposed"] == 3


def test_a_journey_that_never_ran_is_a_draft_again(walk: Walk) -> None:
    journey = walk.save("first", walk.drawing({"end": EXIT}))
    walk.publish(journey, 1)
    answer = walk.shop.run(DeclineJourney(id=journey, version=1, reason="太长"), actor=SECOND)
    assert (answer["state"], answer["live"], answer["proposed"]) == ("draft", None, None)


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("   ", "decline.reason_missing"),
        ("长" * 201, "member.text_too_long"),
        ("换\n行", "member.text_malformed"),
    ],
)
def test_without_a_fitting_reason_nothing_is_sent_back(walk: Walk, reason: str, code: str) -> None:
    submitted(walk)
    command = DeclineCampaign(id=CAMPAIGN, reason=reason)
    assert refused(lambda: walk.shop.run(command, actor=SECOND)) == code
    assert campaign(walk).state == "waiting"
    journey = walk.save("first", walk.drawing({"end": EXIT}))
    walk.publish(journey, 1)
    of_journey = DeclineJourney(id=journey, version=1, reason=reason)
    assert refused(lambda: walk.shop.run(of_journey, actor=SECOND)) == code
    assert declines(walk, journey) == declines(walk, journey_id_of(CAMPAIGN)) == []


def test_only_who_may_approve_sends_back_and_a_campaigns_journey_is_left_to_it(walk: Walk) -> None:
    submitted(walk)
    author = replace(AUTHOR, permissions=frozenset({Permission.OFFER_WRITE}), scope=EVERYWHERE)
    command = DeclineCampaign(id=CAMPAIGN, reason=WHY)
    assert refused(lambda: walk.shop.run(command, actor=author)) == "permission.missing"
    of_it = DeclineJourney(id=journey_id_of(CAMPAIGN), version=1, reason=WHY)
    assert refused(lambda: walk.shop.run(of_it, actor=SECOND)) == "journey.of_campaign"
    walk.shop.run(EndCampaign(id=CAMPAIGN), actor=AUTHOR)
    assert refused(lambda: walk.shop.run(command, actor=SECOND)) == "journey.nothing_proposed"


def test_of_a_yes_and_a_no_at_once_one_counts(walk: Walk) -> None:
    submitted(walk)
    shop = walk.shop

    def said(command: object) -> str:
        try:
            shop.run(command, actor=SECOND)
        except Refusal as refusal:
            return refusal.code
        return "done"

    commands = [ApproveCampaign(id=CAMPAIGN), DeclineCampaign(id=CAMPAIGN, reason=WHY)]
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(said, commands))
    assert sorted(told) == ["done", "journey.nothing_proposed"]
    was_declined = told[1] == "done"
    assert campaign(walk).state == ("draft" if was_declined else "approved")
    assert len(declines(walk, journey_id_of(CAMPAIGN))) == int(was_declined)
