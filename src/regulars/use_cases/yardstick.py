"""What members are measured by: the Terms of their home store, and the edges that were measured.

At 人民广场店 a regular is who came four times, and the upper two fifths left 400.00 in a year. A new edge or
another term is another version, and everybody is judged anew by it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import orjson

from regulars.domain.insights.lifecycle import GAP_DAYS_UNMEASURED
from regulars.domain.insights.rfm import CutPoints, with_own
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.term_fields import FieldValues
from regulars.domain.kernel.terms import Place, resolve
from regulars.domain.members.stage_terms import (
    FIELDS,
    ClassTerms,
    StageTerms,
    class_terms,
    stage_terms,
)
from regulars.storage import insights, terms
from regulars.storage.engine import Read
from regulars.storage.insights import CutRow
from regulars.storage.terms import setting_of

_FIELD_NAMES = frozenset(field.name for field in FIELDS)
_DEFAULTS = {field.name: field.default for field in FIELDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the members of one store are measured by; without edges they have no class."""

    stages: StageTerms
    classes: ClassTerms
    cuts: CutPoints | None
    gap_days: int


class Yardstick:
    """What members are measured by, for each home store, at one moment."""

    def __init__(self, read: Read, *, at: Instant) -> None:
        """Read the Terms and the edges in force."""
        self._settings = [
            setting_of(row) for row in read.all(terms.ALL) if row.field in _FIELD_NAMES
        ]
        self._cuts: Mapping[str, CutRow] = {row.store_kind: row for row in read.all(insights.CUTS)}
        self._at = at
        self._known: dict[UUID, Measure] = {}

    @property
    def version(self) -> int:
        """A number that changes when anything does that a member may be measured by."""
        basis = {
            "settings": [
                [one.field, one.level, one.place, one.version]
                for one in self._settings
                if one.effective_at <= self._at
            ],
            "cuts": sorted([kind, row.version] for kind, row in self._cuts.items()),
        }
        return int.from_bytes(hashlib.sha256(orjson.dumps(basis)).digest()[:6], "big")

    def of(self, store_id: UUID, region_id: UUID, kind: str) -> Measure:
        """What the members of a store are measured by."""
        known = self._known.get(store_id)
        if known is None:
            place = Place(region=region_id, store=store_id)
            found = resolve(self._settings, _DEFAULTS, place=place, at=self._at)
            values = FieldValues({name: one.value for name, one in found.items()})
            known = self._known[store_id] = self._measure(values, self._cuts.get(kind))
        return known

    @staticmethod
    def _measure(values: FieldValues, row: CutRow | None) -> Measure:
        classes = class_terms(values)
        own = (classes.recency_days, classes.visits, classes.spent_minor)
        cuts = None
        if row is not None:
            cuts = with_own(cuts_of(row), classes)
        elif None not in own:
            cuts = with_own(CutPoints(recency_days=(), visits=(), spent_minor=()), classes)
        gap_days = row.gap_days if row is not None else GAP_DAYS_UNMEASURED
        return Measure(stages=stage_terms(values), classes=classes, cuts=cuts, gap_days=gap_days)


def cuts_of(row: CutRow) -> CutPoints:
    """Stored edges as the domain knows them."""
    return CutPoints(
        recency_days=tuple(row.recency_days),
        visits=tuple(row.visits),
        spent_minor=tuple(row.spent_minor),
    )
