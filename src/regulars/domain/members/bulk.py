"""One act for many members 批量操作: tagged, given a coupon, or taken out as a list.

小陈 ticks "近30天未消费" and wants a 5 元 coupon for each of the 812: a coupon costs 5.00 at most, so
4,060.00 in all. Above the shop's limit somebody else agrees first; then it is done some at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.kernel.term_fields import Field, whole
from regulars.domain.members.writing import checked_text
from regulars.domain.stores.permissions import Permission

BULK_MALFORMED = refusal_code("bulk.malformed", "part")
BULK_NOBODY = refusal_code("bulk.nobody")
BULK_TOO_MANY = refusal_code("bulk.too_many", "maximum")
BULK_REASON_MISSING = refusal_code("bulk.reason_missing")

# Up to so many members somebody may decide alone; 0: never. Asked of head office alone.
ALONE_MAX = Field("members.bulk_alone_max", 20, whole(0, 1_000))
FIELDS: tuple[Field[int], ...] = (ALONE_MAX,)

TICKED_MAX = 500
MEMBERS_MAX = 200_000
TAG_LETTERS_MAX = 40
COST_MINOR_MAX = 1_000_000
REASON_MAX = 200
# So long it can be seen what became of whom, and a list can be fetched.
KEPT = timedelta(days=7)


class BulkKind(StrEnum):
    """What is done to each."""

    TAG = "tag"
    UNTAG = "untag"
    COUPON = "coupon"
    EXPORT = "export"


class BulkState(StrEnum):
    """How far it is. `waiting`: for a second person's word; `stopped`: half way, by hand."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


class Outcome(StrEnum):
    """What became of one member. Whatever is neither done nor unchanged was refused."""

    DONE = "done"
    UNCHANGED = "unchanged"
    CLOSED = "member_closed"
    TAGS_TOO_MANY = "tags_too_many"
    TYPE_STOPPED = "type_stopped"
    TYPE_OVER = "type_over"
    TYPE_EXHAUSTED = "type_exhausted"
    FAILED = "failed"


NOT_REFUSED = frozenset({Outcome.DONE, Outcome.UNCHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """For whom: those ticked, or everybody of a segment and of stores where they joined."""

    member_ids: tuple[UUID, ...] = ()
    segment_id: UUID | None = None
    store_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What is done to each. Units: `cost_minor` is the most that one coupon may cost the shop."""

    kind: BulkKind
    tag: str = ""
    coupon_type_id: UUID | None = None
    store_id: UUID | None = None
    cost_minor: int = 0

    @property
    def right(self) -> Permission:
        """The right that doing it to one member needs."""
        match self.kind:
            case BulkKind.TAG | BulkKind.UNTAG:
                return Permission.MEMBER_WRITE
            case BulkKind.COUPON:
                return Permission.COUPON_ISSUE
            case BulkKind.EXPORT:
                return Permission.SEGMENT_READ
            case _:
                assert_never(self.kind)


def checked_act(act: Act) -> Act:
    """The act with nothing missing and nothing idle.

    Refuses: bulk.malformed, member.text_malformed, member.text_too_long,
    member.payment_card_refused.
    """
    if act.kind is BulkKind.EXPORT:
        return Act(kind=act.kind)
    if act.kind is BulkKind.COUPON:
        if act.coupon_type_id is None:
            raise BULK_MALFORMED.because(part="coupon_type_id")
        if act.store_id is None:
            raise BULK_MALFORMED.because(part="store_id")
        if not 1 <= act.cost_minor <= COST_MINOR_MAX:
            raise BULK_MALFORMED.because(part="cost_minor")
        return Act(
            kind=act.kind,
            coupon_type_id=act.coupon_type_id,
            store_id=act.store_id,
            cost_minor=act.cost_minor,
        )
    tag = checked_text(act.tag, field="tags", maximum=TAG_LETTERS_MAX)
    if not tag:
        raise BULK_MALFORMED.because(part="tag")
    return Act(kind=act.kind, tag=tag)


def checked_chosen(chosen: Chosen) -> Chosen:
    """For whom, each named once. Refuses: bulk.malformed, bulk.too_many."""
    ticked = tuple(sorted(set(chosen.member_ids)))
    if ticked and (chosen.segment_id is not None or chosen.store_ids):
        raise BULK_MALFORMED.because(part="member_ids")
    if len(ticked) > TICKED_MAX:
        raise BULK_TOO_MANY.because(maximum=TICKED_MAX)
    return Chosen(
        member_ids=ticked,
        segment_id=chosen.segment_id,
        store_ids=tuple(sorted(set(chosen.store_ids))),
    )


def check_number(members: int) -> None:
    """Whether so many can be one act. Refuses: bulk.nobody, bulk.too_many."""
    if not members:
        raise BULK_NOBODY.because()
    if members > MEMBERS_MAX:
        raise BULK_TOO_MANY.because(maximum=MEMBERS_MAX)


def decides_alone(members: int, *, alone_max: int) -> bool:
    """Whether nobody else has to agree."""
    return members <= alone_max


def act_data(act: Act) -> dict[str, object]:
    """The stored form; `act_from` reads it back to an equal one."""
    found: dict[str, object] = {"kind": act.kind.value}
    if act.tag:
        found["tag"] = act.tag
    if act.coupon_type_id is not None:
        found["coupon_type_id"] = str(act.coupon_type_id)
        found["store_id"] = str(act.store_id)
        found["cost_minor"] = act.cost_minor
    return found


def act_from(data: object) -> Act:
    """The act that stored data spell."""
    if not isinstance(data, Mapping):
        raise TypeError("a stored act is a mapping")
    return Act(
        kind=BulkKind(str(data["kind"])),
        tag=str(data.get("tag", "")),
        coupon_type_id=_id_in(data, "coupon_type_id"),
        store_id=_id_in(data, "store_id"),
        cost_minor=int(data.get("cost_minor", 0)),
    )


def chosen_data(chosen: Chosen) -> dict[str, object]:
    """The stored form; `chosen_from` reads it back to an equal one."""
    return {
        "member_ids": [str(one) for one in chosen.member_ids],
        "segment_id": None if chosen.segment_id is None else str(chosen.segment_id),
        "store_ids": [str(one) for one in chosen.store_ids],
    }


def chosen_from(data: object) -> Chosen:
    """For whom, as stored data spell it."""
    if not isinstance(data, Mapping):
        raise TypeError("a stored choice is a mapping")
    return Chosen(
        member_ids=_ids(data["member_ids"]),
        segment_id=_id_in(data, "segment_id"),
        store_ids=_ids(data["store_ids"]),
    )


def _ids(found: object) -> tuple[UUID, ...]:
    if not isinstance(found, Sequence):
        raise TypeError("stored ids are a list")
    return tuple(UUID(str(one)) for one in found)


def _id_in(data: Mapping[object, object], name: str) -> UUID | None:
    found = data.get(name)
    return None if found is None else UUID(str(found))
