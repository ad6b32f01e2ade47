"""A template: what a message says, in each language, on each channel, to whom it fits.

"券快到期了" has four texts: SMS and e-mail, each in Chinese and in English; members of 金叶 get
a warmer SMS, by a condition. A published version is never edited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from regulars.domain.kernel.condition import (
    Condition,
    View,
    as_data,
    condition_from,
    fields_of,
    verdict,
)
from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.messaging.approved import CHARACTERS_MAX as APPROVED_LETTERS_MAX
from regulars.domain.messaging.approved import approved
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.links import is_web_link
from regulars.domain.messaging.placeholders import LINKS, Value
from regulars.domain.messaging.words import names_in, unguarded

MALFORMED = refusal_code("template.malformed", "part")
FALLBACK_MISSING = refusal_code("template.fallback_missing", "names")
VARIANT_MISSING = refusal_code("template.variant_missing", "channel", "language")

LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")
VARIANTS_MAX = 60
TEXT_MAX = 2_000
HTML_MAX = 60_000
SUBJECT_MAX = 150
VARIABLES_MAX = 20
CODE_MAX = 80

# What a variant may ask of a member.
CONDITION_FIELDS = frozenset(
    {"tier", "visits", "points", "stored_value", "days_since_visit", "store"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One text: for a channel and a language, for everybody or for whom a condition holds.

    `provider_template` and `variables` serve channels that send approved templates only.
    """

    channel: Channel
    language: Language
    text: str
    subject: str | None = None
    html: str | None = None
    when: Condition | None = None
    provider_template: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything of it that may hold placeholders."""
        return (self.text, self.subject or "", self.html or "", *self.variables.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What a message says. `category` is what it is about, for the cap of its kind; `links` say where
    those of its words lead that whoever plans a message knows nothing of."""

    label: Label
    purpose: Purpose
    category: str
    variants: tuple[Variant, ...]
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """On which channels it can be sent."""
        return tuple(dict.fromkeys(variant.channel for variant in self.variants))

    @property
    def names(self) -> frozenset[str]:
        """Every name and field that its texts and conditions ask for."""
        asked = [names_in(text) for variant in self.variants for text in variant.texts]
        fields = [fields_of(one.when) for one in self.variants if one.when is not None]
        return frozenset[str]().union(*asked, *fields)

    def targets(self, given: Mapping[str, Value]) -> dict[str, str]:
        """Where its links lead, by their names: as it was planned, else as the template says."""
        told = {**self.links, **given}
        return {
            name: to for name in LINKS if isinstance(to := told.get(name), str) and is_web_link(to)
        }

    def variant(self, channel: Channel, language: Language, view: View) -> Variant | None:
        """The text for a member: the first whose condition holds, else the one for everybody."""
        for one in self.variants:
            fits = (one.channel, one.language) == (channel, language)
            if fits and one.when is not None and verdict(one.when, view).holds:
                return one
        for one in self.variants:
            if (one.channel, one.language, one.when) == (channel, language, None):
                return one
        return None

    def checked(self) -> "Template":
        """The template itself, if it can speak to everybody on each of its channels.

        Refuses: template.fallback_missing, template.variant_missing.
        """
        bare = {name for one in self.variants for text in one.texts for name in unguarded(text)}
        bare -= self.links.keys()
        if bare:
            raise FALLBACK_MISSING.because(names=sorted(bare))
        plain = {(one.channel, one.language) for one in self.variants if one.when is None}
        for channel in self.channels:
            for language in LANGUAGES:
                if (channel, language) not in plain:
                    raise VARIANT_MISSING.because(channel=channel.value, language=language)
        return self


def template_data(template: Template) -> dict[str, object]:
    """The template in its stored form; `template_from` reads it back to an equal one."""
    return {
        "name_zh": template.label.zh,
        "name_en": template.label.en,
        "purpose": template.purpose.value,
        "category": template.category,
        "links": dict(template.links),
        "variants": [
            {
                "channel": one.channel.value,
                "language": one.language,
                "text": one.text,
                "subject": one.subject,
                "html": one.html,
                "when": None if one.when is None else as_data(one.when),
                "provider_template": one.provider_template,
                "variables": dict(one.variables),
            }
            for one in template.variants
        ],
    }


def template_from(data: object) -> Template:
    """The template that stored or sent data spell, checked.

    Refuses: template.malformed, template.fallback_missing, template.variant_missing,
    condition.malformed, condition.too_large.
    """
    if not isinstance(data, Mapping):
        raise MALFORMED.because(part="template")
    variants = data.get("variants")
    if not isinstance(variants, Sequence) or not 1 <= len(variants) <= VARIANTS_MAX:
        raise MALFORMED.because(part="variants")
    try:
        purpose = Purpose(str(data.get("purpose")))
    except ValueError:
        raise MALFORMED.because(part="purpose") from None
    return Template(
        label=Label(_text(data, "name_zh", CODE_MAX), _text(data, "name_en", CODE_MAX)),
        purpose=purpose,
        category=_text(data, "category", 40),
        variants=tuple(_variant(one) for one in variants),
        links=_links(data.get("links")),
    ).checked()


def _variant(data: object) -> Variant:
    if not isinstance(data, Mapping):
        raise MALFORMED.because(part="variant")
    try:
        channel = Channel(str(data.get("channel")))
    except ValueError:
        raise MALFORMED.because(part="channel") from None
    language = data.get("language")
    if language not in LANGUAGES:
        raise MALFORMED.because(part="language")
    when = data.get("when")
    return Variant(
        channel=channel,
        language=cast("Language", language),
        text=_text(data, "text", TEXT_MAX),
        subject=_optional(data, "subject", SUBJECT_MAX),
        html=_optional(data, "html", HTML_MAX),
        when=None if when is None else condition_from(when, fields=CONDITION_FIELDS),
        provider_template=_approved(data),
        variables=_variables(data.get("variables")),
    )


def _text(data: Mapping[object, object], part: str, maximum: int) -> str:
    value = data.get(part)
    if not isinstance(value, str) or not value.strip() or len(value) > maximum:
        raise MALFORMED.because(part=part)
    return value


def _approved(data: Mapping[object, object]) -> str | None:
    text = _optional(data, "provider_template", APPROVED_LETTERS_MAX)
    if text is not None:
        approved(text, _variables(data.get("variables")))
    return text


def _optional(data: Mapping[object, object], part: str, maximum: int) -> str | None:
    return None if data.get(part) is None else _text(data, part, maximum)


def _links(data: object) -> dict[str, str]:
    if data is None:
        return {}
    if not isinstance(data, Mapping) or not all(
        name in LINKS and isinstance(to, str) and is_web_link(to) for name, to in data.items()
    ):
        raise MALFORMED.because(part="links")
    return dict(data)


def _variables(data: object) -> dict[str, str]:
    if data is None:
        return {}
    if not isinstance(data, Mapping) or len(data) > VARIABLES_MAX:
        raise MALFORMED.because(part="variables")
    if not all(
        isinstance(name, str) and isinstance(text, str) and len(name) <= 40 and len(text) <= 200
        for name, text in data.items()
    ):
        raise MALFORMED.because(part="variables")
    return dict(data)
