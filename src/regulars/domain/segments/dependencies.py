"""Which segment is worked out before which, as one may ask about another or about its tag.

"沉睡的高价值会员" asks about "高价值会员": that one first. Two that ask about each other are refused.
"""

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


def asked_by(condition: Condition, definitions: Mapping[UUID, Definition]) -> frozenset[UUID]:
    """The segments that a condition asks about, by themselves or by the word that they put on."""
    tags = words_asked(condition, "tags")
    tagging = (one for one, found in definitions.items() if found.tag in tags)
    return segments_asked(condition) | frozenset(tagging)


def in_order(definitions: Mapping[UUID, Definition]) -> list[UUID]:
    """The segments, each after all that it asks about. Refuses: segment.cycle."""
    waiting = {
        one: asked_by(found.condition, definitions) & definitions.keys()
        for one, found in sorted(definitions.items())
    }
    ordered: list[UUID] = []
    while waiting:
        ready = [one for one, asked in waiting.items() if not asked & waiting.keys()]
        if not ready:
            raise CYCLE.because()
        ordered.extend(ready)
        for one in ready:
            del waiting[one]
    return ordered


def parents_of(segment_id: UUID, definitions: Mapping[UUID, Definition]) -> Collection[UUID]:
    """The segments that ask about one."""
    return [
        one
        for one, found in definitions.items()
        if one != segment_id and segment_id in asked_by(found.condition, definitions)
    ]
