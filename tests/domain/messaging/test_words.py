"""Placeholders: a closed grammar, and everything else stays the text that somebody typed."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.messaging.escaping import Medium
from regulars.domain.messaging.placeholders import NAMES, Kind, Tongue, Value
from regulars.domain.messaging.words import filled, like_a_program, names_in, unguarded

ZH, EN = Tongue("zh-CN", "CNY"), Tongue("en", "CNY")
VALUES: dict[str, Value] = {
    "name": "林小雨",
    "points": 1280,
    "amount": 500,
    "day": date(2026, 5, 9),
    "tier": "金叶",
}
SECRET = "s3cret-of-the-shop"


def told(text: str, *, tongue: Tongue = ZH, medium: Medium = Medium.PLAIN) -> str:
    return filled(text, VALUES, tongue=tongue, medium=medium)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("{{name}}", "林小雨", "林小雨"),
        ("{{ points }}", "1,280", "1,280"),
        ("{{amount|money}}", "5元", "¥5"),
        ("{{amount}}", "5元", "¥5"),
        ('{{day|date:"M-d"}}', "5-9", "5-9"),
        ('{{day|date:"yyyy-MM-dd"}}', "2026-05-09", "2026-05-09"),
        ("{{day}}", "5月9日", "2026-05-09"),
        ('{{coupon|fallback:"一张券"}}', "一张券", "一张券"),
        ('{{coupon|fallback:"a coupon"}}!', "a coupon!", "a coupon!"),
        ('{{name|fallback:"朋友"}}', "林小雨", "林小雨"),
    ],
)
def test_known_names_are_filled_in_as_their_readers_expect(text: str, zh: str, en: str) -> None:
    assert (told(text), told(text, tongue=EN)) == (zh, en)


@pytest.mark.parametrize(
    "text",
    [
        "{{nobody}}",
        "{{name.upper}}",
        "{{name[0]}}",
        "{{name|upper}}",
        "{{name|money}}",
        '{{points|date:"M-d"}}',
        '{{day|date:"HH:mm"}}',
        '{{day|date:"%s"}}',
        "{{7*7}}",
        "{member.__class__}",
        "{{member.__class__.__mro__}}",
        "{% for x in y %}",
        "${name}",
        "%(name)s",
        "{name}",
        "{{{name",
        "{{name",
        "name}}",
        "{{ }}",
        "{{name|}}",
        "{{NAME}}",
    ],
)
def test_everything_else_stays_as_it_was_typed(text: str) -> None:
    assert told(text) == text
    assert names_in(text) == frozenset()


def test_what_is_filled_in_is_never_read_again() -> None:
    sly: dict[str, Value] = {**VALUES, "name": "{{points}} {{amount|money}}"}
    for medium in Medium:
        text = filled("{{name}}！{{points}}", sly, tongue=ZH, medium=medium)
        assert text == "{{points}} {{amount|money}}！1,280"


def test_a_value_is_made_harmless_for_its_place() -> None:
    sly: dict[str, Value] = {"name": '<b onclick="x">李敏</b>\r\nBcc: a@b.example\u202e【某银行】'}
    html = filled("<p>{{name}}</p>", sly, tongue=ZH, medium=Medium.HTML)
    assert (
        html == "<p>&lt;b onclick=&quot;x&quot;&gt;李敏&lt;/b&gt;  Bcc: a@b.example【某银行】</p>"
    )
    header = filled("您好 {{name}}", sly, tongue=ZH, medium=Medium.HEADER)
    assert "\n" not in header
    assert "\r" not in header
    sms = filled("【山野】{{name}}", sly, tongue=ZH, medium=Medium.SMS)
    assert sms.count("【") == 1
    assert "\u202e" not in sms


def test_a_header_is_one_line_whatever_its_author_typed() -> None:
    assert told("a\r\nBcc: x", medium=Medium.HEADER) == "a  Bcc: x"
    assert told("a\u2028b\x85c", medium=Medium.HEADER) == "a b c"


def test_names_that_may_be_missing_are_found_without_their_fallback() -> None:
    text = '{{name}}{{points}}{{coupon|fallback:"券"}}{{day|date:"M-d"}}{{name}}'
    assert unguarded(text) == ("name", "day")


def test_a_text_that_looks_like_a_program_is_pointed_out() -> None:
    assert like_a_program("{{naem}} 您好")
    assert like_a_program("{% if vip %}")
    assert not like_a_program("{{points}} 分，{优惠}")


def _payloads() -> list[str]:
    dice = random.Random(5_000)
    cores = [
        "self.__class__.__mro__[1].__subclasses__()",
        "config.items()",
        "request.application.__globals__",
        "''.__class__",
        "7*7",
        "name.__init__.__globals__",
        "lipsum.__globals__['os'].popen('id').read()",
        "name|attr('__class__')",
        "cycler.__init__.__globals__.os",
        "import os",
        "T(java.lang.Runtime).getRuntime()",
        "constructor.constructor('return 1')()",
        "system('id')",
        "@(1+1)",
        "php:phpinfo()",
        "name|format('%s')",
        "range(9**9)",
    ]
    frames = [
        ("{{", "}}"),
        ("{%", "%}"),
        ("${", "}"),
        ("<%=", "%>"),
        ("#{", "}"),
        ("{", "}"),
        ("{{=", "}}"),
        ("[[", "]]"),
        ("{{{", "}}}"),
        ("${{", "}}"),
        ("*{", "}"),
        ("{php}", "{/php}"),
        ("%(", ")s"),
        ("{0.", "}"),
    ]
    noise = ["", " ", "\t", "|safe", "|raw", "\u200b", "}}{{", "\\", '"', "'", "<script>"]
    payloads = []
    for _ in range(5_000):
        begin, end = dice.choice(frames)
        payloads.append(begin + dice.choice(noise) + dice.choice(cores) + dice.choice(noise) + end)
    return payloads


def test_five_thousand_injections_in_texts_and_in_names_come_out_literal() -> None:
    secret: dict[str, Value] = {**VALUES, "code": SECRET}
    for payload in _payloads():
        assert filled(payload, secret, tongue=ZH, medium=Medium.PLAIN) == payload
        named: dict[str, Value] = {**secret, "name": payload[:60]}
        text = filled("{{name}}|{{points}}", named, tongue=ZH, medium=Medium.PLAIN)
        shown = payload[:60].replace("\t", " ").replace("\u200b", "")
        assert text == f"{shown}|1,280"


@given(st.text(max_size=80))
def test_no_text_ever_raises_or_reveals_what_it_did_not_ask_for(text: str) -> None:
    values: dict[str, Value] = {"code": SECRET}
    for medium in Medium:
        result = filled(text, values, tongue=EN, medium=medium)
        assert SECRET not in result or "{{" in text


def test_every_name_has_a_kind_and_both_languages() -> None:
    assert {one.kind for one in NAMES.values()} == set(Kind)
    assert all(one.label.zh and one.label.en for one in NAMES.values())
