"""A message in doubt that the provider had after all: a person says so, and it stays sent."""

from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.messaging.port import Answer, Outgoing, SendInDoubt
from regulars.storage.engine import Database
from regulars.use_cases.message_operator import CountMessageAsSent
from tests.messaging import PostUnderTest, Provider
from tests.shops import open_shop


def cut(outgoing: Outgoing) -> Answer:
    raise SendInDoubt("answer_cut")


@pytest.fixture
def post(database: Database, tmp_path: Path) -> PostUnderTest:
    """A shop whose provider never answers."""
    post = PostUnderTest(open_shop(database, tmp_path), [Provider(reply=cut)])
    post.template()
    return post


def in_doubt(post: PostUnderTest) -> UUID:
    message = post.plan(post.planned(post.member("13800138000"), "a"))["a"]
    post.work_through(minutes=10)
    assert post.row(message).state == "unknown"
    return message


def test_a_message_in_doubt_that_counts_as_sent_is_not_sent_again(post: PostUnderTest) -> None:
    message = in_doubt(post)
    answer = post.shop.run(CountMessageAsSent(id=message, reason="服务商说已发出"))
    assert answer["state"] == "accepted"
    post.work_through(days=1)
    row = post.row(message)
    assert (row.state, row.reason, row.detail) == ("accepted", None, None)
    assert len(post.providers[0].got) == 1
    assert post.events(message)[-1] == ("accepted", "counted_sent")


def test_only_a_message_in_doubt_can_be_counted_as_sent(post: PostUnderTest) -> None:
    message = in_doubt(post)
    command = CountMessageAsSent(id=message, reason="服务商说已发出")
    post.shop.run(command)
    with pytest.raises(Refusal) as refused:
        post.shop.run(command)
    assert refused.value.code == "message.not_in_doubt"
