"""Refusals of measurement: assigning members, and telling what a programme earned."""

from regulars.http.texts import Text

TEXTS = {
    "assignment.design_unfit": Text(
        422, "分组方案有误（{part}），请检查", "This way of drawing members cannot work ({part})"
    ),
    "assignment.design_fixed": Text(
        409,
        "活动已经分过组，对照组和衡量办法不能再改，只能调整各方案的比例",
        "Members have been drawn already: only the chances of the variants may still change",
    ),
    "assignment.programme_unknown": Text(
        404,
        "这个活动还没有分过组",
        "No members have been drawn for this programme",
    ),
    "assignment.batch_too_large": Text(
        422, "一次最多分配 {maximum} 位会员", "At most {maximum} members can be drawn at once"
    ),
    "measurement.plan_unfit": Text(
        422, "衡量方案有误（{part}），请检查", "This way of measuring cannot work ({part})"
    ),
    "measurement.no_control": Text(
        409,
        "这个活动没有留对照组，无法知道会员本来会不会来，所以不显示提升。下次请至少留出一成会员不发",
        "Nobody was held back in this programme, so nobody can know what members would have done"
        " anyway, and no lift is shown. Next time, hold back at least one in ten",
    ),
    "measurement.past_too_short": Text(
        409,
        "可比的老会员还不到 {minimum} 位，先积累一段时间再来看",
        "Fewer than {minimum} members have been here long enough; come back later",
    ),
}
