"""What befell a member's own record, in words: made one with another, frozen, classed anew, untagged.

Why somebody froze it stands in the audit of the same command; that it was frozen is a fact.
"""

from collections.abc import Iterator, Mapping, Sequence

from regulars.domain.kernel.period import Instant
from regulars.domain.members.member import MemberState
from regulars.domain.timeline import changes
from regulars.domain.timeline.kinds import Kind
from regulars.domain.timeline.line import Line
from regulars.storage import timeline_record as stored
from regulars.storage.timeline import BEGUN, Source, Spot
from regulars.storage.timeline_record import ChangeRow, MergeToldRow
from regulars.use_cases.timeline_telling import Telling, id_of, in_rows, keys, teller

# By whether it is an undoing, and whether hers is the record that stayed.
_MERGES: Mapping[tuple[bool, bool], Kind] = {
    (False, True): Kind.TOOK_RECORD_IN,
    (False, False): Kind.BECAME_PART,
    (True, True): Kind.RECORD_LEFT,
    (True, False): Kind.CAME_APART,
}
STATES: Mapping[str, Kind] = {
    MemberState.FROZEN.value: Kind.FROZEN,
    MemberState.ACTIVE.value: Kind.UNFROZEN,
}
_FREEZES: Mapping[str, Kind] = {
    "value.frozen": Kind.VALUE_FROZEN,
    "value.unfrozen": Kind.VALUE_UNFROZEN,
}


def _merges(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    rows = {row.id: row for row in telling.read.all(stored.MERGES, keys=keys(spots))}
    for spot in spots:
        yield spot, _merge(telling, spot, rows[id_of(spot)])


def _merge(telling: Telling, spot: Spot, row: MergeToldRow) -> Line:
    stayed, undone = row.survivor_id == telling.member_id, spot.part != BEGUN
    kind = _MERGES[undone, stayed]
    other = row.absorbed_id if stayed else row.survivor_id
    return Line(
        at=spot.at,
        kind=kind,
        sentence=telling.said(kind),
        why=telling.written(row.undone_because if undone else row.reason),
        store_id=row.store_id,
        ids={"merge": row.id, "record": other},
    )


def _states(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    reasons = _reasons(telling, spots, "member.state_changed")
    for spot, row in _changed(telling, spots):
        what = row.body.get("what")
        state = str(what[0]) if isinstance(what, list) and what else ""
        if state in STATES:
            yield spot, _by_hand(telling, spot, STATES[state], reasons)


def _freezes(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    reasons = _reasons(telling, spots, *_FREEZES)
    for spot, row in _changed(telling, spots):
        yield spot, _by_hand(telling, spot, _FREEZES[row.kind], reasons)


def _reasons(
    telling: Telling, spots: Sequence[Spot], *actions: str
) -> Mapping[Instant, str | None]:
    subject, instants = f"member:{telling.member_id}", [one.at for one in spots]
    rows = telling.read.all(
        stored.REASONS, instants=instants, subject=subject, actions=list(actions)
    )
    return {row.at: row.reason for row in rows}


def _by_hand(
    telling: Telling, spot: Spot, kind: Kind, reasons: Mapping[Instant, str | None]
) -> Line:
    why = telling.written(reasons.get(spot.at))
    return Line(at=spot.at, kind=kind, sentence=telling.said(kind), why=why)


def _classes(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    for spot, row in _changed(telling, spots):
        kind = Kind.CLASS_CHANGED
        sentence = telling.said(kind, name=changes.class_of(row.body.get("now")))
        why = in_rows(*changes.class_reasons(row.body))
        yield spot, Line(at=spot.at, kind=kind, sentence=sentence, why=why)


def _untagged(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    """How many words were taken off her; what was put on is told from the words themselves."""
    for spot, row in _changed(telling, spots):
        count = changes.taken_off(row.body)
        if count:
            kind = Kind.UNTAGGED
            sentence = telling.said(kind, count=count)
            yield (
                spot,
                Line(at=spot.at, kind=kind, sentence=sentence, why=changes.taker_of(row.body)),
            )


def _changed(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, ChangeRow]]:
    rows = {row.sequence: row for row in telling.read.all(stored.CHANGES, keys=keys(spots))}
    for spot in spots:
        assert isinstance(spot.key, int)
        yield spot, rows[spot.key]


TELLERS = {
    Source.MERGE: teller(_merges),
    Source.STATE: teller(_states),
    Source.FREEZE: teller(_freezes),
    Source.CLASS: teller(_classes),
    Source.UNTAGGED: teller(_untagged),
}
