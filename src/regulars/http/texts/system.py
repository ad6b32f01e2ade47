"""What the server itself says no with: requests, sessions, commands, the database."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "request.invalid": Text(422, "填写有误：{fields}", "Please correct: {fields}"),
    "request.field_unknown": Text(
        422, "请求里有不认识的字段：{fields}", "The request has unknown fields: {fields}"
    ),
    "request.unreadable": Text(400, "请求无法读取", "The request cannot be read"),
    "request.path_unknown": Text(404, "没有这个地址", "There is nothing at this address"),
    "request.method_unknown": Text(
        405, "这个地址不支持这种操作", "This address does not support that"
    ),
    "request.too_large": Text(413, "一次发送的内容太大", "That is too much to send at once"),
    "request.origin_foreign": Text(
        403, "请求来自其他网站，已拦截", "The request came from another site and was blocked"
    ),
    "request.idempotency_key": Text(
        422,
        "缺少有效的操作编号（Idempotency-Key）",
        "A valid Idempotency-Key is missing",
    ),
    "precondition.failed": Text(
        412,
        "内容刚被别人改过，请刷新后再改",
        "Somebody has just changed this: reload, then change it",
    ),
    "precondition.missing": Text(
        428, "请先读取最新内容再修改（缺少 If-Match）", "Read it first, then change it (If-Match)"
    ),
    "command.reused": Text(
        422,
        "这个操作编号已经用在另一件事上",
        "This operation id was already used for something else",
    ),
    "command.in_flight": Text(
        409, "同一笔操作正在处理，请稍候再试", "The same operation is running: try again shortly"
    ),
    "conflict": Text(
        409, "和刚才的改动冲突，请刷新后重试", "It clashes with a change made just now: reload"
    ),
    "session.missing": Text(401, "请先登录", "Please sign in"),
    "session.log_in_wrong": Text(
        401, "登录名、密码或 PIN 不对", "The log-in name, password or PIN is wrong"
    ),
    "session.code_wrong": Text(
        401,
        "一次性登录码不对、已使用或已过期",
        "The one-time code is wrong, used or expired",
    ),
    "session.password_needed": Text(
        403, "这一步需要用密码登录后再操作", "Sign in with your password to do this"
    ),
    "session.too_many_attempts": Text(
        429,
        "试错次数太多，请 {retry_after_seconds} 秒后再试",
        "Too many wrong tries: try again in {retry_after_seconds} seconds",
    ),
    "permission.missing": Text(
        403, "您没有这项操作的权限（{permission}）", "You may not do this ({permission})"
    ),
    "scope.outside": Text(
        403, "不在您负责的门店范围内", "This is outside the stores you look after"
    ),
    "password.too_short": Text(
        422, "密码至少 {minimum} 个字符", "A password has at least {minimum} characters"
    ),
    "password.too_long": Text(
        422, "密码最多 {maximum} 个字符", "A password has at most {maximum} characters"
    ),
    "password.too_common": Text(
        422,
        "这个密码太容易被猜到，换一个吧",
        "This password is too easy to guess: choose another",
    ),
    "pin.malformed": Text(
        422, "PIN 为 {minimum} 到 {maximum} 位数字", "A PIN has {minimum} to {maximum} digits"
    ),
    "pin.too_common": Text(
        422, "这个 PIN 太容易被猜到，换一个吧", "This PIN is too easy to guess: choose another"
    ),
    "server.fault": Text(
        500,
        "系统出错了，没有生效的操作可以重试；报修时请提供编号",
        "Something went wrong here: try again, and quote the reference if it stays",
    ),
    "server.overloaded": Text(
        503, "现在太忙，请稍等片刻再试", "Very busy right now: try again in a moment"
    ),
    "server.not_selling": Text(
        503, "系统暂时不能收银（{because}）", "The system cannot sell right now ({because})"
    ),
    "server.storage_full": Text(
        503, "磁盘已满，暂时不能收银", "The disk is full: nothing can be sold until it is freed"
    ),
    "server.storage_unavailable": Text(
        503, "数据库暂时连不上，请稍后再试", "The database cannot be reached right now"
    ),
    "settings.malformed": Text(
        422, "设置 {name} 填写有误", "The setting {name} is not in the right form"
    ),
    "settings.host_needs_tls": Text(
        422,
        "对外开放需要证书（--tls-certificate、--tls-key），或注明反向代理（--behind-proxy）",
        "To be reached from elsewhere it needs --tls-certificate and --tls-key, or --behind-proxy",
    ),
    "database.url_unknown": Text(
        503, "不认识这种数据库地址", "This kind of database address is unknown"
    ),
    "database.missing": Text(
        503, "还没有数据库，请先运行 regulars init", "There is no database yet: run regulars init"
    ),
    "database.in_use": Text(
        503,
        "数据库正被另一个程序使用，请先停止 regulars serve",
        "Another program uses the database: stop regulars serve first",
    ),
    "database.read_only": Text(
        503, "数据库只读，不能写入", "The database is open for reading only"
    ),
    "database.older": Text(
        503,
        "数据库版本较旧，请先运行 regulars migrate",
        "The database is older than this version: run regulars migrate",
    ),
    "database.newer": Text(
        503,
        "数据库比这个程序新，请升级程序",
        "The database is newer than this program: upgrade the program",
    ),
    "database.unsafe": Text(
        503,
        "数据库设置不安全，拒绝营业：{reasons}",
        "The database is not safe to take money on: {reasons}",
    ),
    "database.role_unknown": Text(
        503, "数据库里没有应用账号", "The database has no role for the application"
    ),
}
