"""Refusals of segments, and of questions that take too long."""

from regulars.http.texts import Text

TEXTS = {
    "segment.unknown": Text(404, "没有这个人群", "There is no such segment"),
    "segment.measure_unknown": Text(
        422, "没有“{name}”这个指标", "There is no measure called {name}"
    ),
    "segment.measure_malformed": Text(
        422, "指标“{measure}”的“{part}”填得不对", "In {measure} this is not right: {part}"
    ),
    "segment.leaf_unfit": Text(
        422,
        "指标“{measure}”不能这样比较",
        "{measure} cannot be compared in this way",
    ),
    "segment.value_out_of_range": Text(
        422,
        "指标“{measure}”的数值太大，最多 {maximum}",
        "The value for {measure} is too large; the most is {maximum}",
    ),
    "segment.cycle": Text(
        422,
        "人群之间不能互相引用（包括通过标签引用），请检查条件",
        "Segments cannot ask about each other in a circle, also not by their tags",
    ),
    "segment.child_not_active": Text(
        422,
        "条件里引用的人群不存在或还没启用",
        "The condition asks about a segment that does not exist or is not active",
    ),
    "segment.tag_fixed": Text(
        409,
        "人群自动打的标签定了就不能改，请新建一个人群",
        "The tag of a segment cannot change; please make a new segment",
    ),
    "segment.not_a_draft": Text(
        409,
        "这个人群已经启用，不能再存成草稿",
        "This segment is active and cannot be saved as a draft again",
    ),
    "segment.in_use": Text(
        409,
        "别的人群、营销活动或旅程还在用它，请先改掉或结束那一个",
        "Another segment, a campaign or a journey uses this one; please change or end that first",
    ),
    "segment.stopped": Text(
        409, "这个人群已经停用，请新建一个", "This segment was stopped; please make a new one"
    ),
    "segment.too_many": Text(
        409,
        "人群太多了，最多 {maximum} 个，请先停用不用的",
        "There are too many segments, {maximum} at most; please stop some first",
    ),
    "question.too_slow": Text(
        503,
        "查了 {seconds} 秒还没有结果，请把条件收窄一些再试",
        "No answer after {seconds} seconds; please narrow the condition and try again",
    ),
    "question.cancelled": Text(409, "查询已取消", "The question was cancelled"),
}
