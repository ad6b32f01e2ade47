"""Links in a message: which can be counted, where a template says that they lead."""

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.links import is_web_link
from regulars.domain.messaging.placeholders import Tongue
from regulars.domain.messaging.rendering import rendered
from regulars.domain.messaging.replies import is_withdrawal
from regulars.domain.messaging.template import Template, template_data, template_from

MENU = "https://shop.example/menu?day=1&lang=zh"


def template(links: object, words: str = "{{menu_link}}") -> Template:
    texts = [
        {"channel": "email", "language": language, "subject": "新品", "text": words, "html": words}
        for language in ("zh-CN", "en")
    ]
    names = {"name_zh": "新品", "name_en": "New", "category": "news", "purpose": "marketing"}
    return template_from({**names, "variants": texts, "links": links})


@pytest.mark.parametrize(
    "text",
    [
        MENU,
        "http://shop.example:8080/a#b",
        "https://xn--fiqs8s.example/%E8%8C%B6",
        "https://a.b.example/",
    ],
)
def test_a_whole_address_of_the_web_can_be_followed(text: str) -> None:
    assert is_web_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "shop.example/menu",
        "//shop.example/menu",
        "/menu",
        "https://",
        "https:///menu",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://shop.example/a",
        "https://shop.example@evil.example/",
        "https://shop.example:99999/",
        "https://shop.example:0/",
        "https://shop.example/茶",
        "https://shop.example/a b",
        "https://shop.example/\r\nSet-Cookie: a=b",
        'https://shop.example/"onmouseover=',
        "https://shop.example\\@evil.example/",
        "https:" + "//[::1/",
        "https://shop.example/" + "a" * 200,
    ],
)
def test_anything_else_is_no_link_that_could_be_led_to(text: str) -> None:
    assert not is_web_link(text)


def test_a_template_says_where_its_links_lead_unless_the_plan_knows_better() -> None:
    known = template({"menu_link": MENU})
    assert template_from(template_data(known)) == known
    assert known.targets({}) == {"menu_link": MENU}
    assert known.targets({"menu_link": "https://shop.example/today"}) == {
        "menu_link": "https://shop.example/today"
    }
    assert known.targets({"menu_link": "ask us", "link": MENU}) == {"link": MENU}


def test_a_link_that_the_template_knows_needs_no_fallback() -> None:
    with pytest.raises(Refusal) as refused:
        template({})
    assert refused.value.code == "template.fallback_missing"
    variant = template({"menu_link": MENU}).variant(Channel.EMAIL, "en", {})
    assert variant is not None
    words = rendered(variant, {"menu_link": MENU}, tongue=Tongue("en", "CNY"))
    assert (words.text, words.html) == (MENU, MENU.replace("&", "&amp;"))
    assert words.says(MENU)
    assert not words.says("https://shop.example/order")


@pytest.mark.parametrize(
    "links",
    [
        {"menu_link": "shop.example"},
        {"menu_link": "javascript:alert(1)"},
        {"menu_link": 7},
        {"name": MENU},
        {"unknown": MENU},
        [MENU],
    ],
)
def test_a_link_that_leads_nowhere_or_has_no_place_is_refused(links: object) -> None:
    with pytest.raises(Refusal) as refused:
        template(links)
    assert (refused.value.code, refused.value.parameters) == (
        "template.malformed",
        {"part": "links"},
    )


@pytest.mark.parametrize(
    "reply",
    [
        "Stop please",
        "STOP texting me",
        "please stop",
        "Please unsubscribe me!",
        "I said remove me",
        "opt out",
        "怎么退订？",
        "别再给我发短信",
        "不要再发了",
        "不要发广告",
    ],
)
def test_leaving_is_understood_in_a_sentence(reply: str) -> None:
    assert is_withdrawal(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "不要发票",
        "不用发票了",
        "When do you stop serving?",
        "stop by at five?",
        "the end",
        "好的",
        "1",
    ],
)
def test_a_sentence_about_something_else_is_no_leaving(reply: str) -> None:
    assert not is_withdrawal(reply)
