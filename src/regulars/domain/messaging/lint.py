"""What is wrong with a template before anybody sends it.

A marketing SMS without 拒收请回复R is refused; one that will cost three parts is pointed out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.parts import sms_parts
from regulars.domain.messaging.placeholders import NAMES, Kind
from regulars.domain.messaging.template import Template, Variant
from regulars.domain.messaging.words import Placeholder, like_a_program, parsed

REFUSED = refusal_code("template.refused", "channel", "language", "finding")

SMS_PARTS_MAX = 5
SMS_PARTS_DEAR = 2
_SIGNED = re.compile(r"^【[^【】]{2,20}】|【[^【】]{2,20}】$")
_WAY_OUT = re.compile(
    r"(?:拒收|退订)(?:请|可)?回复? ?(?:R|T|TD|N)|回复? ?(?:R|T|TD|N) ?(?:退订|拒收)"
    r"|(?:reply|text|send) (?:R|T|STOP)\b|\bSTOP to\b",
    re.IGNORECASE,
)
# How long a value is taken to be before it is known.
_TYPICAL = {
    Kind.TEXT: "占位占位占位",
    Kind.NUMBER: "1,280",
    Kind.MONEY: "128元",
    Kind.DAY: "12月28日",
    Kind.LINK: "x" * 50,
}


class FindingCode(StrEnum):
    """What is wrong."""

    OPT_OUT_MISSING = "opt_out_missing"
    SIGNATURE_MISSING = "signature_missing"
    TOO_LONG = "too_long"
    DEAR = "dear"
    SUBJECT_MISSING = "subject_missing"
    PROVIDER_TEMPLATE_MISSING = "provider_template_missing"
    LIKE_A_PROGRAM = "like_a_program"


TEXTS = {
    FindingCode.OPT_OUT_MISSING: Label(
        "营销短信必须写明退订方式，例如“拒收请回复R”",
        "A marketing SMS has to say how to stop it, such as “Reply STOP to opt out”",
    ),
    FindingCode.SIGNATURE_MISSING: Label(
        "中文短信要以【签名】开头或结尾", "A Chinese SMS begins or ends with its 【signature】"
    ),
    FindingCode.TOO_LONG: Label("短信太长，请删短一些", "This SMS is too long; please shorten it"),
    FindingCode.DEAR: Label(
        "短信较长，会按多条计费", "This SMS is long and is charged as several parts"
    ),
    FindingCode.SUBJECT_MISSING: Label("邮件要有主题", "An e-mail needs a subject"),
    FindingCode.PROVIDER_TEMPLATE_MISSING: Label(
        "微信消息要填写已审核的模板编号", "A WeChat message needs the id of an approved template"
    ),
    FindingCode.LIKE_A_PROGRAM: Label(
        "有些花括号不是可用的占位符，会原样发出",
        "Some braces are no known placeholder and will be sent as they are",
    ),
}
ERRORS = frozenset(
    {
        FindingCode.OPT_OUT_MISSING,
        FindingCode.SIGNATURE_MISSING,
        FindingCode.TOO_LONG,
        FindingCode.SUBJECT_MISSING,
        FindingCode.PROVIDER_TEMPLATE_MISSING,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with one text; an error keeps the template from being used."""

    code: FindingCode
    channel: Channel
    language: Language

    @property
    def error(self) -> bool:
        """Whether the template may not be published so."""
        return self.code in ERRORS


def findings(template: Template) -> tuple[Finding, ...]:
    """Everything that is wrong, errors first."""
    found = [
        Finding(code=code, channel=one.channel, language=one.language)
        for one in template.variants
        for code in _codes(one, template.purpose)
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: not one.error))


def publishable(template: Template) -> Template:
    """The template itself, if nothing keeps it from being sent. Refuses: template.refused."""
    for one in findings(template):
        if one.error:
            raise REFUSED.because(
                channel=one.channel.value, language=one.language, finding=one.code.value
            )
    return template


def _codes(variant: Variant, purpose: Purpose) -> Iterator[FindingCode]:
    if variant.channel is Channel.SMS:
        yield from _of_sms(variant, purpose)
    if variant.channel is Channel.EMAIL and not variant.subject:
        yield FindingCode.SUBJECT_MISSING
    if variant.channel is Channel.WECHAT and not variant.provider_template:
        yield FindingCode.PROVIDER_TEMPLATE_MISSING
    if any(like_a_program(text) for text in variant.texts):
        yield FindingCode.LIKE_A_PROGRAM


def _of_sms(variant: Variant, purpose: Purpose) -> Iterator[FindingCode]:
    if purpose is Purpose.MARKETING and not _WAY_OUT.search(variant.text):
        yield FindingCode.OPT_OUT_MISSING
    signed = variant.provider_template is not None or _SIGNED.search(variant.text.strip())
    if variant.language == "zh-CN" and not signed:
        yield FindingCode.SIGNATURE_MISSING
    parts = sms_parts("".join(_typical(part) for part in parsed(variant.text)))
    if parts > SMS_PARTS_MAX:
        yield FindingCode.TOO_LONG
    elif parts > SMS_PARTS_DEAR:
        yield FindingCode.DEAR


def _typical(part: str | Placeholder) -> str:
    return part if isinstance(part, str) else _TYPICAL[NAMES[part.name].kind]
