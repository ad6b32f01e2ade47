"""By which ways a shop speaks to a member, and which of her choices allows each.

林小雨 allowed offers by SMS and nothing by e-mail: a coupon that is about to lapse reaches her
as an SMS; the same words for e-mail are kept back with the reason `no_consent`.
"""

from enum import StrEnum
from typing import assert_never

from regulars.domain.members import consent


class Channel(StrEnum):
    """How a message leaves the house; the till and the console never leave it."""

    SMS = "sms"
    EMAIL = "email"
    PUSH = "push"
    WECHAT = "wechat"
    WECOM = "wecom"
    WEBHOOK = "webhook"
    TILL = "till"
    CONSOLE = "console"


class Purpose(StrEnum):
    """What a message is for: `service` tells a member what is hers, `marketing` invites her."""

    SERVICE = "service"
    MARKETING = "marketing"


def consent_channel(channel: Channel) -> consent.Channel:
    """Under which channel a member's choice for such a message is kept."""
    match channel:
        case Channel.SMS:
            return consent.Channel.SMS
        case Channel.EMAIL:
            return consent.Channel.EMAIL
        case Channel.PUSH:
            return consent.Channel.PUSH
        case Channel.WECHAT | Channel.WECOM:
            return consent.Channel.WECHAT
        case Channel.WEBHOOK:
            return consent.Channel.WEBHOOK
        case Channel.TILL | Channel.CONSOLE:
            return consent.Channel.PROFILE
        case _:
            assert_never(channel)


def consent_purpose(channel: Channel, purpose: Purpose) -> consent.Purpose:
    """For which purpose the choice is kept: what is shown in the house uses her history only."""
    match purpose:
        case Purpose.SERVICE:
            return consent.Purpose.MEMBERSHIP
        case Purpose.MARKETING:
            if consent_channel(channel) is consent.Channel.PROFILE:
                return consent.Purpose.PERSONALISATION
            return consent.Purpose.MARKETING
        case _:
            assert_never(purpose)


def offers_allowed_by(channel: Channel) -> str:
    """The choice that allows an offer by a way, as segments call it: `sms/marketing`."""
    return f"{consent_channel(channel)}/{consent_purpose(channel, Purpose.MARKETING)}"
