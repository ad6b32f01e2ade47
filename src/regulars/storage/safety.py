"""What must hold before a server takes money: checked at start, refused with the reasons.

A database whose `fsync` was switched off for an import, or whose seal trigger somebody dropped,
would lose or bend a sale months later without a word. So the server does not start on it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import bindparam, column, func, or_, select, true
from sqlalchemy import table as catalogue

from regulars.storage.columns import Flag, Whole, Words, metadata
from regulars.storage.engine import Database, Read, Statement, sqlite_path
from regulars.storage.lanes import DATABASE_UNSAFE
from regulars.storage.schema import import_tables, require_current
from regulars.storage.statement import one_of
from regulars.storage.triggers import expected_functions, expected_triggers

MOUNTS = Path("/proc/self/mounts")
NETWORK_FILESYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "ncpfs"})
# A trigger that fires for everybody: on (O), or on for replicas too (A).
FIRES = frozenset({"O", "A"})
MUST_BE_ON = ("fsync", "full_page_writes")
# After these an answer may leave before the sale is on this server's disk.
WEAK_COMMITS = frozenset({"off"})


class SqliteTrigger(NamedTuple):
    """A trigger as SQLite keeps it: with its source."""

    name: str
    text: str


class ServerTrigger(NamedTuple):
    """A trigger as PostgreSQL keeps it."""

    name: str
    table: str
    fires: str


class ServerFunction(NamedTuple):
    """A function's body as PostgreSQL keeps it."""

    name: str
    body: str


_master = catalogue(
    "sqlite_master", column("type", Words()), column("name", Words()), column("sql", Words())
).c
_trigger = catalogue(
    "pg_trigger",
    column("tgname", Words()),
    column("tgrelid", Whole()),
    column("tgenabled", Words()),
    column("tgisinternal", Flag()),
)
_class = catalogue(
    "pg_class",
    column("oid", Whole()),
    column("relname", Words()),
    column("relkind", Words()),
    column("relowner", Whole()),
    column("relnamespace", Whole()),
)
_namespace = catalogue("pg_namespace", column("oid", Whole()), column("nspname", Words()))
_proc = catalogue(
    "pg_proc",
    column("proname", Words()),
    column("prosrc", Words()),
    column("pronamespace", Whole()),
)
_roles = catalogue("pg_roles", column("rolname", Words()), column("rolsuper", Flag()))

_ours = _namespace.c.nspname == "public"

SQLITE_TRIGGERS = Statement(
    select(_master.name, _master.sql).where(_master.type == "trigger"), SqliteTrigger
)
SERVER_TRIGGERS = Statement(
    select(_trigger.c.tgname, _class.c.relname, _trigger.c.tgenabled)
    .select_from(
        _trigger.join(_class, _class.c.oid == _trigger.c.tgrelid).join(
            _namespace, _namespace.c.oid == _class.c.relnamespace
        )
    )
    .where(_ours, _trigger.c.tgisinternal == bindparam("internal", type_=Flag())),
    ServerTrigger,
)
SERVER_FUNCTIONS = Statement(
    select(_proc.c.proname, _proc.c.prosrc)
    .select_from(_proc.join(_namespace, _namespace.c.oid == _proc.c.pronamespace))
    .where(_ours),
    ServerFunction,
)
SETTING: Statement[str] = Statement(
    select(func.current_setting(bindparam("name", type_=Words()), type_=Words()))
)
IS_SUPERUSER: Statement[bool] = Statement(
    select(_roles.c.rolsuper).where(_roles.c.rolname == func.current_user())
)
_public_tables = (
    select(_class.c.relname)
    .select_from(_class.join(_namespace, _namespace.c.oid == _class.c.relnamespace))
    .where(_ours, _class.c.relkind == "r")
)
OWNED_TABLES: Statement[str] = Statement(
    _public_tables.where(func.pg_has_role(_class.c.relowner, "USAGE", type_=Flag()))
)
EDITABLE_TABLES: Statement[str] = Statement(
    _public_tables.where(
        one_of(_class.c.relname, "names", Words()),
        or_(
            *(
                func.has_table_privilege(_class.c.oid, right, type_=Flag()) == true()
                for right in ("UPDATE", "DELETE", "TRUNCATE")
            )
        ),
    )
)


def require_safe(database: Database) -> None:
    """Refuse to start on a database that could lose or bend a sale.

    Refuses: database.older, database.newer, database.unsafe.
    """
    require_current(database)
    with database.read() as tx:
        if database.engine == "sqlite":
            reasons = list(_on_sqlite(tx, sqlite_path(database.url)))
        else:
            reasons = list(_on_postgresql(tx))
    if reasons:
        raise DATABASE_UNSAFE.because(reasons=reasons)


def filesystem_of(path: Path, mounts: str) -> str:
    """The kind of file system that a path lies on, by the system's list of mounts."""
    found = ("", "")
    for line in mounts.splitlines():
        _, mounted, kind, *_ = line.split(" ")
        if path.is_relative_to(mounted) and len(mounted) >= len(found[0]):
            found = (mounted, kind)
    return found[1]


def _on_sqlite(tx: Read, path: Path) -> Iterator[str]:
    installed = {name: " ".join(text.split()) for name, text in tx.all(SQLITE_TRIGGERS)}
    expected = expected_triggers("sqlite")
    for name, trigger in expected.items():
        if installed.get(name) != " ".join(trigger.text.rstrip("; \n").split()):
            yield f"trigger:{name}"
    yield from (f"trigger:{name}" for name in sorted(installed.keys() - expected.keys()))
    if MOUNTS.exists():
        kind = filesystem_of(path.resolve(), MOUNTS.read_text("utf-8"))
        if kind in NETWORK_FILESYSTEMS:
            yield f"filesystem:{kind}"


def _on_postgresql(tx: Read) -> Iterator[str]:
    for name in MUST_BE_ON:
        if tx.one(SETTING, name=name) != "on":
            yield f"setting:{name}"
    if tx.one(SETTING, name="synchronous_commit") in WEAK_COMMITS:
        yield "setting:synchronous_commit"
    if tx.one(IS_SUPERUSER):
        yield "role:superuser"
    elif tx.all(OWNED_TABLES):
        yield "role:owner"
    else:
        import_tables()
        kept = [each.name for each in metadata.sorted_tables if each.info.get("append_only")]
        yield from (f"rights:{name}" for name in tx.all(EDITABLE_TABLES, names=kept))
    installed = {
        (each.name, each.table, each.fires in FIRES)
        for each in tx.all(SERVER_TRIGGERS, internal=False)
    }
    for trigger in expected_triggers("postgresql").values():
        if (trigger.name, trigger.table, True) not in installed:
            yield f"trigger:{trigger.name}"
    bodies = dict(tx.all(SERVER_FUNCTIONS))
    for name, body in expected_functions().items():
        if bodies.get(name) != body:
            yield f"function:{name}"
