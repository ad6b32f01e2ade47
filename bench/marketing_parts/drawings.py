"""Journeys and a campaign, drawn by one person and agreed to by another, as in a shop.

Fifty journeys listen to what members do: most to who enters or leaves a segment, some to large bills
and top-ups. Each waits a day, asks something, splits, and ends for whoever comes by herself.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from bench.marketing_parts.stays import AUDIENCE_ID, segment_id_of
from bench.marketing_parts.wishes import AUDIENCE, Wish
from bench.scratch.shop import named
from bench.scratch.tills import new_id
from regulars.domain.campaigns.campaign import BUDGET_MINOR_MAX
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, local
from regulars.domain.stores.actor import SYSTEM, Actor, ActorKind
from regulars.main import Regulars, clock
from regulars.storage import journey_fires
from regulars.use_cases.campaigns import (
    ApproveCampaign,
    SaveCampaign,
    SubmitCampaign,
    journey_id_of,
)
from regulars.use_cases.journeys import (
    ApproveJourney,
    PauseJourney,
    PublishJourney,
    SaveJourney,
)
from regulars.use_cases.message_templates import SaveTemplate
from regulars.use_cases.runner import Runner

Data = dict[str, object]
AUTHOR = replace(SYSTEM, kind=ActorKind.STAFF, id=named("author"))
SECOND = replace(SYSTEM, kind=ActorKind.STAFF, id=named("second"))
JOURNEYS = 50
DAY_MINUTES = 1_440
OF_BILLS, OF_TOP_UPS, OF_THOSE_WHO_LEAVE = 10, 5, 10
CAMPAIGN = named("campaign")
CAMPAIGN_DAYS = 7
CONTROL = 1_000
TEMPLATE = "anniversary"
TEXT_ZH = (
    '【山野茶事】{{name|fallback:"朋友"}}，周年庆到店有礼，您有{{points}}积分可用，拒收请回复R'
)
TEXT_EN = (
    'Hillside Tea: {{name|fallback:"friend"}}, come and celebrate with us. You have {{points}}'
    " points. Reply STOP to opt out"
)
EXIT: Data = {"kind": "exit"}
ENOUGH: Data = {"kind": "compare", "field": "visits", "is": "at_least", "value": 2}
HALVES: Data = {
    "kind": "split",
    "ways": [
        {"name": "a", "weight": 5_000, "next": "end"},
        {"name": "b", "weight": 5_000, "next": "end"},
    ],
}


def run(regulars: Regulars, command: object, actor: Actor) -> None:
    """Run one command of somebody's."""
    regulars.runner.run_now(command, actor=actor, command_id=new_id())


def live(regulars: Regulars, name: str, definition: Data) -> UUID:
    """A journey that lets members in from now on."""
    journey_id = named(f"journey:{name}")
    drawn = SaveJourney(id=journey_id, seen=0, name=Label(name, name), definition=definition)
    run(regulars, drawn, AUTHOR)
    run(regulars, PublishJourney(id=journey_id, seen=1), AUTHOR)
    run(regulars, ApproveJourney(id=journey_id, version=1), SECOND)
    return journey_id


def steps_drawing() -> Data:
    """Wait an hour, ask, split, leave: every member takes the same four steps."""
    nodes: Data = {
        "rest": {"kind": "wait", "until": "after", "minutes": 60, "next": "asked"},
        "asked": {"kind": "branch", "condition": ENOUGH, "yes": "drawn", "no": "drawn"},
        "drawn": HALVES,
        "end": EXIT,
    }
    return {"start": "rest", "nodes": nodes, "triggers": [{"kind": "manual"}]}


def listening(wishes: Sequence[Wish], count: int) -> list[Data]:
    """Journeys that listen to what members do, until there are so many."""
    bill = {"kind": "compare", "field": "due_minor", "is": "at_least", "value": 30_000}
    of_bill: Data = {"kind": "fact", "fact": "order.settled", "where": bill}
    of_top_up: Data = {"kind": "fact", "fact": "value.topped_up"}
    triggers = [of_bill] * OF_BILLS + [of_top_up] * OF_TOP_UPS
    of_segments = [wish for wish in wishes if wish != AUDIENCE]
    for number, wish in enumerate(of_segments[: count - len(triggers)]):
        moves = "leaves" if number < OF_THOSE_WHO_LEAVE else "enters"
        segment_id = str(segment_id_of(wish))
        triggers.append({"kind": "segment", "segment_id": segment_id, "moves": moves})
    return [_listening(trigger) for trigger in triggers[:count]]


def _listening(trigger: Data) -> Data:
    nodes: Data = {
        "rest": {"kind": "wait", "until": "after", "minutes": DAY_MINUTES, "next": "asked"},
        "asked": {"kind": "branch", "condition": ENOUGH, "yes": "drawn", "no": "end"},
        "drawn": HALVES,
        "end": EXIT,
    }
    exits = {"goals": [{"fact": "order.settled"}]}
    return {"start": "rest", "nodes": nodes, "triggers": [trigger], "exits": exits}


def agreed_campaign(regulars: Regulars) -> UUID:
    """A campaign that was agreed to and has begun, held back until it is resumed."""
    _publish_words(regulars)
    with regulars.database.read() as read:
        zone = journey_fires.zone_of_shop(read)
    # Agreed to a moment ago, for a minute that has come since.
    earlier = Instant(clock() - timedelta(minutes=3))
    begins = local(Instant(clock() - timedelta(minutes=1)), zone)
    message = {
        "template": TEMPLATE,
        "channels": ["sms"],
        "valid_minutes": 2 * DAY_MINUTES,
    }
    definition = {
        "aim": "thank",
        "segment_id": str(AUDIENCE_ID),
        "starts_on": begins.date().isoformat(),
        "ends_on": (begins.date() + timedelta(days=CAMPAIGN_DAYS)).isoformat(),
        "minute": begins.hour * 60 + begins.minute,
        "budget_minor": BUDGET_MINOR_MAX,
        "control": CONTROL,
        "message": message,
    }
    runner = Runner(
        regulars.database,
        clock=lambda: earlier,
        entropy=os.urandom,
        vault=regulars.vault,
        shops=regulars.shops,
    )
    name = Label("周年庆", "Anniversary")
    drawn = SaveCampaign(id=CAMPAIGN, seen=0, name=name, definition=definition)
    for command, actor in (
        (drawn, AUTHOR),
        (SubmitCampaign(id=CAMPAIGN, seen=1), AUTHOR),
        (ApproveCampaign(id=CAMPAIGN), SECOND),
        (PauseJourney(id=journey_id_of(CAMPAIGN)), AUTHOR),
    ):
        runner.run_now(command, actor=actor, command_id=new_id())
    return journey_id_of(CAMPAIGN)


def _publish_words(regulars: Regulars) -> None:
    variants = [
        {"channel": "sms", "language": "zh-CN", "text": TEXT_ZH},
        {"channel": "sms", "language": "en", "text": TEXT_EN},
    ]
    body = {
        "name_zh": "周年庆",
        "name_en": "Anniversary",
        "purpose": "marketing",
        "category": "celebration",
        "variants": variants,
    }
    command = SaveTemplate(id=named(f"template:{TEMPLATE}"), code=TEMPLATE, seen=0, body=body)
    run(regulars, command, AUTHOR)
