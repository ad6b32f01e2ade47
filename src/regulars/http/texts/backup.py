"""Refusals of backing up and restoring, told on the command line."""

from regulars.http.texts import Text

TEXTS = {
    "backup.exists": Text(
        409, "文件 {name} 已经在了，请换一个名字", "There is a file {name} already; choose another"
    ),
    "backup.folder_missing": Text(409, "没有目录 {name}", "There is no folder {name}"),
    "backup.no_room": Text(
        409,
        "门店数据所在的硬盘空间不够，备份时要先在那里放一份 {megabytes} MB 的副本；请先腾出空间",
        "The shop's disk has no room: a backup first needs a copy of {megabytes} MB beside the "
        "shop's data. Free some space there",
    ),
    "backup.missing": Text(404, "没有文件 {name}", "There is no file {name}"),
    "backup.broken": Text(
        409,
        "备份文件不完整，或被改动过；什么都没有恢复",
        "The backup is not whole, or was changed; nothing was restored",
    ),
    "backup.key_wrong": Text(409, "密钥不对，打不开这份备份", "This key does not open the backup"),
    "backup.key_kind": Text(
        409,
        "这份备份要用另一种密钥打开：master 是主密钥，passphrase 是口令文件（{kind}）",
        "The backup opens with the other kind of key: the master key, or a passphrase file ({kind})",
    ),
    "backup.key_file_missing": Text(
        404, "读不到口令文件 {name}", "The passphrase file {name} cannot be read"
    ),
    "backup.passphrase_short": Text(
        422,
        "口令太短，至少要 {letters} 个字符",
        "The passphrase is too short: it takes {letters} letters",
    ),
    "backup.target_not_empty": Text(
        409,
        "那里已经有数据了；恢复只能放到空的地方",
        "There is something there already; a backup is only put where nothing is",
    ),
    "backup.engine_differs": Text(
        409,
        "这份备份是 {engine} 的，只能恢复到同一种数据库",
        "The backup is of {engine}, and is restored to the same kind of database",
    ),
    "backup.other_organisation": Text(
        409,
        "那里的主密钥不是做这份备份时用的那一把（是别家的，或者后来换过）；恢复后姓名和电话会打不开",
        "The master key there is not the one that the backup was made under (another "
        "organisation's, or changed since): names and phones would stay closed",
    ),
}
