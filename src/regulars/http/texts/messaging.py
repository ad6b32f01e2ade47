"""Refusals of messages, templates and preferences."""

from regulars.http.texts import Text

TEXTS = {
    "template.malformed": Text(
        422, "模板的“{part}”填写有误", "This part of the template is not right: {part}"
    ),
    "template.fallback_missing": Text(
        422,
        "这些内容可能为空，请写好备用文字：{names}",
        "These may be missing and need a fallback: {names}",
    ),
    "template.variant_missing": Text(
        422,
        "{channel} 缺少 {language} 的通用文案",
        "There is no text for everybody on {channel} in {language}",
    ),
    "template.refused": Text(
        422,
        "{channel}（{language}）的文案不合规，不能发布：{finding}",
        "The text for {channel} ({language}) cannot be published: {finding}",
    ),
    "template.unknown": Text(404, "没有这个模板", "There is no such template"),
    "template.stopped": Text(409, "这个模板已停用", "This template is no longer in use"),
    "template.code_taken": Text(
        409, "已有模板使用代码 {code}", "Another template has the code {code}"
    ),
    "message.key_malformed": Text(
        422, "消息的业务编号不对", "The message's business key is not right"
    ),
    "message.channels_missing": Text(
        422, "没有可用的发送渠道", "The template has no text for any of these channels"
    ),
    "message.times_reversed": Text(
        422, "有效期必须晚于发送时间", "A message must be valid after the time it is due"
    ),
    "message.value_unknown": Text(
        422, "“{name}”不能这样填写", "This cannot be filled in so: {name}"
    ),
    "message.unknown": Text(404, "没有这条消息", "There is no such message"),
    "message.not_resendable": Text(
        409,
        "只有结果不明或发送失败的消息才能重发",
        "Only a message in doubt or failed can be sent again",
    ),
    "message.not_waiting": Text(
        409, "这条消息已经不能撤回了", "This message can no longer be taken back"
    ),
    "message.not_in_doubt": Text(
        409,
        "这条消息的结果已经清楚，不用人工确认",
        "What became of this message is known already",
    ),
    "message.over": Text(409, "这条消息的有效期已过", "The time of this message is over"),
    "contact_point.malformed": Text(
        422, "联系方式填写有误", "This address is not right for the channel"
    ),
    "message.link_unknown": Text(
        404,
        "这个链接已失效，请打开最近的一条消息",
        "This link no longer leads anywhere; please use the one in your latest message",
    ),
    "preferences.link_broken": Text(
        404,
        "链接不完整或已失效，请从最近的消息里重新打开",
        "This link is broken or no longer valid; please open it from a recent message",
    ),
}
