"""A ready journey with a control group: a tenth is held back from the first member on."""

from pathlib import Path

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.storage import assignments
from regulars.storage.engine import Database
from regulars.use_cases.ready_journeys import SwitchOn, id_of
from tests.journeys import AUTHOR, Walk
from tests.messaging import PostUnderTest, Provider
from tests.shops import open_shop


@pytest.fixture
def walk(database: Database, tmp_path: Path) -> Walk:
    """A shop that can write to its members."""
    return Walk(PostUnderTest(open_shop(database, tmp_path), [Provider()]))


def test_a_ready_journey_holds_back_the_share_that_was_asked_for(walk: Walk) -> None:
    answer = walk.shop.run(SwitchOn(code="come_back", control=1_000), actor=AUTHOR)
    assert answer["state"] == "live"
    with walk.shop.database.read() as read:
        (policy,) = assignments.policies_of(read, id_of("journey", "come_back"))
    assert policy.design.control == 1_000


def test_without_a_control_group_nothing_is_measured(walk: Walk) -> None:
    walk.shop.run(SwitchOn(code="come_back"), actor=AUTHOR)
    with walk.shop.database.read() as read:
        assert assignments.policies_of(read, id_of("journey", "come_back")) == []


def test_a_share_that_is_none_is_refused(walk: Walk) -> None:
    with pytest.raises(Refusal) as refused:
        walk.shop.run(SwitchOn(code="come_back", control=9_500), actor=AUTHOR)
    assert refused.value.code == "journey.definition_malformed"
