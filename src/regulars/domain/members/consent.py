"""What a member allows, by channel and purpose, and the words she was shown.

Joining allows nothing but membership: marketing is asked apart and unticked, withdrawing takes as
many taps as giving, and what was never asked counts as no.

    李敏 ticks "offers by SMS" on 1 May under wording 2026-05 and takes it back on 3 May: on 4 May
    her standing choice is no, and both rows stay as proof.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code

# What an old list says that she allowed was asked with words that nobody here knows.
IMPORTED = "import"

WORDING_UNKNOWN = refusal_code("consent.wording_unknown", "wording_version", "purpose")
CONSENT_REPEATED = refusal_code("consent.repeated", "channel", "purpose")


class Channel(StrEnum):
    """By which way the organisation reaches a member.

    `webhook` is a system of the merchant's own that writes to her; `profile` is use inside the house,
    without any message that leaves it.
    """

    SMS = "sms"
    EMAIL = "email"
    WECHAT = "wechat"
    PUSH = "push"
    WEBHOOK = "webhook"
    PROFILE = "profile"


class Purpose(StrEnum):
    """What for."""

    MEMBERSHIP = "membership"
    MARKETING = "marketing"
    PERSONALISATION = "personalisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A yes or no that a member gave just now, under a wording."""

    channel: Channel
    purpose: Purpose
    granted: bool
    wording_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One recorded choice, with all that proves it; `evidence` is sealed with the member's key."""

    choice: Choice
    language: str
    source: str
    at: Instant
    by: str
    evidence: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words with which one purpose is asked, in both languages."""

    version: str
    purpose: Purpose
    text_zh: str
    text_en: str
    since: date


_SINCE = date(2026, 1, 1)
SHIPPED = (
    Wording(
        version="2026-01",
        purpose=Purpose.MEMBERSHIP,
        text_zh="为给您积分、储值和会员价，我们保存您的联系方式和消费记录；您可随时查阅、更正或注销。",
        text_en=(
            "We keep your contact details and purchases to give you points, stored value and"
            " member prices. You may see, correct or close them at any time."
        ),
        since=_SINCE,
    ),
    Wording(
        version="2026-01",
        purpose=Purpose.MARKETING,
        text_zh="我同意通过此方式接收优惠和新品消息，可随时退订，不影响会员权益。",
        text_en=(
            "I agree to receive offers and news this way. I may stop at any time and keep all"
            " member benefits."
        ),
        since=_SINCE,
    ),
    Wording(
        version="2026-01",
        purpose=Purpose.PERSONALISATION,
        text_zh="我同意根据我的消费记录为我推荐商品和优惠，可随时关闭，价格不会因此不同。",
        text_en=(
            "I agree that my purchases are used to suggest products and offers to me. I may"
            " switch this off at any time; prices never depend on it."
        ),
        since=_SINCE,
    ),
)


def in_force(wordings: Iterable[Wording], *, on: date) -> tuple[Wording, ...]:
    """The wording to show today for each purpose: the organisation's newest, else the shipped."""
    newest: dict[Purpose, Wording] = {}
    for wording in (*SHIPPED, *wordings):
        known = newest.get(wording.purpose)
        if wording.since <= on and (known is None or known.since <= wording.since):
            newest[wording.purpose] = wording
    return tuple(newest[purpose] for purpose in Purpose if purpose in newest)


def checked_choices(
    choices: Iterable[Choice], wordings: Iterable[Wording], *, on: date
) -> tuple[Choice, ...]:
    """The choices themselves, if each was made under words that exist and once.

    What was taken over from an old list can be withdrawn as it came, and not be given that way.
    Refuses: consent.wording_unknown, consent.repeated.
    """
    known = {(w.version, w.purpose) for w in (*SHIPPED, *wordings) if w.since <= on}
    kept: dict[tuple[Channel, Purpose], Choice] = {}
    for choice in choices:
        taken_back = choice.wording_version == IMPORTED and not choice.granted
        if not taken_back and (choice.wording_version, choice.purpose) not in known:
            raise WORDING_UNKNOWN.because(
                wording_version=choice.wording_version, purpose=choice.purpose.value
            )
        key = (choice.channel, choice.purpose)
        if key in kept:
            raise CONSENT_REPEATED.because(
                channel=choice.channel.value, purpose=choice.purpose.value
            )
        kept[key] = choice
    return tuple(kept.values())


def standing(consents: Iterable[Consent]) -> dict[tuple[Channel, Purpose], Consent]:
    """What a member wants today: the newest choice for each channel and purpose."""
    newest: dict[tuple[Channel, Purpose], Consent] = {}
    for consent in consents:
        key = (consent.choice.channel, consent.choice.purpose)
        if key not in newest or newest[key].at <= consent.at:
            newest[key] = consent
    return newest
