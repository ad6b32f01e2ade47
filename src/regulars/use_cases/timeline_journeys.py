"""Where a member's journeys led her, in words: what let her in, each wait, each branch, each deed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.campaigns.advance import Why
from regulars.domain.campaigns.journey import Journey
from regulars.domain.campaigns.nodes import (
    Act,
    Branch,
    Node,
    SendMessage,
    Wait,
    WaitFor,
    effect_key,
)
from regulars.domain.kernel.label import Label
from regulars.domain.messaging.message import Reason
from regulars.domain.messaging.reason_words import reason_label
from regulars.domain.segments.sentence import sentence_of
from regulars.domain.timeline import steps
from regulars.domain.timeline.kinds import Kind, Topic
from regulars.domain.timeline.line import Amount, Cause, Line, Rule, RuleKind, Unit
from regulars.storage import timeline_marketing as stored
from regulars.storage.timeline import Source, Spot
from regulars.storage.timeline_marketing import EffectRow, FactRow, RunRow, StepRow
from regulars.use_cases.journey_sights import versions_of
from regulars.use_cases.timeline_telling import Telling, id_of, in_rows, keys, teller

NOT_SENT = "not_sent"


def _runs(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    found = telling.read.all(stored.RUNS, keys=keys(spots))
    rows = {row.id: row for row in found}
    asked = [one for row in found if (one := _sequence(row.occurrence)) is not None]
    facts = {row.sequence: row for row in telling.read.all(stored.FACTS, sequences=asked)}
    for spot in spots:
        row = rows[id_of(spot)]
        held_out = row.why == Why.HELD_OUT.value
        kind = Kind.JOURNEY_HELD_OUT if held_out else Kind.JOURNEY_ENTERED
        name = Label(row.name_zh, row.name_en)
        why, cause = steps.occasion_of(row.occurrence)
        yield (
            spot,
            Line(
                at=spot.at,
                kind=kind,
                sentence=telling.said(kind, name=name),
                why=why,
                rule=_rule(row),
                caused_by=cause or _let_in(row, facts),
                store_id=row.store_id,
                ids=_ids(row),
            ),
        )


def _sequence(occurrence: str) -> int | None:
    """The fact that an occasion names by its number."""
    _, _, rest = occurrence.partition(":")
    return int(rest) if rest.isascii() and rest.isdigit() else None


def _let_in(row: RunRow, facts: Mapping[int, FactRow]) -> Cause | None:
    fact = facts.get(_sequence(row.occurrence) or 0)
    if fact is None or fact.subject_id is None or not fact.kind.startswith("segment."):
        return None
    return Cause(Topic.SEGMENT, fact.subject_id)


def _rule(row: RunRow) -> Rule:
    name = Label(row.name_zh, row.name_en)
    return Rule(RuleKind.JOURNEY, row.journey_id, str(row.version), name)


def _ids(row: RunRow) -> dict[str, UUID]:
    return {"journey": row.journey_id, "run": row.id}


def _steps(telling: Telling, spots: Sequence[Spot]) -> Iterator[tuple[Spot, Line]]:
    found = telling.read.all(stored.STEPS, keys=keys(spots))
    taken = {row.number: row for row in found}
    run_ids = sorted({row.run_id for row in found})
    acted = [effect_key(row.run_id, row.from_node) for row in found if row.from_node is not None]
    runs, effects = telling.read.group(
        stored.RUNS.ask(keys=run_ids), stored.EFFECTS.ask(keys=acted)
    )
    by_id = {row.id: row for row in runs}
    done = {row.key: row for row in effects}
    journeys = versions_of(telling.read, {(row.journey_id, row.version) for row in runs})
    templates = _templates(telling, [journey for journey, _ in journeys.values()])
    for spot in spots:
        assert isinstance(spot.key, int)
        step = taken[spot.key]
        run = by_id[step.run_id]
        journey, _ = journeys[run.journey_id, run.version]
        node = journey.graph.nodes.get(step.from_node or "")
        effect = done.get(effect_key(run.id, step.from_node or ""))
        yield spot, _step(telling, spot, _Taken(run, step, node, effect), templates)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A step that was taken, the node that it was taken at, and what was done there."""

    run: RunRow
    step: StepRow
    node: Node | None
    effect: EffectRow | None

    @property
    def why(self) -> str:
        """Why she went on, rests or ended."""
        return self.step.why


def _step(telling: Telling, spot: Spot, taken: _Taken, templates: Mapping[str, Label]) -> Line:
    run, effect = taken.run, taken.effect
    kind = steps.kind_of(taken.why, ends=taken.step.to_node is None)
    acts = kind in {Kind.JOURNEY_DID, Kind.JOURNEY_DID_NOT}
    name = Label(run.name_zh, run.name_en)
    cost = effect.cost_minor if acts and effect is not None else 0
    return Line(
        at=spot.at,
        kind=kind,
        sentence=telling.said(
            kind, name=name, how=_how(telling, taken, kind), deed=_deed(taken.node, templates)
        ),
        why=_why(telling, taken, kind),
        rule=_rule(run),
        caused_by=Cause(Topic.JOURNEY, run.id),
        store_id=run.store_id,
        ids={**_ids(run), **(_result(effect) if acts else {})},
        amounts=(Amount(Unit.COST, cost),) if cost else (),
    )


def _how(telling: Telling, taken: _Taken, kind: Kind) -> Label:
    """What she did at a step: waited, went on, was drawn."""
    node, run, step = taken.node, taken.run, taken.step
    match node:
        case Wait(until=until) if taken.why == Why.WAITS:
            told = steps.wait_words(until)
        case WaitFor(fact=fact) if taken.why == Why.WAITS_FOR:
            what = steps.happening(fact)
            told = Label(f"等她{what.zh}", f"waits for {what.en}")
        case WaitFor(fact=fact) if taken.why in {Why.HAPPENED, Why.TIMED_OUT}:
            what, how = steps.happening(fact), steps.why_words(taken.why)
            told = Label(f"{how.zh}（{what.zh}）", f"{how.en} ({what.en})")
        case _:
            told = steps.why_words(taken.why)
    if taken.why == Why.DRAWN and step.detail:
        return Label(f"{told.zh}：{step.detail}", f"{told.en}: {step.detail}")
    rests = run.rests and run.state == "open" and run.node == step.to_node
    if rests and run.until_at is not None and kind is Kind.JOURNEY_WAITS:
        clock = telling.clock(run.until_at)
        return Label(f"{told.zh}，到 {clock.zh}", f"{told.en}, until {clock.en}")
    return told


def _why(telling: Telling, taken: _Taken, kind: Kind) -> Label | None:
    node, effect = taken.node, taken.effect
    if kind is Kind.JOURNEY_ENDED:
        return steps.why_words(taken.why)
    if kind is Kind.JOURNEY_DID_NOT:
        return steps.NOT_DONE.get((effect.result if effect else None) or "")
    if taken.why == NOT_SENT and taken.step.detail in set(Reason):
        return reason_label(taken.step.detail)
    if isinstance(node, Branch) and taken.why in {Why.HOLDS, Why.HOLDS_NOT}:
        asked = sentence_of(node.condition, telling.names)
        return in_rows(asked, _way(taken.step.to_node))
    return None


def _way(node: str | None) -> Label:
    return Label("") if node is None else Label(f"去步骤“{node}”", f"on to the step “{node}”")


def _deed(node: Node | None, templates: Mapping[str, Label]) -> Label:
    if not isinstance(node, Act):
        return Label("完成一步", "a step")
    action = node.action
    template = templates.get(action.template) if isinstance(action, SendMessage) else None
    return steps.deed_words(action, template)


def _templates(telling: Telling, journeys: Sequence[Journey]) -> Mapping[str, Label]:
    codes = sorted({code for journey in journeys for code in journey.templates})
    rows = telling.read.all(stored.TEMPLATE_NAMES, codes=codes) if codes else []
    return {row.code: Label(row.name_zh, row.name_en) for row in rows}


def _result(effect: EffectRow | None) -> dict[str, UUID]:
    """What a step made: the message, the coupon, the task."""
    if effect is None or effect.result is None or not effect.done:
        return {}
    made = {"message": "message", "gift": "coupon", "task": "task"}.get(effect.kind)
    return {} if made is None else {made: UUID(effect.result)}


TELLERS = {Source.RUN: teller(_runs), Source.STEP: teller(_steps)}
