"""What coupon codes, batches and the wallet say no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "coupon_type.rules_malformed": Text(
        422, "券的使用规则有误（{part}）", "The coupon's rules are not right ({part})"
    ),
    "coupon.type_stopped": Text(
        409, "这种券已停发，已经发出的照常可用", "No more of this coupon are handed out"
    ),
    "coupon.type_over": Text(
        409, "这种券的使用期已过，不能再发", "The days of this coupon are over"
    ),
    "coupon_batch.size_wrong": Text(
        422, "一批可以做 1 到 {maximum} 个券码", "A batch has between 1 and {maximum} codes"
    ),
    "coupon_batch.length_wrong": Text(
        422,
        "券码长度只能是 12 位（普通）或 18 位（高价值）",
        "A code has 12 characters, or 18 if it is worth a lot",
    ),
    "coupon_batch.over": Text(
        422, "这批券码的截止时间已经过了", "The last day of these codes is over"
    ),
    "coupon_batch.unknown": Text(404, "没有这批券码", "No such batch of codes"),
    "coupon_batch.file_there": Text(
        409,
        "文件已存在，请换个文件名",
        "That file exists already: choose another name",
    ),
    "coupon_batch.file_not_writable": Text(
        409,
        "文件写不进去：请看看文件夹在不在、有没有权限、磁盘够不够",
        "The file cannot be written: check the folder, its permissions and the space on the disk",
    ),
    "coupon_batch.state_wrong": Text(
        409, "这批券码现在的状态不能这样操作", "This batch is not in a state for that"
    ),
    "coupon.code_state_wrong": Text(
        409, "这个券码现在的状态不能这样操作", "This code is not in a state for that"
    ),
    "coupon.code_unknown": Text(404, "券码不对，请再核对一下", "That code is not valid"),
    "coupon.code_not_yet": Text(409, "这个券码还没到使用时间", "This code cannot be used yet"),
    "coupon.code_expired": Text(409, "这个券码已过期", "This code has expired"),
    "coupon.code_used": Text(409, "这个券码已经用过了", "This code has been used"),
    "coupon.code_claimed": Text(
        409,
        "这个券码已被领进会员券包，请从券包里用",
        "A member has claimed this code: use it from her wallet",
    ),
    "coupon.code_held": Text(
        409, "这个券码正被另一单占用", "Another order is paying with this code"
    ),
    "coupon.code_frozen": Text(409, "这个券码已冻结", "This code is frozen"),
    "coupon.code_void": Text(409, "这个券码已作废", "This code was voided"),
    "coupon.not_frozen": Text(409, "这张券没有冻结", "This coupon is not frozen"),
    "coupon.not_transferable": Text(
        409, "这种券只能本人用，不能转给别人", "This coupon cannot be passed on"
    ),
    "coupon.not_shareable": Text(409, "这种券不能分享给别人领", "This coupon cannot be shared"),
    "coupon.to_oneself": Text(
        409, "这张券本来就在自己的券包里", "The coupon is in this wallet already"
    ),
    "coupon.share_unknown": Text(404, "分享链接已失效", "This link is no longer good"),
    "coupon.mailing_too_large": Text(
        422, "一次最多发给 {maximum} 位会员", "At most {maximum} members at a time"
    ),
}
