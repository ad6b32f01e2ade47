"""Messages when things go wrong: workers that race, die or are late, and answers that come twice."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import bindparam, update

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import (
    Accepted,
    Heard,
    Inbound,
    Receipt,
    ReceiptState,
    Refused,
)
from regulars.jobs.messages import Post, desk_of, moment_of
from regulars.storage.columns import Bytes, Id
from regulars.storage.engine import Database, Write
from regulars.storage.message_lists import TALLY
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member as member_table
from regulars.use_cases.message_dispatch import Answered, keep_answers, lease, recover
from regulars.use_cases.message_gates import Decided, pass_gates
from regulars.use_cases.message_receipts import Hear
from tests.messaging import PostUnderTest, Provider, body, variant
from tests.shops import open_shop

PHONE = "13800138000"
WORKERS = 50
THOROUGH = os.environ.get("REGULARS_THOROUGH") == "1"
SPOIL = Statement[object](
    update(member_table)
    .where(member_table.c.id == bindparam("spoilt", type_=Id()))
    .values(wrapped_key=bindparam("wrapped", type_=Bytes()))
)
AT_ONCE = {"messages.rivals_wait_minutes": 0}


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def post(database: Database, tmp_path: Path, provider: Provider) -> PostUnderTest:
    """A shop whose messages wait for no rival."""
    opened = PostUnderTest(open_shop(database, tmp_path, terms=AT_ONCE), [provider])
    opened.template()
    return opened


def taken(post: PostUnderTest, *, most: int = 1, database: Database | None = None) -> UUID | None:
    """A lease of some messages."""
    workshop = post.workshop()
    moment = moment_of(workshop)

    def work(tx: Write) -> UUID | None:
        return lease(tx, moment, most=most)

    return (database or post.shop.database).write(work).result()


def passed(post: PostUnderTest, name: UUID, database: Database | None = None) -> Decided:
    """A lease through the gates, by a worker that then says nothing more."""
    workshop = post.workshop()
    moment, desk = moment_of(workshop), desk_of(workshop)

    def work(tx: Write) -> Decided:
        return pass_gates(tx, moment, desk, lease=name, most=100)

    return (database or post.shop.database).write(work).result()


def answered(
    post: PostUnderTest, message: UUID, answer: Accepted | Refused, *, attempt: int = 1
) -> None:
    """An answer of the provider to an attempt, whenever it comes."""
    workshop = post.workshop()
    moment, desk = moment_of(workshop), desk_of(workshop)
    said = Answered(
        message_id=message, channel=Channel.SMS, provider="alpha", attempt=attempt, answer=answer
    )
    post.shop.database.write(
        lambda tx: keep_answers(tx, moment, desk=desk, answers=[said])
    ).result()


def found_lost(post: PostUnderTest) -> int:
    """The messages that lost workers left."""
    moment = moment_of(post.workshop())
    return post.shop.database.write(lambda tx: recover(tx, moment)).result()


def told(post: PostUnderTest, *receipts: Receipt, by: str = "alpha") -> object:
    """What a provider says later; how many receipts told something new."""
    return post.shop.run(Hear(provider=by, heard=Heard(receipts=receipts)))["receipts"]


def one(post: PostUnderTest, phone: str = PHONE) -> UUID:
    return post.plan(post.planned(post.member(phone), "one"))["one"]


def test_fifty_workers_that_race_for_one_place_send_one_message(
    post: PostUnderTest, open_another: Callable[[], Database]
) -> None:
    member = post.member(PHONE)
    post.plan(*[post.planned(member, f"race:{number}") for number in range(WORKERS)])
    own = post.shop.database
    databases = [own] if own.engine == "sqlite" else [own, *[open_another() for _ in range(3)]]
    leases = [taken(post) for _ in range(WORKERS)]
    barrier = Barrier(WORKERS)

    def race(number: int) -> int:
        name = leases[number]
        assert name is not None
        barrier.wait()
        return len(passed(post, name, databases[number % len(databases)]).ready)

    with ThreadPoolExecutor(WORKERS) as workers:
        assert sum(workers.map(race, range(WORKERS))) == 1


def test_two_workers_on_one_database_send_everything_once(
    post: PostUnderTest, provider: Provider, open_another: Callable[[], Database]
) -> None:
    members = [post.member(f"138{number:08d}") for number in range(60)]
    post.plan(*[post.planned(who, f"m:{number}") for number, who in enumerate(members)])
    own = post.shop.database
    second = own if own.engine == "sqlite" else open_another()
    posts = [Post(post.workshop()), Post(post.workshop(second))]

    def work(each: Post) -> None:
        while each.round():
            pass

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, posts))
    for each in posts:
        each.close()
    assert len(provider.got) == len({sent.id for sent in provider.got}) == len(members)


def test_a_worker_that_dies_before_handing_over_loses_nothing(
    post: PostUnderTest, provider: Provider
) -> None:
    message = one(post)
    assert taken(post) is not None
    post.work()
    assert provider.got == [], "another worker holds it"
    post.work_through(minutes=3)
    assert len(provider.got) == 1
    assert ("queued", "lease_lost") in post.events(message)


def test_a_worker_that_dies_after_handing_over_leaves_it_unknown_for_good(
    post: PostUnderTest, provider: Provider
) -> None:
    message = one(post)
    name = taken(post)
    assert name is not None
    assert len(passed(post, name).ready) == 1
    post.work_through(minutes=4)
    post.work_through(hours=6)
    assert (post.row(message).state, provider.got) == ("unknown", [])
    assert post.events(message)[-1] == ("unknown", "lease_lost")


def test_a_prompt_for_the_till_that_was_lost_is_simply_laid_out_again(
    database: Database, tmp_path: Path
) -> None:
    till = Provider("alpha", Channel.TILL)
    post = PostUnderTest(open_shop(database, tmp_path, terms=AT_ONCE), [till])
    words = (variant("till", "zh-CN", "您好"), variant("till", "en", "Hello"))
    post.template(body(*words, purpose="service"))
    member = post.member(PHONE)
    message = post.plan(post.planned(member, "one", channels=(Channel.TILL,)))["one"]
    name = taken(post)
    assert name is not None
    passed(post, name)
    post.work_through(minutes=4)
    assert post.row(message).state == "accepted"


def test_a_member_whose_key_is_damaged_holds_up_nobody_else(
    post: PostUnderTest, provider: Provider
) -> None:
    damaged, whole = post.member(PHONE), post.member("13900139000")
    ids = post.plan(post.planned(damaged, "a"), post.planned(whole, "b"))

    def damage(tx: Write) -> None:
        tx.send(SPOIL, spoilt=damaged, wrapped=b"nonsense")

    post.shop.database.write(damage).result()
    post.work()
    assert post.row(ids["a"]).reason == "no_recipient"
    assert [sent.address for sent in provider.got] == ["+8613900139000"]


def test_a_slow_provider_that_answers_at_last_settles_what_was_unknown(
    post: PostUnderTest,
) -> None:
    message = one(post)
    name = taken(post)
    assert name is not None
    passed(post, name)
    post.shop.pass_time(minutes=4)
    assert found_lost(post) == 1
    answered(post, message, Accepted(provider_id="late"))
    answered(post, message, Accepted(provider_id="late"))
    assert (post.row(message).state, post.row(message).provider_id) == ("accepted", "late")
    assert [state for state, _ in post.events(message)] == ["handed", "unknown", "accepted"]


def test_a_receipt_that_comes_twice_or_before_the_answer_counts_once(post: PostUnderTest) -> None:
    message = one(post)
    name = taken(post)
    assert name is not None
    passed(post, name)
    delivered = Receipt(state=ReceiptState.DELIVERED, at=post.shop.now, message_id=message)
    assert [told(post, delivered), told(post, delivered)] == [1, 0]
    answered(post, message, Accepted(provider_id="p-1"))
    assert (post.row(message).state, post.row(message).provider_id) == ("delivered", "p-1")
    by_name = Receipt(state=ReceiptState.FAILED, at=post.shop.now, provider_id="p-1")
    assert told(post, by_name) == 0, "what was delivered does not fail afterwards"


def test_a_provider_speaks_of_its_own_messages_only(post: PostUnderTest) -> None:
    message = one(post)
    post.work()
    forged = Receipt(state=ReceiptState.FAILED, at=post.shop.now, message_id=message)
    unknown = Receipt(state=ReceiptState.FAILED, at=post.shop.now, provider_id="nobody's")
    assert told(post, forged, unknown, by="beta") == 0
    assert post.row(message).state == "accepted"


def test_what_did_not_arrive_gives_its_place_back(post: PostUnderTest, provider: Provider) -> None:
    message = one(post)
    post.work()
    failed = Receipt(
        state=ReceiptState.FAILED, at=post.shop.now, message_id=message, code="UNDELIV"
    )
    assert told(post, failed) == 1
    assert post.row(message).detail == "UNDELIV"
    post.plan(post.planned(post.row(message).member_id, "two"))
    post.work()
    assert len(provider.got) == 2


@pytest.mark.parametrize("text", ["R", "退订", " td ", "Stop.", "ＴＤ", "拒收请回复R"])
def test_a_reply_stops_the_number_at_once(
    post: PostUnderTest, provider: Provider, text: str
) -> None:
    member = post.member(PHONE)
    message = post.plan(post.planned(member, "one"))["one"]
    reply = Inbound(channel=Channel.SMS, address="138 0013 8000", text=text, at=post.shop.now)
    answer = post.shop.run(Hear(provider="alpha", heard=Heard(inbound=(reply, reply))))
    assert answer["withdrawals"] == 1, "told twice it is one reply"
    post.work()
    assert (post.row(message).reason, provider.got) == ("no_consent", [])
    # A yes that is given afterwards counts again.
    post.shop.pass_time(minutes=5)
    post.choose(member, post.choice(granted=True))
    post.plan(post.planned(member, "two"))
    post.work()
    assert len(provider.got) == 1


def test_a_reply_that_says_something_else_stops_nothing(
    post: PostUnderTest, provider: Provider
) -> None:
    one(post)
    words = ("回见", "几点关门？", "")
    replies = [
        Inbound(channel=Channel.SMS, address=PHONE, text=text, at=post.shop.now) for text in words
    ]
    answer = post.shop.run(Hear(provider="alpha", heard=Heard(inbound=tuple(replies))))
    assert answer["withdrawals"] == 0
    post.work()
    assert len(provider.got) == 1


def test_a_number_that_said_stop_stays_silent_for_whoever_has_it_next(
    post: PostUnderTest, provider: Provider
) -> None:
    reply = Inbound(channel=Channel.SMS, address=PHONE, text="STOP", at=post.shop.now)
    answer = post.shop.run(Hear(provider="alpha", heard=Heard(inbound=(reply,))))
    assert answer["withdrawals"] == 1
    member = post.member(PHONE)
    message = post.plan(post.planned(member, "one"))["one"]
    post.work()
    assert (post.row(message).reason, provider.got) == ("no_consent", [])


def test_an_opt_out_reaches_everything_that_is_queued(
    post: PostUnderTest, provider: Provider
) -> None:
    count = 10_000 if THOROUGH or post.shop.database.engine == "sqlite" else 1_000
    members = [post.member(f"138{number:08d}") for number in range(100)]
    for start in range(0, count, 500):
        post.plan(
            *[
                post.planned(members[number % 100], f"m:{number}")
                for number in range(start, start + 500)
            ]
        )
    for member in members:
        post.shop.pass_time(seconds=1)
        post.withdraw(member)
    post.work()
    assert provider.got == []
    with post.shop.database.read() as read:
        since = Instant(post.shop.now - timedelta(days=1))
        until = Instant(post.shop.now + timedelta(days=1))
        (row,) = read.all(TALLY, since=since, now=until)
    assert (row.state, row.reason, row.messages) == ("suppressed", "no_consent", count)
