"""Templates: complete in both languages, chosen by condition, refused when they are not lawful."""

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.messaging.channels import Channel, Purpose, consent_channel, consent_purpose
from regulars.domain.messaging.lint import FindingCode, findings, publishable
from regulars.domain.messaging.message import Reason
from regulars.domain.messaging.parts import sms_parts
from regulars.domain.messaging.placeholders import Tongue
from regulars.domain.messaging.reason_words import WORDS
from regulars.domain.messaging.rendering import rendered
from regulars.domain.messaging.replies import is_withdrawal
from regulars.domain.messaging.template import Template, template_data, template_from

ZH = "【山野茶事】{{points}}积分，拒收请回复R"
EN = "{{points}} points. Reply STOP to opt out"


def text(channel: str, language: str, words: str, **more: object) -> dict[str, object]:
    return {"channel": channel, "language": language, "text": words, **more}


def template(*variants: dict[str, object], purpose: str = "marketing") -> Template:
    names = {"name_zh": "券快到期", "name_en": "Coupon ends", "category": "coupon"}
    return template_from({**names, "purpose": purpose, "variants": list(variants)})


PLAIN = (text("sms", "zh-CN", ZH), text("sms", "en", EN))


def refusal(*variants: dict[str, object]) -> str:
    with pytest.raises(Refusal) as refused:
        publishable(template(*variants))
    return refused.value.code


def test_a_template_reads_back_what_it_wrote() -> None:
    warm = {"kind": "compare", "field": "tier", "is": "equal", "value": "gold"}
    known = template(*PLAIN, text("sms", "zh-CN", "【山野】金叶会员您好，退订回T", when=warm))
    assert template_from(template_data(known)) == known
    assert known.names == {"points", "tier"}


def test_the_first_variant_whose_condition_holds_is_told() -> None:
    warm = {"kind": "compare", "field": "tier", "is": "equal", "value": "gold"}
    known = template(*PLAIN, text("sms", "zh-CN", "【山野】金叶会员您好，退订回T", when=warm))
    gold = known.variant(Channel.SMS, "zh-CN", {"tier": "gold"})
    leaf = known.variant(Channel.SMS, "zh-CN", {"tier": "leaf"})
    assert gold is not None
    assert leaf is not None
    assert (gold.text[:6], leaf.text) == ("【山野】金叶", ZH)
    assert known.variant(Channel.EMAIL, "zh-CN", {}) is None


def test_a_template_speaks_both_languages_on_each_channel() -> None:
    assert refusal(text("sms", "zh-CN", ZH)) == "template.variant_missing"


def test_an_unguarded_nullable_name_cannot_be_saved() -> None:
    variants = (text("sms", "zh-CN", "【山野】{{name}}，拒收请回复R"), PLAIN[1])
    assert refusal(*variants) == "template.fallback_missing"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("{{points}}积分，拒收请回复R", FindingCode.SIGNATURE_MISSING),
        ("【山野茶事】{{points}}积分", FindingCode.OPT_OUT_MISSING),
        ("【山野茶事】" + "好" * 400 + "，拒收请回复R", FindingCode.TOO_LONG),
    ],
)
def test_an_unlawful_or_endless_sms_is_refused(words: str, code: FindingCode) -> None:
    assert refusal(text("sms", "zh-CN", words), PLAIN[1]) == "template.refused"
    found = findings(template(text("sms", "zh-CN", words), PLAIN[1]))
    assert code in {one.code for one in found if one.error}


def test_what_costs_more_or_looks_odd_is_only_pointed_out() -> None:
    odd = text("sms", "zh-CN", "【山野】{{naem}}" + "好" * 150 + "，退订回T")
    found = findings(publishable(template(odd, PLAIN[1])))
    assert [one.code for one in found] == [FindingCode.DEAR, FindingCode.LIKE_A_PROGRAM]


def test_a_mail_needs_a_subject_and_wechat_an_approved_template() -> None:
    mail = (text("email", "zh-CN", "您好"), text("email", "en", "Hello"))
    chat = (text("wechat", "zh-CN", "您好"), text("wechat", "en", "Hello"))
    assert refusal(*mail) == refusal(*chat) == "template.refused"


def test_a_service_sms_needs_no_way_out() -> None:
    paid = (text("sms", "zh-CN", "【山野茶事】余额{{stored_value}}"), text("sms", "en", "Hello"))
    assert publishable(template(*paid, purpose="service")).purpose is Purpose.SERVICE


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("好" * 70, 1),
        ("好" * 71, 2),
        ("好" * 134, 2),
        ("好" * 135, 3),
        ("a" * 70 + "好", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("好" * 66 + "😀" + "好" * 66, 3),
    ],
)
def test_parts_are_counted_as_providers_charge_them(words: str, parts: int) -> None:
    assert sms_parts(words) == parts


def test_a_rendered_sms_knows_its_parts_and_a_variable_its_value() -> None:
    variants = (
        text(
            "sms", "zh-CN", ZH, provider_template="SMS_1", variables={"n": "{{points}}", "p": "x"}
        ),
        PLAIN[1],
    )
    variant = template(*variants).variant(Channel.SMS, "zh-CN", {})
    assert variant is not None
    words = rendered(variant, {"points": 50}, tongue=Tongue("zh-CN", "CNY"))
    assert (words.parts, words.variables) == (1, {"n": "50", "p": "x"})


@pytest.mark.parametrize(
    "reply",
    ["R", "r。", "T", "TD", "退订", "stop", "QUIT", "End", "revoke", "CANCEL", "Unsubscribe"],
)
def test_every_word_of_leaving_is_understood(reply: str) -> None:
    assert is_withdrawal(reply)


def test_each_channel_asks_for_a_choice_of_the_member() -> None:
    for channel in Channel:
        way, wish = consent_channel(channel), consent_purpose(channel, Purpose.MARKETING)
        assert (wish.value == "personalisation") is (way.value == "profile")
        assert consent_purpose(channel, Purpose.SERVICE).value == "membership"


def test_every_reason_is_told_in_both_languages() -> None:
    assert set(WORDS) == set(Reason)
    assert all(label.zh and label.en for label in WORDS.values())
