"""Refusals of programmes: check-in, tasks, draws, the points mall, referral, groups, passes."""

from regulars.http.texts import Text

TEXTS = {
    "programme.malformed": Text(
        422, "活动设置里“{part}”填得不对", "This part of the programme is not right: {part}"
    ),
    "gift.coupon_type_unknown": Text(
        422,
        "没有这种券，或者已经停发：{coupon_types}，请先建好券再保存",
        "No such kind of coupon is handed out: {coupon_types}. Please make it first, then save this",
    ),
    "programme.kind_unknown": Text(422, "没有这种活动", "There is no such kind of programme"),
    "programme.kind_fixed": Text(
        409,
        "活动的类型定了就不能改，请新建一个",
        "The kind of a programme cannot change; please make a new one",
    ),
    "programme.begins_in_the_past": Text(422, "开始时间已经过了", "The beginning lies in the past"),
    "programme.price_changed": Text(
        409,
        "价格刚刚变了，现在是 {price_minor}，请跟客人再确认一次",
        "The price has just changed; it is {price_minor} now, please confirm it with the guest",
    ),
    "programme.points_changed": Text(
        409,
        "所需积分刚刚变了，现在是 {points} 分，请跟客人再确认一次",
        "The points it costs have just changed; it is {points} now, please confirm with the guest",
    ),
    "programme.promise_changed": Text(
        409,
        "活动内容刚刚改过，请重新打开看一眼，跟客人确认后再办",
        "This programme has just been changed; please open it again and confirm with the guest",
    ),
    "programme.unknown": Text(404, "没有这个活动", "There is no such programme"),
    "programme.not_in_force": Text(
        409, "这个活动现在没有进行", "This programme is not running right now"
    ),
}
