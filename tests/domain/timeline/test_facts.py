"""No fact about a member is forgotten by her timeline: each kind is told, or left out on purpose."""

import ast
from collections.abc import Iterator

import pytest

from regulars.domain.timeline.kinds import Topic, told_under
from tests.architecture import tree

# Facts of the shop and not of a member.
NOBODYS = {
    "offer",
    "coupon_type",
    "coupon_batch",
    "programme",
    "price_list",
    "product",
    "terms",
    "verify",
    "segment",
    "demo",
    "template",
    "campaign",
    "journey",
}


def facts_told() -> Iterator[str]:
    """The kinds of all facts that the product tells, as far as they stand in its text."""
    for path in tree.source_files():
        if "use_cases" not in path.parts:
            continue
        for node in tree.nodes(path):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fact":
                kind = next(one.value for one in node.keywords if one.arg == "kind")
                yield from _kinds(kind)


def _kinds(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(kind)):
            yield kind
        case ast.IfExp(body=body, orelse=orelse):
            yield from _kinds(body)
            yield from _kinds(orelse)


def test_every_fact_about_a_member_has_its_place_in_her_timeline() -> None:
    kinds = {kind for kind in facts_told() if kind.partition(".")[0] not in NOBODYS}
    assert len(kinds) > 20
    for kind in kinds:
        told_under(kind)


def test_a_fact_that_nobody_thought_of_is_noticed() -> None:
    with pytest.raises(KeyError):
        told_under("member.sang_a_song")
    with pytest.raises(KeyError):
        told_under("parrot.bought")


def test_what_is_corrected_in_her_record_is_no_part_of_her_story() -> None:
    assert told_under("member.profile_changed") is None
    assert told_under("order.cancelled") is None
    assert told_under("order.settled") is Topic.ORDER
    assert told_under("member.merged") is told_under("member.state_changed") is Topic.MEMBER
