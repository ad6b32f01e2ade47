"""What the channels say no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "channel.unknown": Text(404, "没有这个渠道", "There is no such channel"),
    "channel.call_not_proven": Text(
        403,
        "无法确认这是服务商发来的，已拒绝",
        "The call could not be proved to come from the provider",
    ),
    "channel.not_ready": Text(
        409,
        "这个渠道还没配好，缺少：{missing}",
        "This channel is not set up yet. Missing: {missing}",
    ),
    "message.approved_malformed": Text(
        422,
        "报备模板“{part}”写得不对，应像这样：sms_aliyun=SMS_123; sms_tencent=456(name)。"
        "每家只写一次，括号里的名字要在模板的变量里",
        "The approved template “{part}” should look like sms_aliyun=SMS_123; sms_tencent=456(name): "
        "each provider once, and in brackets only names of the template's variables",
    ),
}
