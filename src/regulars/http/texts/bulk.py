"""What one act for many members says no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "bulk.unknown": Text(404, "没有找到这次批量操作", "No such bulk action"),
    "bulk.malformed": Text(
        422, "批量操作没有填完整：{part}", "This bulk action is incomplete: {part}"
    ),
    "bulk.nobody": Text(422, "这里没有会员，不用操作", "There is nobody here to do this for"),
    "bulk.too_many": Text(
        422,
        "一次最多 {maximum} 位会员，请分几次",
        "At most {maximum} members at once: do it in parts",
    ),
    "bulk.reason_missing": Text(422, "请写明原因", "Say why this is done"),
    "bulk.same_person": Text(
        403, "提交人不能审批自己的批量操作", "Whoever proposed a bulk action cannot approve it"
    ),
    "bulk.not_waiting": Text(
        409, "已经有人处理过，不用再审批", "Somebody has decided on this already"
    ),
    "bulk.over": Text(409, "这次批量操作已经结束", "This bulk action is over already"),
    "bulk.no_file": Text(
        409, "这次批量操作没有名单可下载", "This bulk action has no list to download"
    ),
    "bulk.file_not_yours": Text(
        403, "名单只给提交人本人下载", "Only whoever asked for the list may download it"
    ),
    "bulk.file_over": Text(
        409,
        "名单已过期，需要的话请重新提交",
        "The list has expired: ask for it again if you need it",
    ),
}
