"""Where a member stands in her life with the shop, by her own rhythm, with the rule that decided.

王芳 comes every 6 days: silent for 14 days she is at risk, for 45 she is lost. 李敏 comes every 40
days: after 45 days nothing is the matter yet, from 67 on she is at risk. Each answer names the day
on which it changes by itself, so nobody looks at every member every night.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from regulars.domain.members.stage_terms import StageTerms

# So many of her last gaps make her rhythm: what she did years ago says little of today.
GAPS_MAX = 12
# The shop's usual gap counts like one gap of her own.
SHOP_GAPS = 1
# Before a shop has measured anything.
GAP_DAYS_UNMEASURED = 21
_ALL_OF_IT = 10_000


class Stage(StrEnum):
    """Where a member stands."""

    PROSPECT = "prospect"
    FIRST_TIMER = "first_timer"
    DEVELOPING = "developing"
    REGULAR = "regular"
    AT_RISK = "at_risk"
    LOST = "lost"
    WON_BACK = "won_back"


class Rule(StrEnum):
    """Which rule put a member there."""

    NEVER_CAME = "never_came"
    CAME_ONCE = "came_once"
    COMES_AGAIN = "comes_again"
    COMES_OFTEN = "comes_often"
    SILENT = "silent"
    SILENT_TOO_LONG = "silent_too_long"
    CAME_BACK = "came_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A member's visits: each business day once, oldest first, without what was fully refunded."""

    joined_on: date
    visit_days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a member comes, and how long a silence is too long for her. Units: days.

    `own_gap_days` is the median of her last gaps, None before her second visit; `gap_days` is that
    drawn towards the shop's, less so the more gaps she has.
    """

    own_gap_days: int | None
    gap_days: int
    at_risk_after_days: int
    lost_after_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A member's stage, since which day, by which rule, and the day on which it next changes
    without her doing anything; None is never."""

    stage: Stage
    rule: Rule
    since_on: date
    flips_on: date | None
    visits: int
    last_on: date | None
    rhythm: Rhythm


def rhythm_of(gaps: Sequence[int], terms: StageTerms, *, shop_gap_days: int) -> Rhythm:
    """The rhythm of a member with these gaps, oldest first. Units: days."""
    known = sorted(gaps[-GAPS_MAX:])
    # Both halves of the middle: twice the median.
    twice = known[(len(known) - 1) // 2] + known[len(known) // 2] if known else 0
    weight = len(known) + SHOP_GAPS
    gap = max((len(known) * twice + SHOP_GAPS * 2 * shop_gap_days + weight) // (2 * weight), 1)
    at_risk = max(_share(gap, terms.at_risk_basis_points), terms.at_risk_days_min)
    lost = max(_share(gap, terms.lost_basis_points), terms.lost_days_min)
    lost = max(min(lost, terms.lost_days_max), 2)
    return Rhythm(
        own_gap_days=(twice + 1) // 2 if known else None,
        gap_days=gap,
        at_risk_after_days=min(at_risk, lost - 1),
        lost_after_days=lost,
    )


def _share(days: int, basis_points: int) -> int:
    return -(-days * basis_points // _ALL_OF_IT)


@dataclass(slots=True)
class _Spell:
    """What a walk along her visits has found: when she last came back, and from how far."""

    began_at: int = 0
    returned: bool = False
    resumed_on: date | None = None


def stage_on(history: History, terms: StageTerms, *, shop_gap_days: int, on: date) -> Staged:
    """A member's stage on a business day.

    Source: our choice; a rule over her silence against her own rhythm, until a model beats it.
    """
    gap = terms.gap_days or shop_gap_days
    days = history.visit_days
    gaps: list[int] = []
    spell = _Spell()
    rhythm = rhythm_of(gaps, terms, shop_gap_days=gap)
    for number in range(1, len(days)):
        silence = (days[number] - days[number - 1]).days
        if silence >= rhythm.lost_after_days:
            spell = _Spell(number, returned=True, resumed_on=days[number])
        elif silence >= rhythm.at_risk_after_days:
            spell.resumed_on = days[number]
        gaps.append(silence)
        rhythm = rhythm_of(gaps, terms, shop_gap_days=gap)
    if not days:
        return Staged(
            stage=Stage.PROSPECT,
            rule=Rule.NEVER_CAME,
            since_on=history.joined_on,
            flips_on=None,
            visits=0,
            last_on=None,
            rhythm=rhythm,
        )
    at_risk_on = days[-1] + timedelta(days=rhythm.at_risk_after_days)
    lost_on = days[-1] + timedelta(days=rhythm.lost_after_days)
    flips_on: date | None
    if on >= lost_on:
        stage, rule, since_on, flips_on = Stage.LOST, Rule.SILENT_TOO_LONG, lost_on, None
    elif on >= at_risk_on:
        stage, rule, since_on, flips_on = Stage.AT_RISK, Rule.SILENT, at_risk_on, lost_on
    else:
        stage, rule, since_on = _present(days, spell, terms)
        flips_on = at_risk_on
    return Staged(
        stage=stage,
        rule=rule,
        since_on=since_on,
        flips_on=flips_on,
        visits=len(days),
        last_on=days[-1],
        rhythm=rhythm,
    )


def _present(days: Sequence[date], spell: _Spell, terms: StageTerms) -> tuple[Stage, Rule, date]:
    """The stage of a member who is not silent, and since when."""
    settled_at = 0
    if spell.returned:
        settled_at = spell.began_at + terms.won_back_visits - 1
        if len(days) - spell.began_at < terms.won_back_visits:
            since = max(days[spell.began_at], spell.resumed_on or days[0])
            return Stage.WON_BACK, Rule.CAME_BACK, since
    if len(days) == 1:
        return Stage.FIRST_TIMER, Rule.CAME_ONCE, days[0]
    often = len(days) >= terms.regular_visits
    reached_at = max(terms.regular_visits - 1 if often else 1, settled_at)
    since = max(days[reached_at], spell.resumed_on or days[0])
    if often:
        return Stage.REGULAR, Rule.COMES_OFTEN, since
    return Stage.DEVELOPING, Rule.COMES_AGAIN, since
