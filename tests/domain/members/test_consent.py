"""Consent: what was never asked is no, and the newest word counts."""

from datetime import date

import pytest

from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.consent import (
    SHIPPED,
    Channel,
    Choice,
    Consent,
    Purpose,
    Wording,
    checked_choices,
    in_force,
    standing,
)

TODAY = date(2026, 5, 1)
OWN = Wording(
    version="2026-05",
    purpose=Purpose.MARKETING,
    text_zh="我同意接收短信",
    text_en="I agree to text messages",
    since=TODAY,
)


def a_choice(
    *, granted: bool = True, version: str = "2026-01", channel: Channel = Channel.SMS
) -> Choice:
    return Choice(
        channel=channel, purpose=Purpose.MARKETING, granted=granted, wording_version=version
    )


def a_consent(choice: Choice, at: str) -> Consent:
    return Consent(
        choice=choice, language="zh-CN", source="till", at=instant_from_iso(at), by="staff:1"
    )


def test_every_purpose_is_asked_in_both_languages_from_the_first_day() -> None:
    shown = in_force([], on=TODAY)
    assert [one.purpose for one in shown] == list(Purpose)
    assert all(one.text_zh and one.text_en for one in SHIPPED)


def test_the_organisations_own_words_replace_ours_from_their_day_on() -> None:
    def marketing(on: date) -> str:
        return next(w.version for w in in_force([OWN], on=on) if w.purpose is Purpose.MARKETING)

    assert marketing(TODAY) == "2026-05"
    assert marketing(date(2026, 4, 30)) == "2026-01"


def test_nobody_agrees_to_words_that_do_not_exist() -> None:
    for version in ("2026-05", "", "2025"):
        with pytest.raises(Refusal) as caught:
            checked_choices([a_choice(version=version)], [], on=TODAY)
        assert caught.value.code == "consent.wording_unknown"
    assert checked_choices([a_choice(version="2026-05")], [OWN], on=TODAY)


def test_one_channel_and_purpose_is_answered_once() -> None:
    with pytest.raises(Refusal) as caught:
        checked_choices([a_choice(), a_choice(granted=False)], [], on=TODAY)
    assert caught.value.code == "consent.repeated"


def test_the_newest_choice_stands_for_its_channel_and_purpose_alone() -> None:
    consents = [
        a_consent(a_choice(), "2026-05-01T10:00:00Z"),
        a_consent(a_choice(granted=False), "2026-05-03T10:00:00Z"),
        a_consent(a_choice(channel=Channel.EMAIL), "2026-05-02T10:00:00Z"),
    ]
    now = standing(consents)
    assert not now[Channel.SMS, Purpose.MARKETING].choice.granted
    assert now[Channel.EMAIL, Purpose.MARKETING].choice.granted
    assert (Channel.PUSH, Purpose.MARKETING) not in now
