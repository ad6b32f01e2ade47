"""A journey hears of its messages: that one did not arrive and why, that one was followed."""

from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select

from regulars.domain.messaging.port import (
    Accepted,
    Answer,
    Heard,
    Outgoing,
    Receipt,
    ReceiptState,
    Refused,
    SendInDoubt,
)
from regulars.storage.engine import Database, Statement
from regulars.storage.tables.messaging import message
from regulars.storage.tables.system import fact
from regulars.use_cases.click_links import NoteClick, locator_of
from regulars.use_cases.message_operator import GiveUpMessage
from regulars.use_cases.message_receipts import Hear
from tests.journeys import EXIT, Walk
from tests.messaging import PostUnderTest, Provider, body, variant
from tests.shops import named, open_shop

PHONE = "13800138000"
ENDS: Statement[object] = Statement(
    select(fact.c.body).where(fact.c.kind == "message.ended").order_by(fact.c.sequence)
)
QUEUED: Statement[UUID] = Statement(select(message.c.id).where(message.c.state == "queued"))
LINKED = {
    **body(
        variant("sms", "zh-CN", "【山野茶事】菜单 {{menu_link}} 拒收请回复R"),
        variant("sms", "en", "Menu {{menu_link}} Reply STOP to opt out"),
    ),
    "links": {"menu_link": "https://shop.example/menu"},
}


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def walk(database: Database, tmp_path: Path, provider: Provider) -> Walk:
    post = PostUnderTest(open_shop(database, tmp_path), [provider])
    post.template(LINKED)
    return Walk(post)


def ended(walk: Walk, **where: str) -> dict[str, object]:
    """A step that waits for the end of the message that the step before it planned."""
    leaves = [
        {"kind": "compare", "field": name, "is": "equal", "value": value}
        for name, value in where.items()
    ]
    condition = {"where": {"kind": "all", "parts": leaves}} if leaves else {}
    return {
        "kind": "wait_for",
        "fact": "message.ended",
        "timeout_minutes": 2_880,
        "happened": "instead",
        "timed_out": "end",
        **condition,
    }


def live(walk: Walk, waits: dict[str, object]) -> None:
    nodes = {
        "write": walk.message("see"),
        "see": waits,
        "instead": walk.gift("end"),
        "end": EXIT,
    }
    walk.live("back", walk.drawing(nodes))


def told(walk: Walk) -> list[object]:
    with walk.shop.database.read() as read:
        return read.all(ENDS)


def entered(walk: Walk, *, allows: bool = True) -> None:
    member = walk.post.member(PHONE, allows=allows)
    assert walk.enter(named("journey:back"), member) == 1
    walk.on()


def test_a_journey_goes_another_way_where_its_message_is_kept_back(walk: Walk) -> None:
    live(walk, ended(walk, step="write", reason="no_consent"))
    entered(walk, allows=False)
    assert walk.at() == [("see", "open", "waits_for")]
    walk.post.work_through(minutes=10)
    walk.on()
    assert walk.at() == [("end", "ended", "exit")]
    assert [key.split(":")[2] for key in walk.effects()] == ["instead", "write"]
    (body_told,) = told(walk)
    assert isinstance(body_told, dict)
    assert {**body_told, "journey": "…"} == {
        "state": "suppressed",
        "reason": "no_consent",
        "channel": "sms",
        "journey": "…",
        "step": "write",
    }


def test_another_reason_wakes_nobody(walk: Walk) -> None:
    live(walk, ended(walk, reason="capped"))
    entered(walk, allows=False)
    walk.post.work_through(minutes=10)
    walk.on()
    assert walk.at() == [("see", "open", "waits_for")]


@pytest.mark.parametrize("how", ["failed", "unknown", "expired"])
def test_a_message_that_fails_is_in_doubt_or_too_late_is_told(
    walk: Walk, provider: Provider, how: str
) -> None:
    def answer(outgoing: Outgoing) -> Answer:
        if how == "unknown":
            raise SendInDoubt("answer_cut")
        return Refused(code="number_closed", final=True)

    provider.reply = answer
    live(walk, ended(walk, state=how))
    entered(walk)
    walk.post.work_through(**({"days": 3} if how == "expired" else {"minutes": 10}))
    walk.on()
    assert walk.at()[0][1] == "ended"
    assert [one["state"] for one in told(walk) if isinstance(one, dict)] == [how]


def test_a_receipt_of_failure_and_a_persons_word_are_told(walk: Walk, provider: Provider) -> None:
    live(walk, ended(walk, state="failed"))
    entered(walk)
    walk.post.work_through(minutes=10)
    sent = provider.got[0]
    receipt = Receipt(state=ReceiptState.FAILED, at=walk.shop.now, message_id=sent.id)
    walk.shop.run(Hear(provider="alpha", heard=Heard(receipts=(receipt,))))
    assert [one["reason"] for one in told(walk) if isinstance(one, dict)] == ["receipt"]


def test_a_person_who_takes_a_message_back_is_heard(walk: Walk) -> None:
    live(walk, ended(walk, state="cancelled"))
    entered(walk)
    with walk.shop.database.read() as read:
        waiting = read.all(QUEUED)
    walk.shop.run(GiveUpMessage(id=waiting[0], reason="不发了"))
    walk.on()
    assert walk.at()[0][1] == "ended"


def test_what_arrives_and_what_no_journey_wanted_is_no_end(walk: Walk, provider: Provider) -> None:
    provider.reply = lambda outgoing: Accepted(provider_id="p")
    live(walk, ended(walk))
    entered(walk)
    alone = walk.post.member("13900139000", allows=False)
    walk.post.plan(walk.post.planned(alone, "by hand"))
    walk.post.work_through(minutes=10)
    assert len(provider.got) == 1
    assert told(walk) == []


def test_a_journey_waits_for_her_to_follow_its_link(walk: Walk, provider: Provider) -> None:
    waits = {**ended(walk, step="write", link="menu_link"), "fact": "message.clicked"}
    live(walk, waits)
    entered(walk)
    walk.post.work_through(minutes=10)
    url = next(word for word in provider.got[0].text.split() if "://" in word)
    token = urlsplit(url).path.removeprefix("/l/")
    walk.shop.run(NoteClick(locator=locator_of(walk.shop.vault, token)))
    walk.on()
    assert walk.at() == [("end", "ended", "exit")]
