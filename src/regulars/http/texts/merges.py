"""What merging two records of one person, keeping two apart, and undoing either says no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "merge.with_self": Text(422, "请选择两位不同的会员", "Choose two different members"),
    "merge.not_active": Text(
        409,
        "有一方的会员卡已冻结，先解冻再合并",
        "One of the two is frozen: lift the freeze first",
    ),
    "merge.unfinished": Text(
        409,
        "还有冻结中的储值或没领的积分兑换，办完再合并",
        "Value is on hold or a reward is still waiting to be collected: finish that first",
    ),
    "merge.unknown": Text(404, "没有找到这次合并", "No such merge"),
    "merge.undone_already": Text(409, "这次合并已经撤销过了", "This merge has already been undone"),
    "merge.too_late": Text(
        409, "已过可撤销的期限", "The time in which this merge could be undone is over"
    ),
    "merge.merged_again": Text(
        409,
        "保留的会员后来又并入了另一位，请先撤销那一次",
        "The member that stayed was merged again since: undo that first",
    ),
    "apart.unknown": Text(404, "没有找到这条记录", "No such pair is kept apart"),
    "apart.already": Text(
        409, "这两位已经标为不是同一人", "These two are marked as two people already"
    ),
    "apart.undone_already": Text(409, "这条记录已经撤销过了", "This has already been taken back"),
    "order.member_merged": Text(
        409,
        "这张卡已并入另一位会员，请重新查找",
        "This card is now part of another member: look them up again",
    ),
}
