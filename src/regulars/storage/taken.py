"""How many of scarce things are gone: what `use_cases/taking` takes, as a question."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from regulars.domain.pricing.limits import LimitKey
from regulars.storage.columns import Id, Words
from regulars.storage.engine import Read
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.offers import limit_use

_use = limit_use.c
_TAKEN = Statement[tuple[LimitKey, int]](
    select(_use.offer_id, _use.scope, _use.period, _use.used).where(
        one_of(_use.offer_id, "programme_ids", Id()), one_of(_use.scope, "scopes", Words())
    ),
    lambda programme_id, scope, period, used: (LimitKey(programme_id, scope, period), used),
)


def taken(read: Read, keys: Iterable[LimitKey]) -> Mapping[LimitKey, int]:
    """How many of each are gone; a key that is not there is 0."""
    wanted = list(keys)
    rows = read.all(
        _TAKEN,
        programme_ids=sorted({key.offer_id for key in wanted}),
        scopes=sorted({key.scope for key in wanted}),
    )
    known = dict(rows)
    return {key: known.get(key, 0) for key in wanted}
