"""Whoever changes several messages locks them in one order, and their budgets after them.

On SQLite there is one writer; there the same is simply done.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from time import sleep
from uuid import UUID

import pytest

from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Heard, Receipt, ReceiptState, Refused
from regulars.jobs.messages import desk_of, moment_of
from regulars.storage import contact_slots, messages
from regulars.storage.engine import Database, Write
from regulars.use_cases.message_dispatch import Answered, keep_answers, lease
from regulars.use_cases.message_gates import pass_gates
from regulars.use_cases.message_receipts import Hear, hear
from tests.messaging import PostUnderTest, Provider
from tests.shops import named, open_shop

CAMPAIGN = named("campaign:spring")
EARLIER, LATER = sorted((CAMPAIGN, named("campaign:autumn")), key=lambda one: one.int)
Steps = tuple[Callable[[Write], object], Callable[[Write], object]]
AT_ONCE = {"messages.rivals_wait_minutes": 0}
# So long somebody is given to run into a lock that is held.
A_MOMENT_SECONDS = 0.4
ROUNDS = 6


@pytest.fixture
def post(database: Database, tmp_path: Path) -> PostUnderTest:
    opened = PostUnderTest(open_shop(database, tmp_path, terms=AT_ONCE), [Provider()])
    opened.template()
    return opened


def handed(
    post: PostUnderTest, count: int, *, round_of: int = 0, campaigns: Sequence[UUID] = (CAMPAIGN,)
) -> list[UUID]:
    """Messages of some campaigns in turn that were handed over, oldest first."""
    first = 13_800_000_000 + round_of * 1_000
    members = [post.member(str(first + number)) for number in range(count)]
    planned = [
        post.planned(one, f"{round_of}:{number}", campaign_id=campaigns[number % len(campaigns)])
        for number, one in enumerate(members)
    ]
    found = post.plan(*planned)
    workshop = post.workshop()
    moment, desk = moment_of(workshop), desk_of(workshop)

    def let_out(tx: Write) -> int:
        for campaign in (EARLIER, LATER):
            contact_slots.set_budget(tx, campaign, limit_micro=10_000_000)
        name = lease(tx, moment, most=count)
        assert name is not None
        return len(pass_gates(tx, moment, desk, lease=name, most=count).ready)

    assert post.shop.database.write(let_out).result() == count
    return sorted(found.values(), key=lambda one: one.int)


def refused(post: PostUnderTest, message_ids: Sequence[UUID]) -> list[Answered]:
    """What a provider says to messages that it will not have."""
    return [
        Answered(
            message_id=one,
            channel=Channel.SMS,
            provider="alpha",
            attempt=post.row(one).attempts,
            answer=Refused(code="no", final=True),
        )
        for one in message_ids
    ]


def failed(post: PostUnderTest, message_ids: Sequence[UUID]) -> Hear:
    """What a provider says of messages that did not arrive."""
    receipts = tuple(
        Receipt(state=ReceiptState.FAILED, at=post.shop.now, message_id=one) for one in message_ids
    )
    return Hear(provider="alpha", heard=Heard(receipts=receipts))


def in_the_way(
    post: PostUnderTest, database: Database, work: Callable[[Write], object], *, orderly: Steps
) -> list[str]:
    """What a writer has to do while another one, who takes locks as all do, holds one already.

    Answers which of the two had to begin again.
    """
    held, begun = Event(), Event()
    runs: list[str] = []

    def hold(tx: Write) -> None:
        runs.append("other")
        orderly[0](tx)
        held.set()
        if database.engine == "postgresql":
            begun.wait()
            sleep(A_MOMENT_SECONDS)
        orderly[1](tx)

    def do(tx: Write) -> None:
        runs.append("own")
        begun.set()
        work(tx)

    with ThreadPoolExecutor(2) as threads:
        other = threads.submit(lambda: database.write(hold).result())
        held.wait()
        own = threads.submit(lambda: post.shop.database.write(do).result())
        other.result()
        own.result()
    return sorted(runs)


def test_receipts_take_no_budget_while_they_wait_for_a_message(
    post: PostUnderTest, open_another: Callable[[], Database]
) -> None:
    first, second = handed(post, 2)
    database = post.shop.database
    beside = database if database.engine == "sqlite" else open_another()
    moment = moment_of(post.workshop())
    told = failed(post, [first, second])
    runs = in_the_way(
        post,
        beside,
        lambda tx: hear(tx, told, moment),
        orderly=(
            lambda tx: tx.one(messages.ONE_LOCKED, message_id=second),
            lambda tx: contact_slots.draw(tx, {CAMPAIGN: 1}),
        ),
    )
    assert runs == ["other", "own"]
    assert [post.row(one).state for one in (first, second)] == ["failed", "failed"]
    with database.read() as read:
        budget = read.one(contact_slots.BUDGET, campaign=CAMPAIGN)
    assert budget is not None
    assert budget.used_micro == 1


def test_answers_take_budgets_in_one_order(
    post: PostUnderTest, open_another: Callable[[], Database]
) -> None:
    message_ids = handed(post, 2, campaigns=(EARLIER, LATER))
    database = post.shop.database
    beside = database if database.engine == "sqlite" else open_another()
    workshop = post.workshop()
    moment, desk = moment_of(workshop), desk_of(workshop)
    # The message of the later budget is the first that is refused.
    answers = sorted(
        refused(post, message_ids), key=lambda one: post.row(one.message_id).campaign_id == LATER
    )[::-1]

    def keep(tx: Write) -> None:
        keep_answers(tx, moment, desk=desk, answers=answers)

    orderly = (
        lambda tx: contact_slots.budgets(tx, {EARLIER}),
        lambda tx: contact_slots.draw(tx, {LATER: 1}),
    )
    assert in_the_way(post, beside, keep, orderly=orderly) == ["other", "own"]
    assert [post.row(one).state for one in message_ids] == ["failed", "failed"]


def test_two_calls_of_a_provider_in_opposite_order_do_not_stand_in_each_others_way(
    post: PostUnderTest, open_another: Callable[[], Database]
) -> None:
    own = post.shop.database
    databases = [own, own if own.engine == "sqlite" else open_another()]
    moment = moment_of(post.workshop())
    before = sum(one.totals.reruns for one in databases)
    for round_of in range(ROUNDS):
        message_ids = handed(post, 12, round_of=round_of)
        calls = [failed(post, message_ids), failed(post, message_ids[::-1])]
        barrier = Barrier(2)

        def call(number: int, calls: list[Hear] = calls, barrier: Barrier = barrier) -> int:
            barrier.wait()
            work = databases[number].write(lambda tx: hear(tx, calls[number], moment))
            return work.result().receipts

        with ThreadPoolExecutor(2) as threads:
            assert sum(threads.map(call, range(2))) == len(message_ids)
    assert sum(one.totals.reruns for one in databases) == before
