"""Refusals of surveys and of what a store does about low marks."""

from regulars.http.texts import Text

TEXTS = {
    "survey.link_unknown": Text(
        404,
        "这个链接无效，请重新扫小票上的二维码",
        "This link does not work; please scan the code on your receipt again",
    ),
    "survey.none": Text(404, "这次消费没有问卷", "There is no survey for this visit"),
    "survey.over": Text(
        409,
        "填写时间已过，谢谢您的光临",
        "The time for answering is over. Thank you for your visit",
    ),
    "survey.answered_already": Text(
        409, "这次消费的问卷已经填过了", "This visit's survey has been answered already"
    ),
    "survey.nothing_answered": Text(422, "请至少回答一题", "Please answer at least one question"),
    "survey.answer_malformed": Text(
        422,
        "有一题的回答不在选项里（{question}）",
        "One answer is none of its choices ({question})",
    ),
    "recovery.unknown": Text(404, "没有这条回访任务", "There is no such task"),
    "recovery.done_already": Text(
        409, "这条回访任务已经处理过了", "This task has been done already"
    ),
}
