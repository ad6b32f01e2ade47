"""Real sales, run once on a database that writes down what they send."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from bench.limits import by_postgres, by_sqlite
from bench.limits.recording import recording
from bench.limits.script import Known, Script, script_of
from bench.scratch.servers import Place
from bench.scratch.tills import Sale, Till, new_id
from regulars.domain.stores.actor import SYSTEM
from regulars.http.order_forms import SaleForm
from regulars.main import Regulars, clock
from regulars.use_cases.runner import Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSales:
    """The scripts of some sales, and what the product sends for one of them."""

    scripts: list[Script]
    round_trips: float
    statements: float


def recorded(
    regulars: Regulars, place: Place, till: Till, sales: Sequence[Sale], *, warm: int
) -> RecordedSales:
    """Sell these; the first `warm` of them also load the shop and are not counted."""
    encode = by_sqlite.encode if place.engine == "sqlite" else by_postgres.encode
    with recording(regulars.database, place) as recorder:
        runner = Runner(
            recorder, clock=clock, entropy=os.urandom, vault=regulars.vault, shops=regulars.shops
        )
        scripts = []
        for sale in sales:
            command = SaleForm.model_validate(till.body(sale), strict=False).command()
            runner.run_now(command, actor=SYSTEM, command_id=new_id())
            known = Known(
                member=till.crowd.member(sale.member),
                coupon=sale.coupon,
                terminal=sale.terminal,
                order=command.order_id,
            )
            calls = recorder.sales[-1].calls
            scripts.append(script_of(calls, known, engine=place.engine, encode=encode))
    counted = recorder.sales[warm:]
    return RecordedSales(
        scripts=scripts[warm:],
        round_trips=sum(wire.round_trips for wire in counted) / len(counted),
        statements=sum(wire.statements for wire in counted) / len(counted),
    )
