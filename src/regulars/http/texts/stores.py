"""What stores, terminals, staff, API keys and Terms say no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "organisation.exists": Text(
        409, "这个数据库里已经有一家店了", "This database already holds an organisation"
    ),
    "region.unknown": Text(404, "没有这个区域", "There is no such region"),
    "store.unknown": Text(404, "没有这家门店", "There is no such store"),
    "store.closed": Text(409, "这家门店已停业", "This store is closed"),
    "store.code_taken": Text(409, "门店编码已被使用", "Another store has this code"),
    "store.cut_off_out_of_range": Text(
        422,
        "营业日截止时间须在 00:00 到 12:00 之间",
        "The business day ends between 00:00 and 12:00",
    ),
    "terminal.unknown": Text(404, "没有这台收银机", "There is no such terminal"),
    "terminal.not_bound": Text(
        401,
        "这台设备还没有绑定为收银机，请店长登录绑定",
        "This device is not bound as a till: a manager signs in and binds it",
    ),
    "terminal.letter_taken": Text(
        409, "本店已有这个字母的收银机", "This store already has a terminal with that letter"
    ),
    "staff.unknown": Text(404, "没有这位员工", "There is no such member of staff"),
    "staff.login_taken": Text(409, "登录名已被使用", "Somebody else has this log-in name"),
    "staff.own_rights": Text(
        403,
        "不能修改自己的权限或状态，请上级操作",
        "You cannot change your own rights: ask your manager",
    ),
    "staff.outranks_you": Text(
        403,
        "对方的权限高于您，不能修改",
        "This person has more rights than you, so you cannot make this change",
    ),
    "staff.roles_missing": Text(422, "请至少选择一个岗位", "Choose at least one role"),
    "api_key.unknown": Text(404, "没有这个接口密钥", "There is no such API key"),
    "api_key.expiry": Text(
        422, "有效期最长 {days_max} 天", "A key lasts {days_max} days at the most"
    ),
    "api_key.empty": Text(422, "请至少选择一项权限", "Choose at least one permission"),
    "terms.in_the_past": Text(422, "生效时间不能早于现在", "It cannot take effect in the past"),
    "terms.range_reversed": Text(422, "允许范围的上限小于下限", "The range ends before it begins"),
    "terms.not_set": Text(
        409,
        "这里没有单独设置这一项，本来就跟上级走",
        "Nothing is set here: the level above counts already",
    ),
    "terms.reason_missing": Text(422, "请写明调整原因", "Please say why it changes"),
}
