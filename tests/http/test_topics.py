"""Every kind of fact and act belongs to a topic, and every topic to rights."""

import ast
import re
from collections.abc import Iterator
from uuid import UUID

from regulars.domain.stores.permissions import Role
from regulars.domain.stores.rights import Rights, grant_of
from regulars.domain.stores.scope import EVERYWHERE, Scope
from regulars.http.topics import HEARD_WITH, TOPICS, Change, EventTopic, changes_of, heard
from regulars.storage.news import Happened
from tests.architecture import tree

HERE, THERE = UUID(int=1), UUID(int=2)
# What writes a fact or an act, and what the features call to have it written.
WRITING = re.compile(
    r"^(Fact|record|tell|remember|told|_(fact|recorded|remember|told|tell|audited|saved))$"
)
KIND = re.compile(r"^([a-z_]+)\.[a-z_]*$")


def kinds(node: ast.Call) -> Iterator[str]:
    """The words before a dot that a call spells as a kind, also where the rest is worked out."""
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if not WRITING.match(name):
        return
    for given in [
        *node.args,
        *(one.value for one in node.keywords if one.arg in ("kind", "action")),
    ]:
        for part in ast.walk(given):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found = KIND.match(part.value)
                if found:
                    yield found[1]


def test_each_kind_of_fact_and_act_that_the_shop_writes_has_its_topic() -> None:
    written: set[str] = set()
    for path in tree.source_files():
        if path.parts[-2] in ("use_cases", "jobs"):
            for node in tree.nodes(path):
                if isinstance(node, ast.Call):
                    written.update(kinds(node))
    assert len(written) > 30
    assert written - set(TOPICS) == set()


def test_each_topic_needs_a_right_and_something_is_told_of_each() -> None:
    assert set(HEARD_WITH) == set(EventTopic)
    assert all(HEARD_WITH.values())
    told = {topic for topics in TOPICS.values() for topic in topics}
    assert set(EventTopic) - told == {EventTopic.NEWCOMERS}


def test_members_who_come_into_a_segment_all_day_are_not_told() -> None:
    assert changes_of({Happened("segment.entered", HERE), Happened("unknown.thing", None)}) == set()
    assert changes_of({Happened("segment.saved", None)}) == {Change(EventTopic.SEGMENTS, None)}


def test_what_belongs_to_a_store_is_for_those_who_may_see_that_store() -> None:
    at_both = {Change(EventTopic.ORDERS, store) for store in (HERE, THERE, None)}
    cashier = Rights((grant_of(Role.CASHIER, Scope(frozenset({HERE}))),))
    assert heard(cashier, at_both) == {
        Change(EventTopic.ORDERS, HERE),
        Change(EventTopic.ORDERS, None),
    }
    assert heard(Rights((grant_of(Role.OWNER, EVERYWHERE),)), at_both) == at_both
    # Her right holds there, and she is here with another role that has not got it.
    accountant = grant_of(Role.ACCOUNTANT, Scope(frozenset({THERE})))
    both = Rights((grant_of(Role.CASHIER, Scope(frozenset({HERE}))), accountant))
    proof = {Change(EventTopic.PROOF, HERE), Change(EventTopic.PROOF, THERE)}
    assert heard(both, proof) == {Change(EventTopic.PROOF, THERE)}
    assert heard(Rights(()), at_both) == frozenset()
