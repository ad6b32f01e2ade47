"""Messages in trouble: what nobody can decide, answers that are lost, turns that come too late, and
news that comes when something else has happened since."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event, Lock
from uuid import UUID

import pytest
from sqlalchemy import bindparam, update

from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.members.consent import Channel as Way
from regulars.domain.members.consent import Purpose as Wish
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import (
    Answer,
    Heard,
    Inbound,
    Outgoing,
    Receipt,
    ReceiptState,
    Refused,
    SendInDoubt,
)
from regulars.jobs.job import Workshop
from regulars.jobs.messages import Post, desk_of, moment_of
from regulars.storage.columns import Id, Words
from regulars.storage.engine import Database, Statement, Write
from regulars.storage.tables.messaging import message as message_table
from regulars.use_cases.message_dispatch import Answered, keep_answers
from regulars.use_cases.message_operator import ResendMessage
from regulars.use_cases.message_receipts import Hear
from tests.messaging import PostUnderTest, Provider, body, variant
from tests.shops import open_shop
from tests.workshops import Lines

PHONE = "13800138000"
AT_ONCE = {"messages.rivals_wait_minutes": 0}
SPOIL = Statement[object](
    update(message_table)
    .where(message_table.c.id == bindparam("spoilt", type_=Id()))
    .values(channel=bindparam("nonsense", type_=Words()))
)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def post(database: Database, tmp_path: Path, provider: Provider) -> PostUnderTest:
    opened = PostUnderTest(open_shop(database, tmp_path, terms=AT_ONCE), [provider])
    opened.template()
    return opened


def cut(outgoing: Outgoing) -> Answer:
    raise SendInDoubt("answer_cut")


def refuses(outgoing: Outgoing) -> Answer:
    return Refused(code="busy", final=False)


def some(post: PostUnderTest, count: int) -> list[UUID]:
    members = [post.member(f"138{number:08d}") for number in range(count)]
    ids = post.plan(*[post.planned(who, f"m:{at:02d}") for at, who in enumerate(members)])
    return [ids[f"m:{at:02d}"] for at in range(count)]


def one(post: PostUnderTest) -> UUID:
    return post.plan(post.planned(post.member(PHONE), "one"))["one"]


def told(
    post: PostUnderTest, state: ReceiptState, message: UUID | None = None, **more: object
) -> object:
    receipt = Receipt(state=state, at=post.shop.now, message_id=message, **more)  # type: ignore[arg-type]
    return post.shop.run(Hear(provider="alpha", heard=Heard(receipts=(receipt,))))["receipts"]


def test_a_message_that_nobody_can_decide_holds_up_no_other(
    post: PostUnderTest, provider: Provider
) -> None:
    messages = some(post, 5)
    spoilt = messages[2]

    def spoil(tx: Write) -> None:
        tx.send(SPOIL, spoilt=spoilt, nonsense="pigeon")

    post.shop.database.write(spoil).result()
    post.work()
    assert {sent.id for sent in provider.got} == set(messages) - {spoilt}
    row = post.row(spoilt)
    assert (row.state, row.reason) == ("queued", "fault")
    assert row.due_at == post.shop.now + timedelta(minutes=15)
    post.work_through(minutes=15)
    assert post.events(spoilt) == [("queued", "fault")], "the same again is not told again"
    post.work_through(days=3)
    assert (post.row(spoilt).state, post.row(spoilt).reason) == ("expired", "too_late")
    assert len(provider.got) == 4


def test_what_waited_too_long_for_its_turn_is_looked_at_anew(
    post: PostUnderTest, provider: Provider
) -> None:
    messages = some(post, 25)
    accepts = provider.reply

    def slowly(outgoing: Outgoing) -> Answer:
        # Each answer takes so long that whoever comes after it was allowed an age ago.
        post.shop.pass_time(seconds=40)
        return accepts(outgoing)

    provider.reply = slowly
    post.work()
    assert sorted(sent.id for sent in provider.got) == sorted(messages), "each of them once"
    put_back = [one for one in messages if ("queued", "not_called") in post.events(one)]
    assert put_back
    assert {post.row(one).state for one in messages} == {"accepted"}


def test_a_no_reaches_what_was_handed_over_and_not_yet_sent(
    post: PostUnderTest, provider: Provider
) -> None:
    messages = some(post, 25)
    accepts = provider.reply
    first, done = Lock(), Event()

    def withdraws_meanwhile(outgoing: Outgoing) -> Answer:
        if first.acquire(blocking=False):
            for message in messages:
                post.withdraw(post.row(message).member_id)
            post.shop.pass_time(seconds=40)
            done.set()
        assert done.wait(60)
        return accepts(outgoing)

    provider.reply = withdraws_meanwhile
    post.work()
    # Those whose call had begun beside the first one could not be held back.
    assert len(provider.got) <= 8
    kept_back = set(messages) - {sent.id for sent in provider.got}
    assert {post.row(one).reason for one in kept_back} == {"no_consent"}


def test_no_call_begins_after_the_hours_although_it_was_handed_over_within_them(
    post: PostUnderTest, provider: Provider
) -> None:
    messages = some(post, 25)
    post.shop.now = instant_from_iso("2026-05-04T20:29:50+08:00")
    first, done = Lock(), Event()
    accepts = provider.reply

    def slowly(outgoing: Outgoing) -> Answer:
        if first.acquire(blocking=False):
            post.shop.pass_time(seconds=11)
            done.set()
        assert done.wait(60)
        return accepts(outgoing)

    provider.reply = slowly
    post.work()
    assert 0 < len(provider.got) <= 8
    assert {str(post.row(one).reason) for one in messages} == {"None", "quiet_hours"}


class Unsteady:
    """A database that loses its line for some of the writes."""

    def __init__(self, database: Database, fails: Callable[[], bool]) -> None:
        self.database = database
        self.fails = fails

    def __getattr__(self, name: str) -> object:
        return getattr(self.database, name)

    def write(self, work: Callable[[Write], object], **how: object) -> object:
        """Write, or fail as a driver does."""
        if self.fails():
            raise OSError("the line is down")
        return self.database.write(work, **how)  # type: ignore[arg-type]


def test_answers_are_kept_although_the_database_was_away_when_they_came(
    post: PostUnderTest, provider: Provider
) -> None:
    messages = some(post, 3)
    down = [2]

    def fails() -> bool:
        if provider.got and down[0]:
            down[0] -= 1
            return True
        return False

    steady = post.workshop()
    unsteady = Unsteady(steady.database, fails)
    workshop = Workshop(
        database=unsteady,  # type: ignore[arg-type]
        shops=steady.shops,
        runner=steady.runner,
        clock=steady.clock,
        entropy=steady.entropy,
        log=Lines(),
        senders=steady.senders,
    )
    working = Post(workshop, answer_seconds=0.01)
    assert working.round()
    working.close()
    assert down == [0]
    assert {post.row(one).state for one in messages} == {"accepted"}
    assert len(provider.got) == 3


def test_an_answer_to_an_earlier_attempt_says_nothing_of_the_later_one(
    post: PostUnderTest, provider: Provider
) -> None:
    provider.reply = cut
    message = one(post)
    post.work()
    post.shop.run(ResendMessage(id=message, reason="没有收到"))
    post.work()
    assert (post.row(message).state, post.row(message).attempts) == ("unknown", 2)
    workshop = post.workshop()
    moment, desk = moment_of(workshop), desk_of(workshop)
    late = Answered(
        message_id=message,
        channel=Channel.SMS,
        provider="alpha",
        attempt=1,
        answer=Refused(code="busy", final=False),
    )
    post.shop.database.write(
        lambda tx: keep_answers(tx, moment, desk=desk, answers=[late])
    ).result()
    assert post.row(message).state == "unknown", "it was about the first call, not the second"
    post.work_through(hours=2)
    assert len(provider.got) == 2


def test_a_receipt_keeps_a_message_from_being_sent_again(
    post: PostUnderTest, provider: Provider
) -> None:
    provider.reply = cut
    message = one(post)
    post.work()
    post.shop.now = instant_from_iso("2026-05-04T22:00:00+08:00")
    post.shop.run(ResendMessage(id=message, reason="没有收到"))
    post.work()
    assert post.row(message).reason == "quiet_hours"
    assert told(post, ReceiptState.DELIVERED, message) == 1
    post.shop.now = instant_from_iso("2026-05-05T10:00:00+08:00")
    post.work()
    assert (post.row(message).state, len(provider.got)) == ("delivered", 1)


def test_a_receipt_by_the_providers_name_finds_a_message_that_waits_to_be_sent_again(
    post: PostUnderTest, provider: Provider
) -> None:
    message = one(post)
    post.work()
    assert told(post, ReceiptState.FAILED, message) == 1
    post.shop.run(ResendMessage(id=message, reason="再试一次"))
    assert told(post, ReceiptState.DELIVERED, provider_id=f"p-{message}") == 1
    post.work()
    assert (post.row(message).state, len(provider.got)) == ("delivered", 1)


def test_a_place_that_was_given_back_too_early_is_taken_again(
    post: PostUnderTest, provider: Provider
) -> None:
    message = one(post)
    post.work()
    assert told(post, ReceiptState.FAILED, message) == 1
    assert told(post, ReceiptState.DELIVERED, message) == 1
    member = post.row(message).member_id
    second = post.plan(post.planned(member, "two"))["two"]
    post.work()
    assert (post.row(second).reason, len(provider.got)) == ("capped", 1)


def test_a_message_without_a_sender_keeps_no_other_back(
    database: Database, tmp_path: Path, provider: Provider
) -> None:
    console = Provider("console", Channel.CONSOLE, lacks=("REGULARS_CONSOLE",))
    terms = {"messages.rivals_wait_minutes": 1_440}
    post = PostUnderTest(open_shop(database, tmp_path, terms=terms), [provider, console])
    here = (variant("console", "zh-CN", "您好"), variant("console", "en", "Hello"))
    post.template(body(*body()["variants"], *here))  # type: ignore[misc]
    member = post.member(PHONE)
    post.choose(member, post.choice(granted=True, way=Way.PROFILE, wish=Wish.PERSONALISATION))
    start, week = post.shop.now, Instant(post.shop.now + timedelta(days=7))
    more = {"valid_until": week, "expected_value_minor": 900}
    dear = post.plan(post.planned(member, "dear", channels=(Channel.CONSOLE,), **more))["dear"]
    post.shop.pass_time(minutes=67)
    cheap = post.plan(post.planned(member, "cheap", valid_until=week))["cheap"]
    post.shop.now = Instant(start + timedelta(hours=25))
    post.work()
    assert post.row(dear).reason == "no_sender"
    post.work_through(minutes=7)
    assert post.row(cheap).state == "accepted", "the dear one could not leave anyway"


def test_a_reply_that_is_told_again_takes_back_no_yes_that_was_given_since(
    post: PostUnderTest, provider: Provider
) -> None:
    member = post.member(PHONE)
    reply = Inbound(
        channel=Channel.SMS, address=PHONE, text="R", at=post.shop.now, provider_id="in-1"
    )
    hear = Hear(provider="alpha", heard=Heard(inbound=(reply,)))
    assert post.shop.run(hear)["withdrawals"] == 1
    post.shop.pass_time(hours=1)
    post.choose(member, post.choice(granted=True))
    post.shop.pass_time(hours=1)
    assert post.shop.run(hear)["withdrawals"] == 0
    post.plan(post.planned(member, "one"))
    post.work()
    assert len(provider.got) == 1
    again = Inbound(
        channel=Channel.SMS, address=PHONE, text="R", at=post.shop.now, provider_id="in-2"
    )
    assert post.shop.run(Hear(provider="alpha", heard=Heard(inbound=(again,))))["withdrawals"] == 1


def test_a_provider_is_asked_about_what_it_got_after_a_long_standstill(
    post: PostUnderTest, provider: Provider
) -> None:
    provider.reply = cut
    week = Instant(post.shop.now + timedelta(days=7))
    message = post.plan(post.planned(post.member(PHONE), "one", valid_until=week))["one"]
    post.work_through(days=4)
    row = post.row(message)
    assert (row.state, row.due_at) == ("unknown", row.handed_at)
