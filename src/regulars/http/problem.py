"""Every "no" as problem+json (RFC 9457), in both languages, and the only code → status table.

A till that pays 2.50 too little reads:

    {"status": 409, "code": "ledger.balance_short", "detail_zh": "余额不足，还差 2.50",
     "detail_en": "The balance is 2.50 short", "parameters": {"missing_minor": 250}, ...}

Texts come from `http/texts/*.py`, one module a feature. Placeholders are plain names: no
attribute, no format, no expression can stand in one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol

import orjson
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.label import Language
from regulars.domain.kernel.refusal import Refusal, Value
from regulars.http import texts as text_modules
from regulars.http.texts import Text

MEDIA_TYPE = "application/problem+json"

TITLES: dict[int, tuple[str, str]] = {
    400: ("请求有误", "Bad request"),
    401: ("请先登录", "Please sign in"),
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("不支持这种请求", "Method not allowed"),
    409: ("现在办不了", "Not possible right now"),
    410: ("已经没有了", "No longer there"),
    412: ("内容已经变了", "It has changed meanwhile"),
    413: ("内容太大", "Too large"),
    422: ("请检查填写的内容", "Please check what was entered"),
    428: ("缺少版本号", "A version is required"),
    429: ("太频繁了，请稍等", "Too many attempts"),
    500: ("出错了", "Something went wrong"),
    503: ("正忙，请稍候", "Busy, please wait"),
}


class _Texts(Protocol):
    TEXTS: Mapping[str, Text]


def _merged() -> dict[str, Text]:
    merged: dict[str, Text] = {}
    for module in sorted(iter_modules(text_modules.__path__), key=lambda one: one.name):
        feature: _Texts = import_module(f"{text_modules.__name__}.{module.name}")
        for code, text in feature.TEXTS.items():
            if code in merged:
                raise ValueError(f"two texts for {code}")
            if text.status not in TITLES:
                raise ValueError(f"{code}: no title for status {text.status}")
            merged[code] = text
    return merged


TEXTS: dict[str, Text] = _merged()
STATUS: dict[str, int] = {code: text.status for code, text in TEXTS.items()}

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def placeholders(template: str) -> frozenset[str]:
    """The parameters that a text shows."""
    return frozenset(_PLACEHOLDER.findall(template))


def _amount(minor: int, scale: int) -> str:
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}" if scale else sign + digits


def _shown(name: str, value: Value, *, scale: int) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, int):
        return _amount(value, scale) if name.endswith("_minor") else str(value)
    if isinstance(value, list):
        return ", ".join(_shown(name, item, scale=scale) for item in value)
    return value


def told(template: str, parameters: Mapping[str, Value], *, scale: int = 2) -> str:
    """A text with its parameters filled in. Units: scale is the currency's digits after the point."""
    return _PLACEHOLDER.sub(
        lambda found: _shown(found[1], parameters.get(found[1]), scale=scale), template
    )


def tell(refusal: Refusal, language: Language, *, scale: int = 2) -> str:
    """A refusal as one sentence, for whoever reads it elsewhere than in a browser.

    Units: scale is the currency's digits after the point.
    """
    text = TEXTS.get(refusal.code, Text(500, refusal.code, refusal.code))
    return told(text.zh if language == "zh-CN" else text.en, refusal.parameters, scale=scale)


def language_of(request: Request) -> Language:
    """The language that the caller asked for, Chinese when nothing was said."""
    asked = request.headers.get("accept-language", "")
    best: tuple[float, Language] = (0.0, "zh-CN")
    for part in asked.split(",")[:10]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        language: Language | None = (
            "en"
            if tag.lower().startswith("en")
            else "zh-CN"
            if tag.lower().startswith("zh")
            else None
        )
        if language is not None and weight > best[0]:
            best = (weight, language)
    return best[1]


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field of a request; never what was typed."""

    field: str
    zh: str
    en: str


def problem(
    request: Request,
    refusal: Refusal,
    *,
    faults: Sequence[FieldFault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to a command that was refused."""
    text = TEXTS.get(refusal.code, Text(500, refusal.code, refusal.code))
    scale: int = request.scope.get("regulars.currency_scale", 2)
    detail_zh = told(text.zh, refusal.parameters, scale=scale)
    detail_en = told(text.en, refusal.parameters, scale=scale)
    title_zh, title_en = TITLES[text.status]
    chinese = language_of(request) == "zh-CN"
    body: dict[str, object] = {
        "type": f"urn:regulars:problem:{refusal.code}",
        "title": title_zh if chinese else title_en,
        "status": text.status,
        "code": refusal.code,
        "detail": detail_zh if chinese else detail_en,
        "parameters": refusal.parameters,
        "title_zh": title_zh,
        "title_en": title_en,
        "detail_zh": detail_zh,
        "detail_en": detail_en,
        "reference": request.scope.get("regulars.reference", ""),
    }
    if faults:
        body["errors"] = [
            {"field": fault.field, "detail_zh": fault.zh, "detail_en": fault.en} for fault in faults
        ]
    sent = {"Cache-Control": "no-store", **(headers or {})}
    if text.status in (429, 503):
        after = refusal.parameters.get("retry_after_seconds")
        sent["Retry-After"] = str(after) if isinstance(after, int) else "1"
    if text.status == 401:
        sent["WWW-Authenticate"] = 'Bearer realm="regulars"'
    request.scope["regulars.refusal"] = refusal.code
    return Response(orjson.dumps(body), text.status, sent, MEDIA_TYPE)
