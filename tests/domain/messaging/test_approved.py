"""Approved wordings of the providers, as a marketer writes them beside a template."""

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.messaging.approved import APPROVED_MALFORMED, Wording, approved, wording_of

TEXT = "sms_aliyun=SMS_154950909; sms_tencent=1110(name, coupon);wechat=ngqIpb-1(thing1:name,date2:day)"
VALUES = {"name": "林小雨", "coupon": "满30减5", "day": "11-25"}


def test_each_provider_has_its_own_wording_and_names() -> None:
    found = approved(TEXT, VALUES)
    assert found == {
        "sms_aliyun": Wording("SMS_154950909", None),
        "sms_tencent": Wording("1110", (("name", "name"), ("coupon", "coupon"))),
        "wechat": Wording("ngqIpb-1", (("thing1", "name"), ("date2", "day"))),
    }
    assert {name: wording_of(TEXT, name) for name in found} == found
    assert wording_of(TEXT, "sms") is None
    assert wording_of(None, "wechat") is None


def test_values_are_filled_in_under_the_providers_names_and_in_its_order() -> None:
    found = approved(TEXT, VALUES)
    assert found["sms_aliyun"].filled(VALUES) == VALUES
    assert list(found["sms_tencent"].filled(VALUES).values()) == ["林小雨", "满30减5"]
    assert found["wechat"].filled(VALUES) == {"thing1": "林小雨", "date2": "11-25"}
    assert found["wechat"].filled({}) == {"thing1": "", "date2": ""}


@pytest.mark.parametrize(
    "text",
    [
        "SMS 1",
        "=1",
        "sms_aliyun=",
        "sms_aliyun=SMS 1",
        "a=1(",
        "a=1(x y)",
        "a=1(x:)",
        "a=1(__class__)",
        "a=" * 600,
        ";",
    ],
)
def test_what_cannot_be_read_is_refused_when_it_is_saved_and_never_sent(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        approved(text, VALUES)
    assert refused.value.code == APPROVED_MALFORMED.code
    assert wording_of(text, "a") is None
    assert wording_of(text, "sms_aliyun") is None


def test_a_bare_id_stands_for_whichever_provider_there_is() -> None:
    assert approved("SMS_154950909", ()) == {}
    for sender in ("sms_aliyun", "wechat"):
        assert wording_of(" SMS_154950909 ", sender) == Wording("SMS_154950909", None)


@pytest.mark.parametrize(
    "text", ["wechat=x(thing1:nmae)", "sms_tencent=1(name,copuon)", "a=1; b=2(name); a=3"]
)
def test_a_slip_of_the_pen_is_found_before_a_guest_reads_a_gap(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        approved(text, VALUES)
    assert refused.value.code == APPROVED_MALFORMED.code
