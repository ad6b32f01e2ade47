"""What the placeholders of a message stand for: this member, this shop, and what was planned.

`{{name}}` is 林小雨, `{{tier}}` is 金叶 in a Chinese text and Gold leaf in an English one,
`{{valid_until}}` is the last day on which the message means anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from regulars.domain.kernel.condition import Known
from regulars.domain.kernel.label import Language
from regulars.domain.kernel.period import Instant, local
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.placeholders import Tongue, Value
from regulars.domain.messaging.port import Unsubscribe
from regulars.domain.messaging.rendering import Rendered, rendered
from regulars.domain.messaging.template import Template
from regulars.domain.orders.shop import Shop
from regulars.use_cases.message_people import Person

BALANCE_NAMES = frozenset({"points", "stored_value"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a message is about, beside its member: the shop, the plan, the moment."""

    shop: Shop
    given: Mapping[str, Value]
    valid_until: Instant
    now: Instant


def language_of(person: Person) -> Language:
    """The language in which a member is written to."""
    return "en" if person.row.language == "en" else "zh-CN"


def values_of(person: Person, about: Occasion, language: Language) -> dict[str, Value]:
    """Every value that her text may ask for."""
    row, shop = person.row, about.shop
    zone = shop.store.zone

    def day(at: Instant | None) -> date | None:
        return None if at is None else local(at, zone).date()

    return {
        "name": person.name,
        "tier": shop.terms.ladder.named(row.tier).label.in_language(language),
        "points": person.points,
        "stored_value": person.stored_value_minor,
        "visits": row.visits,
        "last_visit": day(row.last_visit_at),
        "joined": day(row.joined_at),
        "shop": shop.store.label.in_language(language),
        "valid_until": day(about.valid_until),
        **about.given,
    }


def view_of(person: Person, about: Occasion) -> dict[str, Known]:
    """What the conditions of variants see of her."""
    row = person.row
    last = row.last_visit_at
    return {
        "tier": row.tier,
        "visits": row.visits,
        "points": person.points,
        "stored_value": person.stored_value_minor,
        "days_since_visit": None if last is None else (about.now - last).days,
        "store": about.shop.store.code,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """On which channel and in which language, and how she leaves the list."""

    channel: Channel
    language: Language
    links: Unsubscribe | None = None


def words_for(
    template: Template, manner: Manner, person: Person, about: Occasion
) -> Rendered | None:
    """The text of a message for one member; None where the template has no words for it."""
    language = manner.language
    variant = template.variant(manner.channel, language, view_of(person, about))
    if variant is None:
        return None
    return rendered(
        variant,
        {**template.links, **values_of(person, about, language)},
        tongue=Tongue(language, about.shop.store.currency),
        links=manner.links,
    )


def needs_balances(template: Template) -> bool:
    """Whether somebody's balances have to be read for it."""
    return not BALANCE_NAMES.isdisjoint(template.names)
