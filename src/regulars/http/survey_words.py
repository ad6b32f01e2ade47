"""What the survey's page says besides the questions, as a guest reads it."""

from collections.abc import Mapping

from regulars.domain.kernel.label import Label

SEND = Label("提交", "Send")
OPTIONAL = Label("每一题都可以不答。", "You may leave out any question.")
SEVERAL = Label("可多选", "choose any")
LOW_END = Label("0 完全不会", "0 not at all")
HIGH_END = Label("10 一定会", "10 definitely")
OTHER = {"zh-CN": ("en", "English"), "en": ("zh", "中文")}
VISIT = Label("{day} 在{store}", "Your visit to {store} on {day}")
KEPT = Label(
    "您的回答会和这张订单一起保存，只用来改进服务。",
    "Your answers are kept with this order and used only to do better.",
)
THANKS = Label("谢谢您！", "Thank you!")
TOLD = Label("您的意见已经收到。", "We have your answers.")
OVER = Label("这份问卷已经结束", "This survey is closed")
GONE = Label("没有找到这份问卷", "There is no such survey")
AGAIN = Label("请再看一下", "Please look again")

PAGES: Mapping[str, Label] = {
    "survey.over": OVER,
    "survey.link_unknown": GONE,
    "survey.none": GONE,
}
