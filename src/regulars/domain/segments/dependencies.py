"""Which segment is worked out before which, as one may ask about another or about its tag.

"沉睡的高价值会员" asks about "高价值会员": that one first. Two that ask about each other are refused.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.condition import Condition
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.segments.conditions import segments_asked, words_asked

CYCLE = refusal_code("segment.cycle")


@dataclass(frozen=True, slots=True)
class Definition:
    """What a segment asks, and the word that it puts on its members."""

    condition: Condition
    tag: str | None = None


Definitions = Mapping[UUID, Definition]


def asked_by_each(definitions: Definitions) -> dict[UUID, frozenset[UUID]]:
    """The segments about which each one asks, by themselves or by the word that they put on."""
    tagging: dict[str, set[UUID]] = defaultdict(set)
    for one, found in definitions.items():
        if found.tag is not None:
            tagging[found.tag].add(one)
    asked: dict[UUID, frozenset[UUID]] = {}
    for one, found in definitions.items():
        tags = words_asked(found.condition, "tags") if tagging else ()
        by_tag = (tagging[tag] for tag in tags if tag in tagging)
        asked[one] = segments_asked(found.condition).union(*by_tag)
    return asked


def in_order(definitions: Definitions) -> list[UUID]:
    """The segments, each after all that it asks about. Refuses: segment.cycle."""
    ordered, circling = _ordered(definitions)
    if circling:
        raise CYCLE.because()
    return ordered


def in_serving_order(definitions: Definitions) -> list[UUID]:
    """The segments, each after all that it asks about, as far as that goes.

    While new definitions come to serve one after the other, an old and a new one may ask about
    each other for a moment: then one of them is a step behind, and nothing stands still.
    """
    ordered, circling = _ordered(definitions)
    return [*ordered, *circling]


def _ordered(definitions: Definitions) -> tuple[list[UUID], list[UUID]]:
    waiting = {
        one: asked & definitions.keys() for one, asked in sorted(asked_by_each(definitions).items())
    }
    ordered: list[UUID] = []
    while waiting:
        ready = [one for one, asked in waiting.items() if not asked & waiting.keys()]
        if not ready:
            break
        ordered.extend(ready)
        for one in ready:
            del waiting[one]
    return ordered, list(waiting)


def parents_of(segment_id: UUID, definitions: Definitions) -> Collection[UUID]:
    """The segments that ask about one."""
    return [
        one
        for one, asked in asked_by_each(definitions).items()
        if one != segment_id and segment_id in asked
    ]


def with_parents(segments: Collection[UUID], definitions: Definitions) -> frozenset[UUID]:
    """Some segments, those that ask about one of them, those that ask about one of these, …"""
    asked = asked_by_each(definitions)
    found = frozenset(segments)
    while more := {one for one, about in asked.items() if one not in found and about & found}:
        found |= more
    return found
