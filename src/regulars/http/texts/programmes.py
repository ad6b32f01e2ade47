"""Refusals of programmes: check-in, tasks, draws, the points mall, referral, groups, passes."""

from regulars.http.texts import Text

TEXTS = {
    "programme.malformed": Text(
        422, "活动设置里“{part}”填得不对", "This part of the programme is not right: {part}"
    ),
    "programme.kind_unknown": Text(422, "没有这种活动", "There is no such kind of programme"),
    "programme.kind_fixed": Text(
        409,
        "活动的类型定了就不能改，请新建一个",
        "The kind of a programme cannot change; please make a new one",
    ),
    "programme.begins_in_the_past": Text(422, "开始时间已经过了", "The beginning lies in the past"),
    "programme.unknown": Text(404, "没有这个活动", "There is no such programme"),
    "programme.not_in_force": Text(
        409, "这个活动现在没有进行", "This programme is not running right now"
    ),
}
