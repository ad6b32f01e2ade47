"""What members, their keys, coupons handed out and imports say no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "member.tags_too_many": Text(
        422, "每位会员最多 {maximum} 个标签", "A member has at most {maximum} tags"
    ),
    "member.unknown": Text(404, "没有找到这位会员", "No such member"),
    "member.exists": Text(409, "这位会员已经存在", "This member already exists"),
    "member.closed": Text(409, "这位会员已注销", "This membership has been closed"),
    "member.lookup_malformed": Text(
        422,
        "请输入完整的手机号、邮箱或会员卡号",
        "Enter a full phone number, e-mail address or card number",
    ),
    "member.identity_malformed": Text(
        422,
        "填写的号码、邮箱或卡号不对，请核对",
        "The phone number, e-mail address or card number is not right",
    ),
    "member.identity_taken": Text(
        409,
        "已经是会员了，请直接查找",
        "Already a member: look them up instead",
    ),
    "member.identity_repeated": Text(
        422, "同一个号码填了两次", "The same number was entered twice"
    ),
    "member.identity_unknown": Text(
        404, "这位会员没有登记这个号码", "This member is not known by that number"
    ),
    "member.identities_missing": Text(
        422,
        "请至少填写手机号、邮箱或卡号中的一项",
        "Enter at least a phone number, an e-mail address or a card",
    ),
    "member.identities_too_many": Text(
        409, "最多登记 {maximum} 个号码", "A member has at most {maximum} numbers"
    ),
    "member.last_identity": Text(
        409,
        "这是最后一个号码，请先登记新的再删除",
        "This is the last one: add another before removing it",
    ),
    "member.text_malformed": Text(
        422,
        "内容里有不能使用的字符，请重新输入",
        "There are characters that cannot be used here",
    ),
    "member.text_too_long": Text(
        422, "内容太长，最多 {maximum} 个字", "Too long: at most {maximum} characters"
    ),
    "member.payment_card_refused": Text(
        422, "请不要填写银行卡号", "Do not enter a payment card number"
    ),
    "member.birthday_malformed": Text(422, "生日不对，请核对", "The birthday is not right"),
    "member.guardian_needed": Text(
        422,
        "未满 {age} 周岁需要监护人同意，不能登记生日",
        "Under {age}, a guardian has to agree first",
    ),
    "member.gender_unknown": Text(422, "性别选项不对", "This form of address is not known"),
    "consent.wording_unknown": Text(
        422,
        "授权说明已更新，请重新打开再确认",
        "The wording has changed: open it again and confirm",
    ),
    "consent.wording_taken": Text(
        409,
        "版本 {wording_version} 已发布，请换一个版本号",
        "Version {wording_version} is published: choose another",
    ),
    "consent.repeated": Text(422, "同一项授权选了两次", "The same choice was made twice"),
    "coupon.type_unknown": Text(404, "没有这种券", "No such kind of coupon"),
    "coupon.type_exhausted": Text(409, "这种券已发完", "No coupons of this kind are left"),
    "coupon.issued_already": Text(409, "这张券已经发过了", "This coupon was issued already"),
    "coupon.unknown": Text(404, "没有找到这张券", "No such coupon"),
    "coupon.not_open": Text(409, "这张券已使用或已作废", "This coupon has been used or voided"),
    "vault.key_missing": Text(
        503,
        "找不到主密钥 keys/master.key，无法打开会员资料；请从备份恢复密钥文件",
        "The master key keys/master.key is missing: restore it from your key backup",
    ),
    "vault.key_wrong": Text(
        503,
        "主密钥与这个数据库不匹配",
        "The master key does not belong to this database",
    ),
    "vault.key_malformed": Text(
        503, "主密钥格式不对", "The master key is not a key of 32 bytes in base64"
    ),
    "vault.key_file_unsafe": Text(
        503,
        "密钥文件 {name} 可被其他用户读取，请执行 chmod 600",
        "The key file {name} can be read by others: chmod 600 it",
    ),
    "vault.seal_broken": Text(
        500,
        "资料无法解密，可能被改动过（{table}.{column}）",
        "A sealed value does not open; it may have been altered ({table}.{column})",
    ),
    "import.formula": Text(
        422,
        "“{column}”列含有公式，已拒绝（不能以 = + - @ 开头）",
        "Column {column} holds a formula (it must not start with = + - @)",
    ),
    "import.cell_malformed": Text(
        422, "“{column}”列的内容看不懂", "Column {column} cannot be understood"
    ),
    "import.consent_undated": Text(
        422,
        "“{column}”写着同意，但没有同意日期，不能作数",
        "Column {column} says that she agreed, but no column says when: that proves nothing",
    ),
    "import.cell_missing": Text(422, "“{column}”列是空的", "Column {column} is empty"),
    "import.product_differs": Text(
        409,
        "“{column}”列与同编码的商品不一致",
        "Column {column} differs from the product of the same code",
    ),
    "import.variant_exists": Text(
        409, "这个规格已经在菜单上", "This variant is on the menu already"
    ),
    "import.barcode_taken": Text(409, "这个条码已被使用", "This barcode is in use"),
    "import.file_missing": Text(404, "找不到文件 {name}", "There is no file {name}"),
    "import.file_too_large": Text(
        413,
        "文件太大，最大 {maximum_megabytes} MB，请拆分",
        "The file is larger than {maximum_megabytes} MB: split it",
    ),
    "import.file_kind": Text(
        422,
        "只能导入 .csv 或 .xlsx 文件，请另存后再试",
        "Only .csv and .xlsx files can be imported: save it as one of them",
    ),
    "import.encoding": Text(
        422,
        "看不懂文件编码，请另存为 UTF-8 的 CSV",
        "The encoding is not UTF-8 or GB18030: save it as CSV in UTF-8",
    ),
    "import.file_malformed": Text(
        422, "第 {row} 行格式损坏，无法继续", "Row {row} is broken; nothing after it can be read"
    ),
    "import.columns_missing": Text(422, "缺少列：{columns}", "Missing columns: {columns}"),
    "import.store_needed": Text(
        422,
        "请用 --store 指定门店，可选：{codes}",
        "Name the store with --store, one of: {codes}",
    ),
    "import.column_repeated": Text(
        422, "“{column}”选了两次，每项只能对应一列", "{column} is chosen twice: each has one column"
    ),
    "import.no_identity_column": Text(
        422,
        "至少要有手机号、邮箱或卡号中的一列",
        "One column at least must hold phone numbers, e-mail addresses or cards",
    ),
    "import.unknown": Text(404, "没有这次导入", "There is no such import"),
    "import.dealt_already": Text(
        409, "这次导入的退回行已经处理过", "The refused rows of this import are dealt with already"
    ),
    "import.row_repeated": Text(
        409, "与本文件前面的某一行重复", "The same as an earlier row of this file"
    ),
}
