"""The heads and words of a list of members that is taken out, in both languages."""

from collections.abc import Mapping

from regulars.domain.kernel.label import Label

HEADS: tuple[Label, ...] = (
    Label("会员", "Member"),
    Label("联系方式", "Known by"),
    Label("等级", "Tier"),
    Label("累计消费", "Spent in all"),
    Label("到店次数", "Visits"),
    Label("最近到店", "Last visit"),
    Label("入会日期", "Joined"),
    Label("入会门店", "Joined at"),
    Label("状态", "State"),
)
STATES: Mapping[str, Label] = {
    "active": Label("正常", "Active"),
    "frozen": Label("已冻结", "Frozen"),
    "closed": Label("已注销", "Closed"),
    "erased": Label("已删除", "Erased"),
}
FILE_NAME = "members"
