"""What the demonstration shows of value: every programme with a past, and one of each odd case."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from regulars.cli.demo_shop.making import Order, make
from regulars.cli.demo_shop.marketing import JOURNEYS, SEGMENTS
from regulars.cli.demo_shop.programmes import MALL, programmes
from regulars.cli.demo_shop.seeds import Seed
from regulars.cli.demo_shop.size import Size
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.main import hired
from regulars.storage.engine import open_database
from regulars.storage.verify import verify

UNTIL = date(2026, 11, 22)
# Long enough for a quarter's end, a review after half a year and a pass that ends.
SIZE = Size(orders=2_400, members=90, days=300, until=UNTIL)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thin demonstration over many months, only read."""
    home = tmp_path_factory.mktemp("demo") / "home"
    home.mkdir(mode=0o700)
    file = home / "regulars.db"
    order = Order(home=home, file=file, seed=Seed(1), size=SIZE, hiring=hired)
    make(order, lambda _: None)
    return file


@pytest.fixture
def rows(demo: Path) -> Iterator[sqlite3.Connection]:
    """Its rows."""
    with closing(sqlite3.connect(f"file:{demo}?mode=ro", uri=True)) as connection:
        yield connection


def by_first(rows: sqlite3.Connection, question: str) -> dict[str, int]:
    """Figures by the word before them."""
    return dict(rows.execute(question).fetchall())


def one(rows: sqlite3.Connection, question: str) -> int:
    answer: int = rows.execute(question).fetchone()[0]
    return answer


def test_its_books_are_right_and_were_proved_after_a_month(
    demo: Path, rows: sqlite3.Connection
) -> None:
    database = open_database(f"sqlite:///{demo}", read_only=True)
    try:
        with database.read() as read:
            report = verify(read, lambda _: None)
    finally:
        database.close()
    assert report.differences == 0
    assert report.head.number > 0
    assert one(rows, "SELECT sum(entries) FROM block") == report.entries
    proofs = rows.execute("SELECT state, differences FROM verify_run").fetchall()
    assert proofs == [("done", 0)]


def test_every_kind_of_programme_runs(rows: sqlite3.Connection) -> None:
    kinds = by_first(rows, "SELECT kind, count(*) FROM programme GROUP BY kind")
    assert set(kinds) == {kind.value for kind in ProgrammeKind}
    assert sum(kinds.values()) == len(list(programmes()))
    assert kinds["mall_item"] == len(MALL) == 6
    assert (kinds["task"], kinds["pass"]) == (2, 2)


def test_points_rest_in_one_region_and_end_in_the_other(rows: sqlite3.Connection) -> None:
    pending = (
        "SELECT g.name_en, count(l.usable_on) FROM lot l JOIN store s ON s.id = l.store_id"
        " JOIN region g ON g.id = s.region_id WHERE l.origin = 'order' GROUP BY 1"
    )
    found = by_first(rows, pending)
    assert found["East China"] > 0
    assert found["South China"] == 0
    ended = (
        "SELECT s.code, count(*) FROM lot_use u JOIN lot l ON l.id = u.lot_id"
        " JOIN account a ON a.id = l.account_id JOIN store s ON s.id = l.store_id"
        " WHERE u.kind = 'expire' AND a.kind = 'points' GROUP BY 1"
    )
    assert set(by_first(rows, ended)) == {"S3"}


def test_tiers_rise_are_kept_and_fall(rows: sqlite3.Connection) -> None:
    causes = by_first(rows, "SELECT cause, count(*) FROM tier_period GROUP BY cause")
    assert {"up", "kept", "down"} <= set(causes)
    gifts = by_first(rows, "SELECT occasion, count(*) FROM gift GROUP BY occasion")
    assert gifts["tier:gold"] > 0
    assert gifts["birthday:2026"] > 0


def test_members_check_in_do_tasks_draw_and_shop_for_points(rows: sqlite3.Connection) -> None:
    assert one(rows, "SELECT max(streak) FROM check_in") >= 7
    assert one(rows, "SELECT count(DISTINCT programme_id) FROM task_claim") == 2
    assert one(rows, "SELECT count(*) FROM draw") > 0
    states = by_first(rows, "SELECT state, count(*) FROM mall_order GROUP BY state")
    assert set(states) == {"given", "waiting", "handed_over", "cancelled"}


def test_friends_are_rewarded_and_one_who_brings_herself_is_held_back(
    rows: sqlite3.Connection,
) -> None:
    states = by_first(rows, "SELECT state, count(*) FROM referral GROUP BY state")
    assert states["rewarded"] > 0
    assert states["held"] == 1
    evidence = rows.execute("SELECT kind, found FROM referral_evidence").fetchall()
    assert evidence == [("shared_identity", 1)]


def test_groups_fill_and_an_expired_one_still_owes(rows: sqlite3.Connection) -> None:
    states = by_first(rows, "SELECT state, count(*) FROM buying_group GROUP BY state")
    assert states["filled"] > 0
    assert states["expired"] > 1
    seats = by_first(rows, "SELECT state, count(*) FROM group_seat GROUP BY state")
    assert {"filled", "paid_back", "refund_due"} <= set(seats)


def test_passes_are_half_used_ended_rested_and_given_back(rows: sqlite3.Connection) -> None:
    states = by_first(rows, "SELECT state, count(*) FROM member_pass GROUP BY state")
    assert {"active", "expired", "refunded"} <= set(states)
    assert one(rows, "SELECT count(*) FROM member_pass WHERE state = 'active' AND used > 0") > 0
    assert one(rows, "SELECT count(*) FROM pass_event WHERE kind = 'unfrozen'") == 1


def test_three_top_ups_went_back_by_the_rule_of_the_law(rows: sqlite3.Connection) -> None:
    asked = "SELECT law_rule, bonus_forfeited_minor > 0 FROM top_up_refund"
    assert rows.execute(asked).fetchall() == [("cn.refund_within", 1)] * 3


def test_the_shop_markets_by_itself_and_each_step_has_a_past(rows: sqlite3.Connection) -> None:
    states = by_first(rows, "SELECT state, count(*) FROM segment GROUP BY state")
    assert states == {"active": len(SEGMENTS) + 1 + 2}
    assert one(rows, "SELECT count(*) FROM segment_member WHERE left_at IS NOT NULL") > 20
    live = "SELECT count(*) FROM journey WHERE state = 'live'"
    assert one(rows, live) == len(JOURNEYS)
    runs = (
        "SELECT m.code, count(*) FROM message s JOIN message_template m ON m.id = s.template_id"
        " WHERE s.state = 'accepted' GROUP BY 1"
    )
    heard = by_first(rows, runs)
    assert {"ready_coupon_end", "ready_come_back", "old_friends"} <= set(heard)
    held_back = "SELECT count(*) FROM message WHERE state = 'suppressed' AND reason = 'no_consent'"
    assert one(rows, held_back) > 0
    assert one(rows, "SELECT count(*) FROM message WHERE state = 'failed'") == 0
    assert one(rows, "SELECT count(*) FROM journey_run WHERE state = 'dead'") == 0
    stages = by_first(rows, "SELECT stage, count(*) FROM member_insight GROUP BY stage")
    assert {"regular", "at_risk", "lost"} <= set(stages)


def test_its_campaign_left_a_control_group_alone(rows: sqlite3.Connection) -> None:
    ((campaign, audience),) = rows.execute("SELECT id, audience FROM campaign").fetchall()
    assert audience > 0
    arms = by_first(rows, "SELECT arm, count(*) FROM assignment GROUP BY arm")
    assert set(arms) == {"control", "offer"}
    came_in = "SELECT count(*) FROM journey_run r JOIN journey j ON j.id = r.journey_id"
    assert sum(arms.values()) == one(rows, f"{came_in} WHERE j.campaign_id IS NOT NULL")
    told = (
        "SELECT DISTINCT a.arm FROM message m JOIN assignment a ON a.member_id = m.member_id"
        " WHERE m.campaign_id = ?"
    )
    assert rows.execute(told, [campaign]).fetchall() == [("offer",)]
    given = (
        "SELECT a.arm, count(*) FROM effect e JOIN journey_run r ON r.id = e.run_id"
        " JOIN assignment a ON a.member_id = r.member_id AND a.programme_id = r.journey_id"
        " WHERE e.kind = 'gift' GROUP BY 1"
    )
    assert by_first(rows, given) == {"offer": arms["offer"]}
    drawn = "SELECT drawn_minor, limit_minor FROM campaign_budget"
    ((spent_minor, limit_minor),) = rows.execute(drawn).fetchall()
    assert 0 < spent_minor <= limit_minor
