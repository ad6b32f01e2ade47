"""What each line of marketing says: segments, tests, journeys, messages, and what staff do.

A message that waits for the morning reads "消息“老友归来”暂缓到 11月23日 09:00".
"""

from collections.abc import Mapping

from regulars.domain.kernel.label import Label
from regulars.domain.timeline.kinds import Kind

MARKETING: Mapping[Kind, Label] = {
    Kind.STAGE_CHANGED: Label("阶段变为“{stage}”", "Is now: {stage}"),
    Kind.CLASS_CHANGED: Label("价值分层变为“{name}”", "Is now in the class “{name}”"),
    Kind.TAGGED: Label("打上标签：{tags}", "Was tagged: {tags}"),
    Kind.UNTAGGED: Label("摘掉 {count} 个标签", "Tags taken off: {count}"),
    Kind.SEGMENT_ENTERED: Label("进入人群“{name}”", "Entered the segment “{name}”"),
    Kind.SEGMENT_LEFT: Label("离开人群“{name}”", "Left the segment “{name}”"),
    Kind.IN_VARIANT: Label("在“{name}”里分到“{arm}”组", "Was drawn for “{arm}” in “{name}”"),
    Kind.IN_CONTROL: Label(
        "分到“{name}”的对照组，不参加", "Is in the control group of “{name}”: gets nothing of it"
    ),
    Kind.HELD_OUT: Label(
        "今年在总对照组，不参加“{name}”",
        "Is in this year's overall control group: gets nothing of “{name}”",
    ),
    Kind.JOURNEY_ENTERED: Label("进入旅程“{name}”", "Began the journey “{name}”"),
    Kind.JOURNEY_HELD_OUT: Label(
        "符合旅程“{name}”，但在对照组，没有进入",
        "Would have begun the journey “{name}”, but is in its control group",
    ),
    Kind.JOURNEY_WAITS: Label("旅程“{name}”：{how}", "“{name}”: {how}"),
    Kind.JOURNEY_WENT_ON: Label("旅程“{name}”：{how}", "“{name}”: {how}"),
    Kind.JOURNEY_DID: Label("旅程“{name}”：{deed}", "“{name}” did this for her: {deed}"),
    Kind.JOURNEY_DID_NOT: Label(
        "旅程“{name}”：没能{deed}", "“{name}” could not do this for her: {deed}"
    ),
    Kind.JOURNEY_ENDED: Label("旅程“{name}”结束", "The journey “{name}” ended for her"),
    Kind.TASK_OPENED: Label("交给店员的事：{task}", "Something for the staff: {task}"),
    Kind.TASK_DONE: Label("店员做完了：{task}", "Done by the staff: {task}"),
    Kind.MESSAGE_PLANNED: Label(
        "准备发消息“{name}”（{channel}）", "The message “{name}” was planned ({channel})"
    ),
    Kind.MESSAGE_HELD_BACK: Label("消息“{name}”暂缓{until}", "“{name}” was held back{until}"),
    Kind.MESSAGE_SENT: Label("消息“{name}”已发出（{channel}）", "“{name}” was sent ({channel})"),
    Kind.MESSAGE_ACCEPTED: Label("服务商已接收“{name}”", "The provider has taken “{name}”"),
    Kind.MESSAGE_DELIVERED: Label("消息“{name}”已送达", "“{name}” was delivered"),
    Kind.MESSAGE_CLICKED: Label("点开了“{name}”里的链接", "Opened the link in “{name}”"),
    Kind.MESSAGE_FAILED: Label("消息“{name}”没发成", "“{name}” could not be sent"),
    Kind.MESSAGE_IN_DOUBT: Label(
        "消息“{name}”不确定是否送到", "Nobody knows whether “{name}” arrived"
    ),
    Kind.MESSAGE_SUPPRESSED: Label("消息“{name}”没有发", "“{name}” was not sent"),
    Kind.MESSAGE_EXPIRED: Label("消息“{name}”过时，没有发", "“{name}” came too late to be sent"),
    Kind.MESSAGE_CANCELLED: Label("消息“{name}”撤回，没有发", "“{name}” was taken back unsent"),
}
