"""One act for many members: agreed to by two, done once for each, and told for whom it was not."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.bulk import Act, BulkKind, BulkState, Chosen, act_data
from regulars.domain.stores.actor import SYSTEM, Actor, ActorKind
from regulars.domain.stores.permissions import Permission
from regulars.domain.stores.scope import Scope
from regulars.jobs.bulk_actions import carry_out
from regulars.storage import audit, bulk_actions, coupons, member_tags
from regulars.storage.bulk_actions import BulkRow
from regulars.storage.engine import Database, Write
from regulars.storage.shops import raise_revision
from regulars.storage.statement import Statement
from regulars.storage.tables.members import member
from regulars.storage.tables.offers import coupon_type
from regulars.storage.verify import verify
from regulars.storage.verify.bulk_actions import BULK_ACTIONS
from regulars.use_cases.bulk_actions import (
    ApproveBulkAction,
    EndBulkAction,
    ProposeBulkAction,
    TakeBulkFile,
)
from regulars.use_cases.bulk_steps import CarriedOut, CarryOutSome, carry_out_some, following
from regulars.use_cases.member_tags import SetMemberTags
from regulars.use_cases.moment import Moment
from tests.prepaid import a_shop
from tests.shops import ShopUnderTest, named
from tests.storage.forger import forger
from tests.workshops import run_out

AUTHOR = replace(SYSTEM, kind=ActorKind.STAFF, id=named("staff:author"))
SECOND = replace(SYSTEM, kind=ActorKind.STAFF, id=named("staff:second"))
THIRD = replace(SYSTEM, kind=ActorKind.STAFF, id=named("staff:third"))
TAG = Act(kind=BulkKind.TAG, tag="老街坊")
EXPORT = Act(kind=BulkKind.EXPORT)
COUPON = Act(
    kind=BulkKind.COUPON,
    coupon_type_id=named("coupon_type:TEN"),
    store_id=named("store:S1"),
    cost_minor=1_000,
)
EVERYBODY = Chosen()


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> ShopUnderTest:
    """A shop in which a second person has always to agree."""
    return a_shop(database, tmp_path, members__bulk_alone_max=0)


def joined(shop: ShopUnderTest, count: int) -> list[UUID]:
    return sorted(shop.join(f"1380013{8_000 + number}") for number in range(count))


def proposed(
    shop: ShopUnderTest, act: Act, chosen: Chosen = EVERYBODY, *, by: Actor = AUTHOR
) -> UUID:
    command = ProposeBulkAction(id=shop.new_id(), chosen=chosen, act=act, reason="开业三周年")
    shop.run(command, actor=by)
    return command.id


def approved(shop: ShopUnderTest, act: Act, chosen: Chosen = EVERYBODY) -> UUID:
    action = proposed(shop, act, chosen)
    shop.run(ApproveBulkAction(id=action), actor=SECOND)
    return action


def row_of(shop: ShopUnderTest, action: UUID) -> BulkRow:
    with shop.database.read() as read:
        return bulk_actions.known(read, action)


def no(shop: ShopUnderTest, command: object, actor: Actor) -> str:
    """Why the shop says no."""
    with pytest.raises(Refusal) as refusal:
        shop.run(command, actor=actor)
    return refusal.value.code


def tags_of(shop: ShopUnderTest, member_id: UUID) -> list[str]:
    with shop.database.read() as read:
        return read.all(member_tags.TAGS, member_id=member_id)


def coupons_of(shop: ShopUnderTest, member_id: UUID) -> int:
    with shop.database.read() as read:
        return len(read.all(coupons.HELD, member_id=member_id, at=shop.now, order=None))


def outcomes(shop: ShopUnderTest, action: UUID) -> dict[UUID, str]:
    with shop.database.read() as read:
        rows = read.all(bulk_actions.REFUSED, this=action, after_id=bulk_actions.NOBODY, rows=99)
    return {row.member_id: row.outcome for row in rows}


def acts(shop: ShopUnderTest, action: UUID) -> set[tuple[str, str]]:
    with shop.database.read() as read:
        wanted = audit.Wanted(action="bulk_action")
        rows = audit.page(read, SYSTEM.scope, wanted).rows
    mine = [row for row in rows if row.subject == f"bulk_action:{action}"]
    return {(row.action, row.actor) for row in mine}


def closes(shop: ShopUnderTest, member_id: UUID) -> None:
    change = member.update().where(member.c.id == member_id).values(state="closed")
    shop.database.write(lambda tx: tx.run(Statement[object](change))).result()


def test_a_coupon_for_everybody_is_agreed_to_by_two_and_given_once(shop: ShopUnderTest) -> None:
    members = joined(shop, 5)
    action = proposed(shop, COUPON)
    waiting = row_of(shop, action)
    assert (waiting.state, waiting.members, waiting.cost_minor) == ("waiting", 5, 5_000)
    run_out(carry_out, shop)
    assert [coupons_of(shop, one) for one in members] == [0] * 5
    shop.run(ApproveBulkAction(id=action), actor=SECOND)
    run_out(carry_out, shop)
    done = row_of(shop, action)
    assert (done.state, done.done, done.found) == ("done", 5, {"done": 5})
    assert (done.made_by, done.decided_by) == (AUTHOR.name, SECOND.name)
    assert [coupons_of(shop, one) for one in members] == [1] * 5
    assert acts(shop, action) == {
        ("bulk_action.proposed", AUTHOR.name),
        ("bulk_action.approved", SECOND.name),
        ("bulk_action.done", SYSTEM.name),
    }
    with shop.database.read() as read:
        assert verify(read, lambda _: None).differences == 0


def test_for_few_members_nobody_else_has_to_agree(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path, members__bulk_alone_max=2)
    first, second, third = joined(shop, 3)
    few = proposed(shop, TAG, Chosen(member_ids=(first, second)))
    assert row_of(shop, few).state == BulkState.RUNNING
    assert row_of(shop, proposed(shop, TAG)).state == BulkState.WAITING
    run_out(carry_out, shop)
    assert [tags_of(shop, one) for one in (first, second, third)] == [["老街坊"], ["老街坊"], []]


def test_nobody_agrees_to_her_own_and_a_right_is_needed(shop: ShopUnderTest) -> None:
    joined(shop, 1)
    action = proposed(shop, TAG)
    assert no(shop, ApproveBulkAction(id=action), AUTHOR) == "bulk.same_person"
    without = replace(SECOND, permissions=SECOND.permissions - {Permission.JOURNEY_APPROVE})
    assert no(shop, ApproveBulkAction(id=action), without) == "permission.missing"
    here = replace(SECOND, scope=Scope(frozenset({shop.store_id})))
    assert no(shop, ApproveBulkAction(id=action), here) == "scope.outside"
    assert no(shop, ApproveBulkAction(id=shop.new_id()), SECOND) == "bulk.unknown"
    assert row_of(shop, action).state == BulkState.WAITING


def at_once(acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """What several hear who act at the same moment."""
    start = Barrier(len(acts))

    def act(one: Callable[[], object]) -> str:
        start.wait()
        try:
            one()
        except Refusal as refusal:
            return refusal.code
        return "agreed"

    with ThreadPoolExecutor(len(acts)) as people:
        return Counter(people.map(act, acts))


def test_of_two_who_agree_at_once_one_decides(shop: ShopUnderTest) -> None:
    joined(shop, 3)
    action = proposed(shop, COUPON)
    first, second = shop.new_id(), shop.new_id()

    def agrees(actor: Actor, command_id: UUID) -> Callable[[], object]:
        return lambda: shop.run(ApproveBulkAction(id=action), actor=actor, command_id=command_id)

    heard = at_once([agrees(SECOND, first), agrees(THIRD, second)])
    assert heard["agreed"] == 1
    assert heard["bulk.not_waiting"] + heard["conflict"] == 1
    assert len(acts(shop, action)) == 2


def batch(shop: ShopUnderTest, action: UUID, most: int = 2) -> CarryOutSome:
    return CarryOutSome(id=action, seen=row_of(shop, action).after_id, most=most)


def moment_of(shop: ShopUnderTest) -> Moment:
    return Moment(
        now=shop.now,
        actor=SYSTEM,
        command_id=shop.new_id(),
        new_id=shop.new_id,
        vault=shop.vault,
        shops=shop.shops,
    )


def test_a_batch_that_dies_before_its_commit_is_done_once_by_the_next(
    shop: ShopUnderTest,
) -> None:
    members = joined(shop, 5)
    action = approved(shop, COUPON)
    shop.run(batch(shop, action))
    assert row_of(shop, action).done == 2
    command = batch(shop, action)

    def dies(tx: Write) -> CarriedOut:
        moment = moment_of(shop)
        seen = following(tx, command, moment)
        carry_out_some(tx, command, replace(moment, seen=seen))
        tx.flush()
        raise InterruptedError

    with pytest.raises(InterruptedError):
        shop.database.write(dies).result()
    assert row_of(shop, action).done == 2
    assert [coupons_of(shop, one) for one in members] == [1, 1, 0, 0, 0]
    run_out(carry_out, shop)
    assert [coupons_of(shop, one) for one in members] == [1] * 5
    assert row_of(shop, action).found == {"done": 5}


def test_the_same_step_a_second_time_does_nothing(shop: ShopUnderTest) -> None:
    members = joined(shop, 3)
    action = approved(shop, COUPON)
    command = batch(shop, action)
    assert shop.run(command)["number"] == 2
    assert shop.run(command)["number"] == 0
    assert [coupons_of(shop, one) for one in members] == [1, 1, 0]


def test_two_schedulers_at_once_give_everybody_one(shop: ShopUnderTest) -> None:
    members = joined(shop, 12)
    action = approved(shop, COUPON)

    def works() -> None:
        while row_of(shop, action).state == BulkState.RUNNING:
            try:
                shop.run(batch(shop, action, most=3))
            except Refusal as refusal:
                assert refusal.code in {"conflict", "coupon.issued_already"}  # noqa: PT017

    assert at_once([works, works])["agreed"] == 2
    assert [coupons_of(shop, one) for one in members] == [1] * 12
    assert row_of(shop, action).found == {"done": 12}


def test_it_is_told_for_whom_it_was_not_done_and_why(shop: ShopUnderTest) -> None:
    gone, full, worn, plain = joined(shop, 4)
    closes(shop, gone)
    shop.run(SetMemberTags(member_id=full, tags=tuple(f"标签{n}" for n in range(30))))
    shop.run(SetMemberTags(member_id=worn, tags=("老街坊",)))
    action = approved(shop, TAG)
    run_out(carry_out, shop)
    found = {"member_closed": 1, "tags_too_many": 1, "unchanged": 1, "done": 1}
    assert row_of(shop, action).found == found
    assert outcomes(shop, action) == {gone: "member_closed", full: "tags_too_many"}
    assert tags_of(shop, plain) == ["老街坊"]
    off = approved(shop, replace(TAG, kind=BulkKind.UNTAG))
    run_out(carry_out, shop)
    assert row_of(shop, off).found == {"member_closed": 1, "unchanged": 1, "done": 2}
    assert (tags_of(shop, plain), len(tags_of(shop, full))) == ([], 30)


def limit(shop: ShopUnderTest, **values: object) -> None:
    change = coupon_type.update().where(coupon_type.c.code == "TEN").values(**values)

    def work(tx: Write) -> None:
        tx.run(Statement[object](change))
        raise_revision(tx, "offers")

    shop.database.write(work).result()


def test_of_a_type_that_runs_out_nobody_gets_more_than_there_are(shop: ShopUnderTest) -> None:
    members = joined(shop, 5)
    limit(shop, issue_max=3)
    action = approved(shop, COUPON)
    run_out(carry_out, shop)
    assert row_of(shop, action).found == {"done": 3, "type_exhausted": 2}
    assert set(outcomes(shop, action)) == set(members[3:])


def test_a_type_that_is_stopped_meanwhile_is_given_to_nobody(shop: ShopUnderTest) -> None:
    joined(shop, 3)
    action, waiting = approved(shop, COUPON), proposed(shop, COUPON)
    limit(shop, state="stopped")
    run_out(carry_out, shop)
    assert row_of(shop, action).found == {"type_stopped": 3}
    assert no(shop, ApproveBulkAction(id=waiting), SECOND) == "coupon.type_stopped"
    assert row_of(shop, waiting).state == BulkState.WAITING


def test_who_joins_later_is_not_meant_and_stores_narrow_it(shop: ShopUnderTest) -> None:
    here = joined(shop, 2)
    there = replace(shop, store_id=shop.other_store_id).join("13900139000")
    all_of_them = proposed(shop, TAG)
    one_store = proposed(shop, EXPORT, Chosen(store_ids=(shop.other_store_id,)))
    assert row_of(shop, one_store).members == 1
    shop.pass_time(minutes=1)
    late = shop.join("13900139001")
    shop.run(ApproveBulkAction(id=all_of_them), actor=SECOND)
    run_out(carry_out, shop)
    assert [tags_of(shop, one) for one in (*here, there)] == [["老街坊"]] * 3
    assert tags_of(shop, late) == []


def test_one_that_waits_is_withdrawn_or_declined_and_one_that_runs_is_stopped(
    shop: ShopUnderTest,
) -> None:
    members = joined(shop, 4)
    withdrawn, declined, running = (proposed(shop, TAG) for _ in range(3))
    shop.run(EndBulkAction(id=withdrawn, reason="写错了"), actor=AUTHOR)
    shop.run(EndBulkAction(id=declined, reason="人太多"), actor=SECOND)
    assert row_of(shop, withdrawn).state == BulkState.WITHDRAWN
    ended = row_of(shop, declined)
    assert (ended.state, ended.ended_by, ended.end_reason) == ("declined", SECOND.name, "人太多")
    assert no(shop, EndBulkAction(id=declined, reason="人太多"), SECOND) == "bulk.over"
    assert no(shop, ApproveBulkAction(id=declined), SECOND) == "bulk.not_waiting"
    shop.run(ApproveBulkAction(id=running), actor=SECOND)
    shop.run(batch(shop, running))
    stranger = replace(THIRD, permissions=frozenset({Permission.SEGMENT_READ}))
    stop = EndBulkAction(id=running, reason="先停一下")
    assert no(shop, stop, stranger) == "permission.missing"
    shop.run(stop, actor=AUTHOR)
    run_out(carry_out, shop)
    assert row_of(shop, running).done == 2
    assert [tags_of(shop, one) for one in members] == [["老街坊"]] * 2 + [[]] * 2


@pytest.mark.parametrize(
    ("act", "chosen", "code"),
    [
        (replace(TAG, tag=" "), EVERYBODY, "bulk.malformed"),
        (replace(TAG, tag="长" * 41), EVERYBODY, "member.text_too_long"),
        (replace(COUPON, cost_minor=0), EVERYBODY, "bulk.malformed"),
        (replace(COUPON, store_id=None), EVERYBODY, "bulk.malformed"),
        (replace(COUPON, coupon_type_id=None), EVERYBODY, "bulk.malformed"),
        (replace(COUPON, coupon_type_id=named("no")), EVERYBODY, "coupon.type_unknown"),
        (EXPORT, Chosen(segment_id=named("no")), "segment.unknown"),
        (EXPORT, Chosen(store_ids=(named("no"),)), "bulk.nobody"),
        (EXPORT, Chosen(member_ids=(named("no"),)), "member.unknown"),
        (EXPORT, Chosen(member_ids=(named("a"),), store_ids=(named("b"),)), "bulk.malformed"),
        (
            EXPORT,
            Chosen(member_ids=tuple(named(f"m{n}") for n in range(501))),
            "bulk.too_many",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    shop: ShopUnderTest, act: Act, chosen: Chosen, code: str
) -> None:
    joined(shop, 1)
    command = ProposeBulkAction(id=shop.new_id(), chosen=chosen, act=act, reason="试试")
    assert no(shop, command, AUTHOR) == code
    with shop.database.read() as read:
        assert read.all(bulk_actions.NEWEST) == []


def test_a_proposal_needs_the_right_for_one_member_and_a_reason(shop: ShopUnderTest) -> None:
    joined(shop, 1)
    for act, right in ((TAG, Permission.MEMBER_WRITE), (COUPON, Permission.COUPON_ISSUE)):
        without = replace(AUTHOR, permissions=AUTHOR.permissions - {right})
        command = ProposeBulkAction(id=shop.new_id(), chosen=EVERYBODY, act=act, reason="试试")
        assert no(shop, command, without) == "permission.missing"
        assert no(shop, replace(command, reason=" "), AUTHOR) == "bulk.reason_missing"
    elsewhere = replace(AUTHOR, scope=Scope(frozenset({shop.other_store_id})))
    given = ProposeBulkAction(id=shop.new_id(), chosen=EVERYBODY, act=COUPON, reason="试试")
    assert no(shop, given, elsewhere) == "scope.outside"


def test_a_list_is_its_proposers_for_some_days_and_then_forgotten(shop: ShopUnderTest) -> None:
    joined(shop, 3)
    action, tagged = approved(shop, EXPORT), approved(shop, TAG)
    take = TakeBulkFile(id=action)
    assert no(shop, take, AUTHOR) == "bulk.no_file"
    run_out(carry_out, shop)
    assert no(shop, TakeBulkFile(id=tagged), AUTHOR) == "bulk.no_file"
    assert no(shop, take, SECOND) == "bulk.file_not_yours"
    shop.run(take, actor=AUTHOR)
    assert ("bulk_action.file_taken", AUTHOR.name) in acts(shop, action)
    shop.pass_time(days=7)
    assert no(shop, take, AUTHOR) == "bulk.file_over"
    run_out(carry_out, shop)
    with shop.database.read() as read:
        kept = read.all(bulk_actions.TAKEN, this=action, after_id=bulk_actions.NOBODY, rows=9)
        assert verify(read, lambda _: None).differences == 0
    assert kept == []
    assert (row_of(shop, action).found, row_of(shop, action).kept_until) == ({"done": 3}, None)
    assert no(shop, take, AUTHOR) == "bulk.file_over"


def test_who_fails_is_passed_over_and_holds_up_nobody(shop: ShopUnderTest) -> None:
    members = joined(shop, 3)
    tagging = proposed(shop, TAG)
    # A store that is there no more: whatever is tried, it cannot be done.
    nowhere = act_data(replace(COUPON, store_id=named("nowhere")))
    broken = row_of(shop, tagging)._replace(id=shop.new_id(), act=nowhere, state="running")
    shop.database.write(lambda tx: bulk_actions.add(tx, broken)).result()
    shop.run(ApproveBulkAction(id=tagging), actor=SECOND)
    run_out(carry_out, shop)
    assert row_of(shop, broken.id).found == {"failed": 3}
    assert outcomes(shop, broken.id) == dict.fromkeys(members, "failed")
    assert row_of(shop, tagging).found == {"done": 3}


def test_an_outcome_that_was_planted_is_named(shop: ShopUnderTest, database_url: str) -> None:
    joined(shop, 3)
    approved(shop, TAG)
    run_out(carry_out, shop)
    planted = "UPDATE bulk_action SET done = done - 1"
    with forger(database_url) as hand, hand.planted(planted) as read:
        found = {one.what for one in BULK_ACTIONS.asked(read).differences}
    assert found == set(BULK_ACTIONS.whats) == {"bulk_action_told"}
