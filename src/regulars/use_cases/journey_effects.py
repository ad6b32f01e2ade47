"""What the steps of journeys do, for many members at once: each under its key, so once.

Forty members stand at "write to her" and three at "give her a coupon": the messages are planned
together, the coupons given one after the other, and what a campaign may still spend is drawn first.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, assert_never
from uuid import UUID

from regulars.domain.campaigns.journey import Journey
from regulars.domain.campaigns.nodes import (
    Action,
    GiveGift,
    OpenTask,
    PutTag,
    SendMessage,
    effect_key,
    gives,
)
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant, local
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.message import Planned, PlanValue, given_from
from regulars.domain.orders.shop import Shop
from regulars.storage import (
    campaigns,
    facts,
    journey_effects,
    journey_runs,
    member_tags,
    message_templates,
)
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.journey_effects import GivenCoupon, TaskRow
from regulars.storage.journey_runs import EffectRow, RunRow
from regulars.use_cases import gifts
from regulars.use_cases.messages import plan
from regulars.use_cases.moment import Moment

BUDGET_SPENT = "budget_spent"
NOTHING_GIVEN = "nothing_given"
TEMPLATE_MISSING = "template_missing"
NO_CHANNEL = "no_channel"
TOO_LATE = "too_late"


class Deed(NamedTuple):
    """One thing that a run is to do now. `key`: its business key."""

    run: RunRow
    journey: Journey
    campaign_id: UUID | None
    action: Action
    language: Language
    key: str


def deed_of(
    run: RunRow, journey: Journey, campaign_id: UUID | None, action: Action, language: Language
) -> Deed:
    """What a run does at the step where it stands."""
    return Deed(run, journey, campaign_id, action, language, effect_key(run.id, run.node))


class _Template(NamedTuple):
    """A template that a step writes with, as it is now."""

    id: UUID
    state: str
    channels: frozenset[Channel]


@dataclass(slots=True)
class Doing:
    """The deeds of one batch of runs, in one transaction."""

    tx: Write
    moment: Moment
    _shops: dict[UUID, Shop] = field(default_factory=dict, init=False)
    _templates: dict[str, _Template | None] = field(default_factory=dict, init=False)

    def perform(self, deeds: Sequence[Deed]) -> dict[UUID, EffectRow]:
        """Do what was not done before; answers for each run what was done."""
        keys = [deed.key for deed in deeds]
        known = {row.key: row for row in self.tx.all(journey_runs.KNOWN_EFFECTS, keys=keys)}
        done = {deed.run.id: known[deed.key] for deed in deeds if deed.key in known}
        new = [deed for deed in deeds if deed.key not in known]
        effects = [
            *self._gifts([one for one in new if isinstance(one.action, GiveGift)]),
            *self._messages([one for one in new if isinstance(one.action, SendMessage)]),
            *self._tags([one for one in new if isinstance(one.action, PutTag)]),
            *self._tasks([one for one in new if isinstance(one.action, OpenTask)]),
        ]
        journey_runs.keep_effects(self.tx, effects)
        return done | {row.run_id: row for row in effects}

    def _shop(self, store_id: UUID) -> Shop:
        shop = self._shops.get(store_id)
        if shop is None:
            shop = self.moment.shops.in_force(self.tx, store_id, at=self.moment.now)
            self._shops[store_id] = shop
        return shop

    def _effect(
        self, deed: Deed, result: str | None, *, done: bool = True, cost_minor: int = 0
    ) -> EffectRow:
        return EffectRow(
            key=deed.key,
            run_id=deed.run.id,
            kind=_kind(deed.action),
            done=done,
            result=result,
            cost_minor=cost_minor,
            at=self.moment.now,
        )

    def _messages(self, deeds: Sequence[Deed]) -> list[EffectRow]:
        if not deeds:
            return []
        giving = any(gives(one.graph) for one in {id(d.journey): d.journey for d in deeds}.values())
        coupons = self._coupons([deed.run.id for deed in deeds]) if giving else {}
        planned: dict[str, Planned] = {}
        failed: list[EffectRow] = []
        for deed in deeds:
            found = self._planned(deed, coupons.get(deed.run.id))
            if isinstance(found, str):
                failed.append(self._effect(deed, found, done=False))
            else:
                planned[deed.key] = found
        ids = plan(self.tx, self.moment, list(planned.values()))
        written = [self._effect(deed, str(ids[deed.key])) for deed in deeds if deed.key in planned]
        return [*failed, *written]

    def _planned(self, deed: Deed, coupon: GivenCoupon | None) -> Planned | str:
        """The message that a step wants, or why there is none."""
        action, run, now = deed.action, deed.run, self.moment.now
        assert isinstance(action, SendMessage)
        template = self._template(action.template)
        if template is None or template.state != "active":
            return TEMPLATE_MISSING
        if template.channels.isdisjoint(action.channels):
            # Its words were changed since: for none of the step's channels are there any left.
            return NO_CHANNEL
        ends = min(Instant(now + timedelta(minutes=action.valid_minutes)), run.valid_until)
        if coupon is not None:
            ends = min(ends, coupon.valid_until)
        if ends <= now:
            return TOO_LATE
        values: dict[str, PlanValue] = given_from(dict(action.values))
        if coupon is not None:
            values |= self._of_coupon(coupon, deed)
        return Planned(
            effect_key=deed.key,
            member_id=run.member_id,
            template_id=template.id,
            channels=action.channels,
            due_at=now,
            valid_until=ends,
            store_id=run.store_id,
            values=values,
            expected_value_minor=action.expected_value_minor,
            priority=deed.journey.priority,
            campaign_id=deed.campaign_id,
            journey_id=run.journey_id,
            run_id=run.id,
            segment_id=deed.journey.exits.left_segment,
            coupon_id=None if coupon is None else coupon.id,
        )

    def _template(self, code: str) -> _Template | None:
        if code not in self._templates:
            row = self.tx.one(message_templates.THIS_CODE_IN_FORCE, code=code)
            found = None
            if row is not None:
                found = _Template(row.id, row.state, frozenset(row.template.channels))
            self._templates[code] = found
        return self._templates[code]

    def _of_coupon(self, coupon: GivenCoupon, deed: Deed) -> dict[str, PlanValue]:
        shop = self._shop(deed.run.store_id)
        day: date = local(coupon.valid_until, shop.store.zone).date()
        known = shop.coupon_types.get(coupon.type_id)
        if known is None:
            return {"day": day}
        return {"day": day, "coupon": known.name.in_language(deed.language)}

    def _coupons(self, runs: Sequence[UUID]) -> dict[UUID, GivenCoupon]:
        rows = self.tx.all(journey_effects.GIVEN, runs=list(runs))
        named = {row.run_id: UUID(row.result) for row in rows if row.result}
        if not named:
            return {}
        found = self.tx.all(journey_effects.COUPONS, coupons=sorted(set(named.values())))
        coupons = {row.id: row for row in found}
        return {run: coupons[one] for run, one in named.items() if one in coupons}

    def _gifts(self, deeds: Sequence[Deed]) -> list[EffectRow]:
        if not deeds:
            return []
        gifts.lock(self.tx, [deed.run.member_id for deed in deeds])
        paid: dict[UUID, list[Deed]] = defaultdict(list)
        for deed in deeds:
            if deed.campaign_id is not None:
                paid[deed.campaign_id].append(deed)
        # All budgets before the first limit of a coupon type, in one order: else two workers that
        # give for the same campaigns wait for each other.
        left = {one: self._left(one) for one in sorted(paid)}
        effects = [self._give(deed) for deed in deeds if deed.campaign_id is None]
        for campaign_id in sorted(paid):
            effects += self._from_budget(campaign_id, left[campaign_id], paid[campaign_id])
        return effects

    def _left(self, campaign_id: UUID) -> int:
        budget = self.tx.one(campaigns.BUDGET_LOCKED, campaign_id=campaign_id)
        return 0 if budget is None else budget.limit_minor - budget.drawn_minor

    def _from_budget(self, campaign_id: UUID, left: int, deeds: Sequence[Deed]) -> list[EffectRow]:
        """Give as long as the budget lasts; what was drawn and not given goes back."""
        effects, drawn = [], 0
        for deed in deeds:
            assert isinstance(deed.action, GiveGift)
            cost = deed.action.cost_minor
            if drawn + cost > left:
                effects.append(self._effect(deed, BUDGET_SPENT, done=False))
                continue
            effect = self._give(deed)
            drawn += effect.cost_minor
            effects.append(effect)
        if drawn:
            campaigns.draw(self.tx, campaign_id, drawn)
        return effects

    def _give(self, deed: Deed) -> EffectRow:
        assert isinstance(deed.action, GiveGift)
        gift = deed.action.gift
        given = gifts.give(
            self.tx,
            self.moment,
            member_id=deed.run.member_id,
            gift=gift,
            shop=self._shop(deed.run.store_id),
            occasion=deed.key,
        )
        more = gift.points or gift.growth_value or gift.bonus_minor or gift.item
        if not given.coupons and not more:
            return self._effect(deed, NOTHING_GIVEN, done=False)
        first = str(given.coupons[0].id) if given.coupons else None
        return self._effect(deed, first, cost_minor=deed.action.cost_minor)

    def _tags(self, deeds: Sequence[Deed]) -> list[EffectRow]:
        told = []
        for deed in deeds:
            assert isinstance(deed.action, PutTag)
            tag, by = deed.action.tag, f"journey:{deed.run.journey_id}"
            if deed.action.put:
                member_tags.put_tag(self.tx, deed.run.member_id, tag, at=self.moment.now, by=by)
            else:
                journey_effects.take_tag(self.tx, deed.run.member_id, tag)
            told.append(_fact("member.tags_changed", deed, self.moment, {"by": "journey"}))
        facts.append_all(self.tx, told)
        return [self._effect(deed, None) for deed in deeds]

    def _tasks(self, deeds: Sequence[Deed]) -> list[EffectRow]:
        effects, rows = [], []
        for deed in deeds:
            assert isinstance(deed.action, OpenTask)
            words, task_id = deed.action.words, self.moment.new_id()
            rows.append(
                TaskRow(
                    id=task_id,
                    effect_key=deed.key,
                    journey_id=deed.run.journey_id,
                    member_id=deed.run.member_id,
                    store_id=deed.run.store_id,
                    text_zh=words.zh,
                    text_en=words.en,
                    opened_at=self.moment.now,
                    done_at=None,
                    done_by=None,
                    note=None,
                )
            )
            effects.append(self._effect(deed, str(task_id)))
        journey_effects.open_tasks(self.tx, rows)
        return effects


def _fact(kind: str, deed: Deed, moment: Moment, body: dict[str, object]) -> tuple[UUID, Fact]:
    fact = Fact(
        kind=kind,
        at=moment.now,
        store_id=deed.run.store_id,
        member_id=deed.run.member_id,
        subject_id=deed.run.journey_id,
        body=body,
    )
    return moment.new_id(), fact


def _kind(action: Action) -> str:
    match action:
        case SendMessage():
            return "message"
        case GiveGift():
            return "gift"
        case PutTag():
            return "tag"
        case OpenTask():
            return "task"
        case _:
            assert_never(action)
