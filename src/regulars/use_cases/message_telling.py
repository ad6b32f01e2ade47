"""What one message says to its member: the words, where they go, the links and the way out in them.

林小雨's reminder goes to +86138…, in Chinese; its menu link is a short one of the shop's own, since she
never said that nobody may count what she follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.messaging.channels import (
    Channel,
    Purpose,
    consent_channel,
    consent_purpose,
)
from regulars.domain.messaging.escaping import Medium, escaped
from regulars.domain.messaging.message import PlanValue, given_from
from regulars.domain.messaging.port import Unsubscribe
from regulars.domain.messaging.rendering import Rendered
from regulars.storage import messages
from regulars.use_cases import preference_links
from regulars.use_cases.click_links import Counted, shortened
from regulars.use_cases.message_cases import Case, Desk
from regulars.use_cases.message_words import (
    Manner,
    Occasion,
    language_of,
    words_for,
)
from regulars.use_cases.moment import Moment
from regulars.use_cases.preference_links import Preference

# Where a link leads out of the list; an SMS is answered, WeChat has its own switch.
LINKED = frozenset({Channel.EMAIL, Channel.PUSH, Channel.WEBHOOK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The words of a message for its member, and what they carry."""

    words: Rendered
    address: str
    leave: Unsubscribe | None = None
    links: Mapping[str, Counted] = field(default_factory=dict)


def told_of(moment: Moment, desk: Desk, case: Case, channel: Channel) -> Told | str:
    """What a message says on a channel, or why it says nothing."""
    person = case.person
    if person is None or person.key is None or case.template is None:
        return "unreadable"
    leave = _leave(moment, desk, case, channel)
    given = given_from(case.row.given)
    links = _links(moment, desk, case, channel, given)
    about = Occasion(
        shop=case.shop,
        given={**given, **{name: one.short.url for name, one in links.items()}},
        valid_until=case.row.valid_until,
        now=moment.now,
    )
    try:
        # One address that no longer opens ends one message, and not the whole batch.
        address = person.address(channel)
        manner = Manner(channel=channel, language=language_of(person), links=leave)
        words = words_for(case.template, manner, person, about)
    except Refusal as refusal:
        return refusal.code
    if words is None:
        return "no variant"
    carried = {name: one for name, one in links.items() if words.says(one.short.url)}
    return Told(words=words, address=address or "", leave=leave, links=carried)


def _leave(moment: Moment, desk: Desk, case: Case, channel: Channel) -> Unsubscribe | None:
    if desk.public_url is None or case.purpose is not Purpose.MARKETING or channel not in LINKED:
        return None
    preference = Preference(
        member_id=case.row.member_id,
        channel=consent_channel(channel),
        purpose=consent_purpose(channel, case.purpose),
    )
    return preference_links.unsubscribe(
        moment.vault, preference, public_url=desk.public_url, category=case.row.category
    )


def _links(
    moment: Moment, desk: Desk, case: Case, channel: Channel, given: Mapping[str, PlanValue]
) -> dict[str, Counted]:
    """The links that are counted: none at the till, where a cashier reads them out."""
    counts = case.shop.terms.messages.counts_clicks and channel is not Channel.TILL
    if desk.public_url is None or not counts or case.template is None:
        return {}
    if case.person is None or case.person.unobserved:
        return {}
    return {
        name: Counted(
            shortened(moment.vault, case.row.id, name, public_url=desk.public_url), target
        )
        for name, target in case.template.targets(given).items()
    }


def names_of(case: Case) -> tuple[str, ...]:
    """How the words name her, for whoever shows them to others."""
    name = None if case.person is None else case.person.name
    return () if name is None else (escaped(name, Medium.SMS), escaped(name, Medium.PLAIN))


def sealed_text(case: Case, words: Rendered) -> bytes:
    """The words as they are kept, under her own key."""
    assert case.person is not None
    assert case.person.key is not None
    told = orjson.dumps({"subject": words.subject, "text": words.text}).decode()
    return messages.sealed(case.person.key, case.row.id, told)
