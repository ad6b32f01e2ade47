"""Every sender that the product has, with what this shop was given for each.

A channel without its keys is there all the same and says what it lacks: no key, no send.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Sender, Senders
from regulars.integrations.calling.caller import Caller
from regulars.integrations.calling.reach import Reach
from regulars.integrations.console.sender import Console
from regulars.integrations.keyring import Desk, Keyring
from regulars.integrations.sms_aliyun.sender import AliyunSms
from regulars.integrations.sms_tencent.sender import TencentSms
from regulars.integrations.sms_twilio.sender import TwilioSms
from regulars.integrations.smtp.sender import Smtp
from regulars.integrations.till.sender import Till
from regulars.integrations.web_push.sender import WebPush
from regulars.integrations.webhook.sender import Webhook
from regulars.integrations.wechat.sender import WeChat
from regulars.integrations.wecom.sender import WeCom

SMS_FIRST = "REGULARS_SMS_FIRST"
ON_CONSOLE = "REGULARS_CONSOLE"
LOOPBACK = "REGULARS_CHANNELS_LOOPBACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the senders need of the house. `write` takes a line for the server's own terminal."""

    clock: Callable[[], Instant]
    entropy: Callable[[int], bytes]
    write: Callable[[str], object]
    public_url: str | None = None


def senders(keyring: Keyring, house: House) -> Senders:
    """The senders of every channel, in the order in which they are tried.

    `REGULARS_SMS_FIRST` names the SMS provider that is tried first, `REGULARS_CONSOLE` the channels
    for which the console stands in after all others.
    """
    reach = Reach(loopback=keyring.read(LOOPBACK) == "on")
    desk = Desk(caller=Caller(reach), clock=house.clock, entropy=house.entropy)
    found: dict[Channel, tuple[Sender, ...]] = {
        Channel.SMS: _sms(keyring, desk, house.public_url),
        Channel.EMAIL: (Smtp(keyring, desk),),
        Channel.PUSH: (WebPush(keyring, desk),),
        Channel.WECHAT: (WeChat(keyring, desk),),
        Channel.WECOM: (WeCom(keyring, desk),),
        Channel.WEBHOOK: (Webhook(keyring, desk),),
        Channel.TILL: (Till(),),
    }
    for channel in _on_console(keyring.read(ON_CONSOLE) or ""):
        found[channel] = (*found.get(channel, ()), Console(channel, house.write))
    return found


def _sms(keyring: Keyring, desk: Desk, public_url: str | None) -> tuple[Sender, ...]:
    every: tuple[Sender, ...] = (
        AliyunSms(keyring, desk),
        TencentSms(keyring, desk),
        TwilioSms(keyring, desk, public_url=public_url),
    )
    first = keyring.read(SMS_FIRST)
    return tuple(sorted(every, key=lambda one: one.name != first))


def _on_console(text: str) -> Iterable[Channel]:
    words = {word.strip() for word in text.split(",")}
    return [channel for channel in Channel if channel.value in words]
