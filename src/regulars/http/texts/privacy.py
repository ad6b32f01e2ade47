"""What requests of members about their own data say no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "privacy.request_unknown": Text(404, "没有找到这条请求", "No such request"),
    "privacy.request_ended": Text(409, "这条请求已经办结", "This request has already ended"),
    "privacy.request_open": Text(
        409, "这位会员已有一条同样的请求在办", "The same request of this member is already open"
    ),
    "privacy.kind_wrong": Text(
        409, "这类请求不能这样办结", "A request of this kind does not end this way"
    ),
    "privacy.on_hold": Text(
        409,
        "按规定须保存到 {until}，到期后再删除",
        "It has to be kept until {until} and can be erased from then on",
    ),
    "privacy.value_left": Text(
        409,
        "还有余额、积分、券或次卡：先用完、退掉，或由本人声明放弃",
        "Value, points, coupons or a pass are left: use or refund them, or have them given up",
    ),
    "privacy.unfinished": Text(
        409,
        "还有没结的单、冻结的储值或没领的兑换，办完再删除",
        "A bill, a hold or a reward is still open: finish that first",
    ),
}
