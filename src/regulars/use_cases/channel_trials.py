"""A test message that somebody sends herself, to see that a channel works before guests depend on it.

Who tested which sender is audited; to which address is nobody's business and is kept nowhere.
"""

from dataclasses import dataclass
from datetime import timedelta

from regulars.domain.messaging.channels import Channel
from regulars.storage import audit
from regulars.storage.engine import Write
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.verifying import need_whole

TEST_VALID = timedelta(minutes=10)
WORDS = {
    "zh-CN": "【{shop}】测试消息：这个渠道已经接通，无需回复。",
    "en": "{shop}: test message. This channel works; no need to reply.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TryChannel:
    """Let one sender send one test message."""

    channel: Channel
    sender: str


@dataclass(frozen=True, slots=True)
class Begun:
    """The test is on the books; the message itself leaves outside the transaction."""

    sender: str


@use_case
def try_channel(tx: Write, command: TryChannel, moment: Moment) -> Begun:
    """Put a test on the books before its message leaves.

    Refuses: scope.outside.
    """
    need_whole(moment.actor.scope)
    audit.record(
        tx,
        moment,
        action="channel.tried",
        subject=f"channel:{command.sender}",
        after={"channel": command.channel.value},
    )
    return Begun(command.sender)
