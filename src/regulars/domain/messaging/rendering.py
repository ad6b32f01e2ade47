"""A template filled in for one member: the very text that leaves the house.

林小雨 reads "林小雨，您有一张立减5元券明天到期"; a member without a name reads "朋友，您有…".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from regulars.domain.kernel.label import Language
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.escaping import Medium
from regulars.domain.messaging.parts import sms_parts
from regulars.domain.messaging.placeholders import Tongue, Value
from regulars.domain.messaging.port import Unsubscribe
from regulars.domain.messaging.template import Variant
from regulars.domain.messaging.words import filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One message in words. Units: parts that an SMS is charged for, 1 on other channels."""

    language: Language
    text: str
    subject: str | None = None
    html: str | None = None
    provider_template: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    parts: int = 1

    def says(self, text: str) -> bool:
        """Whether it holds a text, word for word."""
        return any(text in one for one in (self.text, self.html or "", *self.variables.values()))


_LEAVE = {
    "zh-CN": "不想再收到这类邮件？点这里退订",
    "en": "No longer want these e-mails? Unsubscribe here",
}


def rendered(
    variant: Variant,
    values: Mapping[str, Value],
    *,
    tongue: Tongue,
    links: Unsubscribe | None = None,
) -> Rendered:
    """The words of one variant for one member, with the way out where the channel needs it."""
    medium = Medium.SMS if variant.channel is Channel.SMS else Medium.PLAIN

    def told(text: str, where: Medium) -> str:
        return filled(text, values, tongue=tongue, medium=where)

    text = told(variant.text, medium)
    html = None if variant.html is None else told(variant.html, Medium.HTML)
    if links is not None and variant.channel is Channel.EMAIL:
        leave = _LEAVE[variant.language]
        text += f"\n\n{leave}：{links.page_url}\n"
        if html is not None:
            html += f'\n<p><a href="{escape(links.page_url)}">{escape(leave)}</a></p>\n'
    return Rendered(
        language=variant.language,
        text=text,
        subject=None if variant.subject is None else told(variant.subject, Medium.HEADER),
        html=html,
        provider_template=variant.provider_template,
        variables={name: told(one, medium) for name, one in variant.variables.items()},
        parts=sms_parts(text) if variant.channel is Channel.SMS else 1,
    )
