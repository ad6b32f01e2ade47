"""What became of messages is asked where nobody tells it: doubts, polls, and silent providers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.period import Instant
from regulars.domain.members.identity import IdentityKind
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import (
    Accepted,
    Answer,
    Heard,
    Inbound,
    InDoubt,
    Outgoing,
    Receipt,
    ReceiptState,
    SendInDoubt,
)
from regulars.jobs.job import Workshop
from regulars.jobs.receipts import ASKED_AT_ONCE, Asking
from regulars.storage.engine import Database
from regulars.use_cases.joining import IdentityText
from regulars.use_cases.members import AddIdentity, RemoveIdentity
from tests.messaging import PostUnderTest, Provider
from tests.shops import open_shop

PHONE = "13800138000"


def breaks(outgoing: Outgoing) -> Answer:
    raise SendInDoubt("answer_cut")


@dataclass
class Answering(Provider):
    """A provider whose line breaks, and that can be asked afterwards."""

    asked: list[InDoubt] = field(default_factory=list)
    state: ReceiptState | None = ReceiptState.DELIVERED
    poll_brings: list[Heard] = field(default_factory=list)

    def ask(self, doubt: InDoubt) -> Receipt | None:
        """What became of one message."""
        self.asked.append(doubt)
        if self.state is None:
            return None
        return Receipt(state=self.state, at=Instant(doubt.handed_at), provider_id="late-1")

    def poll(self, *, now: Instant) -> Heard:
        """What came since the last poll."""
        return self.poll_brings.pop(0) if self.poll_brings else Heard()


@dataclass
class Reticent(Answering):
    """A provider that says nothing of what it took unless it is asked."""

    told_only_when_asked: bool = True


@pytest.fixture
def provider() -> Answering:
    return Answering(reply=breaks)


@pytest.fixture
def post(database: Database, tmp_path: Path, provider: Answering) -> PostUnderTest:
    opened = PostUnderTest(open_shop(database, tmp_path), [provider])
    opened.template()
    return opened


def in_doubt(post: PostUnderTest, phone: str = PHONE) -> UUID:
    message = post.plan(post.planned(post.member(phone), f"run:{phone}"))[f"run:{phone}"]
    post.work_through(minutes=10)
    assert post.row(message).state == "unknown"
    return message


@contextmanager
def asking() -> Iterator[Asking]:
    one = Asking()
    try:
        yield one
    finally:
        one.close()


def ask(post: PostUnderTest) -> None:
    with asking() as one:
        one.round(post.workshop())


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        (ReceiptState.DELIVERED, "delivered"),
        (ReceiptState.FAILED, "failed"),
        (ReceiptState.ACCEPTED, "accepted"),
        (None, "unknown"),
    ],
)
def test_a_message_in_doubt_is_settled_by_asking_and_never_sent_again(
    post: PostUnderTest, provider: Answering, state: ReceiptState | None, becomes: str
) -> None:
    message = in_doubt(post)
    assert post.row(message).detail == "answer_cut", "the operator reads why"
    provider.state = state
    ask(post)
    assert provider.asked == [], "the provider is given a minute"
    post.shop.pass_time(minutes=2)
    ask(post)
    (doubt,) = provider.asked
    assert (doubt.id, doubt.address, doubt.provider_id) == (message, "+8613800138000", None)
    assert post.row(message).state == becomes
    post.work_through(hours=1)
    assert len(provider.got) == 1


def test_a_settled_message_is_not_asked_about_again(
    post: PostUnderTest, provider: Answering
) -> None:
    in_doubt(post)
    post.shop.pass_time(minutes=2)
    ask(post)
    ask(post)
    assert len(provider.asked) == 1


def test_a_doubt_is_given_up_after_two_days(post: PostUnderTest, provider: Answering) -> None:
    message = in_doubt(post)
    post.shop.pass_time(days=3)
    ask(post)
    assert provider.asked == []
    assert post.row(message).state == "unknown"


def test_nobody_is_asked_about_a_number_that_she_no_longer_has(
    post: PostUnderTest, provider: Answering
) -> None:
    message = in_doubt(post)
    member = post.row(message).member_id
    new, old = (IdentityText(kind=IdentityKind.PHONE, text=one) for one in ("13900139000", PHONE))
    post.shop.run(AddIdentity(member_id=member, identity=new))
    post.shop.run(RemoveIdentity(member_id=member, identity=old))
    post.shop.pass_time(minutes=2)
    ask(post)
    assert provider.asked == []


def test_many_doubts_take_turns(post: PostUnderTest, provider: Answering) -> None:
    members = [post.member(f"138001380{number:02d}") for number in range(ASKED_AT_ONCE + 5)]
    post.plan(*(post.planned(one, f"run:{one}") for one in members))
    post.work_through(minutes=10)
    post.shop.pass_time(minutes=2)
    provider.state = None
    with asking() as one:
        one.round(post.workshop())
        assert len(provider.asked) == ASKED_AT_ONCE
        one.round(post.workshop())
        assert len({doubt.id for doubt in provider.asked}) == len(members)
        one.round(post.workshop())
        assert len(provider.asked) == len(members) + ASKED_AT_ONCE


@dataclass
class Strange(Answering):
    """A provider that is broken in a way that nobody thought of."""

    def poll(self, *, now: Instant) -> Heard:
        raise OverflowError("date value out of range")

    def ask(self, doubt: InDoubt) -> Receipt | None:
        if not self.asked:
            self.asked.append(doubt)
            raise OverflowError("date value out of range")
        return super().ask(doubt)


def test_a_provider_that_is_broken_keeps_no_other_question_back(
    database: Database, tmp_path: Path
) -> None:
    strange = Strange(reply=breaks)
    post = PostUnderTest(open_shop(database, tmp_path), [strange])
    post.template()
    first, second = (in_doubt(post, phone) for phone in (PHONE, "13800138001"))
    post.shop.pass_time(minutes=2)
    ask(post)
    assert len(strange.asked) == 2
    assert sorted(post.row(one).state for one in (first, second)) == ["delivered", "unknown"]


def test_what_a_poll_brings_is_kept(post: PostUnderTest, provider: Answering) -> None:
    message = in_doubt(post)
    member = post.row(message).member_id
    delivered = Receipt(state=ReceiptState.DELIVERED, at=post.shop.now, message_id=message)
    reply = Inbound(channel=Channel.SMS, address="+8613800138000", text="退订", at=post.shop.now)
    provider.poll_brings = [Heard(receipts=(delivered,), inbound=(reply,))]
    ask(post)
    assert post.row(message).state == "delivered"
    later = post.plan(post.planned(member, "run:2"))["run:2"]
    post.work_through(minutes=10)
    assert post.row(later).reason == "no_consent"


def test_a_receipt_from_the_future_is_of_now(post: PostUnderTest, provider: Answering) -> None:
    message = in_doubt(post)
    at = Instant(post.shop.now + timedelta(days=9_000))
    provider.poll_brings = [
        Heard(receipts=(Receipt(state=ReceiptState.DELIVERED, at=at, message_id=message),))
    ]
    ask(post)
    assert post.row(message).ended_at == post.shop.now


class Away(Workshop):
    """A workshop whose database is away."""

    def run(self, command: object) -> bytes:
        raise ConnectionError


def test_what_a_poll_brought_is_kept_when_the_database_is_back(
    post: PostUnderTest, provider: Answering
) -> None:
    message = in_doubt(post)
    delivered = Receipt(state=ReceiptState.DELIVERED, at=post.shop.now, message_id=message)
    provider.poll_brings = [Heard(receipts=(delivered,)), Heard()]
    here = post.workshop()
    away = Away(**{one.name: getattr(here, one.name) for one in fields(here)})
    with asking() as one:
        for _ in range(2):
            with pytest.raises(ConnectionError):
                one.round(away)
        assert len(provider.poll_brings) == 1, "nothing else was fetched meanwhile"
        one.round(here)
    assert post.row(message).state == "delivered"


def test_a_provider_that_tells_nothing_is_asked_about_what_it_took(
    database: Database, tmp_path: Path
) -> None:
    silent = Reticent(reply=lambda outgoing: Accepted(provider_id="t-1"))
    talking = Answering(name="beta")
    for provider, asked in ((silent, 1), (talking, 0)):
        if provider is silent:
            post = PostUnderTest(open_shop(database, tmp_path), [provider])
            post.template()
            message = post.plan(post.planned(post.member(PHONE), "run:1"))["run:1"]
        else:
            post = PostUnderTest(post.shop, [provider])
            message = post.plan(post.planned(post.member("13800138001"), "run:2"))["run:2"]
        post.work_through(minutes=10)
        assert post.row(message).state == "accepted"
        post.shop.pass_time(minutes=2)
        ask(post)
        assert len(provider.asked) == asked
    assert silent.asked[0].provider_id == "t-1"


def test_the_job_begins_one_round_and_answers_at_once(
    post: PostUnderTest, provider: Answering
) -> None:
    message = in_doubt(post)
    post.shop.pass_time(minutes=2)
    with asking() as one:
        assert one.job().step(post.workshop()) is False
    # Closing waits for the round that was begun.
    assert post.row(message).state in {"delivered", "unknown"}
    assert len(provider.asked) <= 1


def test_a_shop_whose_providers_are_never_asked_begins_nothing(
    post: PostUnderTest, provider: Answering
) -> None:
    in_doubt(post)
    post.shop.pass_time(minutes=2)
    provider.lacks = ("REGULARS_SMS_ALIYUN_SECRET",)
    with asking() as one:
        one.job().step(post.workshop())
    assert provider.asked == []
