"""`regulars demo`: a shop to look at, with one year of trade behind it, made on the first start.

    regulars demo --serve --port 8123 --home my-demo

The same --seed and --until make the same shop. The second start finds it as it was left.
"""

import secrets
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from regulars.cli.demo_shop import home as homes
from regulars.cli.demo_shop.chain import (
    BRAND,
    CUT_OFF_MINUTES,
    PEOPLE,
    PLACES,
    REGIONS,
    ZONE,
    Person,
)
from regulars.cli.demo_shop.home import Counts, Found
from regulars.cli.demo_shop.making import Order, make
from regulars.cli.demo_shop.names import phone
from regulars.cli.demo_shop.people import WELL_KNOWN
from regulars.cli.demo_shop.seeds import Seed
from regulars.cli.demo_shop.size import Size
from regulars.cli.demo_shop.telling import telling
from regulars.cli.demo_shop.trying import to_try
from regulars.cli.migrate import migrated
from regulars.cli.opened import opened_shop
from regulars.cli.serve import Reached, serve
from regulars.cli.staff import ask
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, business_day_of
from regulars.domain.stores.codes import code_hash, one_time_code
from regulars.domain.stores.permissions import Role
from regulars.storage import staff
from regulars.storage.engine import SQLITE_SCHEME, sqlite_path
from regulars.use_cases.staff import NewOneTimeCode

if TYPE_CHECKING:
    from argparse import _SubParsersAction

ORDERS, MEMBERS, DAYS, SEED = 60_000, 5_000, 365, 20_260_501
# With fewer orders for each member nobody would be a regular.
ORDERS_PER_MEMBER_MIN = 2
ON_CONSOLE = "REGULARS_CONSOLE"
# Of the printed list of people, in columns of a terminal.
WIDTHS = (13, 26, 23, 0)

ROLES: Mapping[Role, Label] = {
    Role.OWNER: Label("老板", "Owner"),
    Role.MARKETER: Label("市场", "Marketing"),
    Role.ACCOUNTANT: Label("财务", "Accounts"),
    Role.REGION_MANAGER: Label("区域经理", "Region manager"),
    Role.STORE_MANAGER: Label("店长", "Store manager"),
    Role.CASHIER: Label("收银员", "Cashier"),
}
TAKEN = Label(
    "这个目录里已有正式门店，演示不会动它。请换一个 --home。",
    "There is a real shop in this folder; the demonstration leaves it alone. Choose another --home.",
)
EMBEDDED_ONLY = Label(
    "演示门店只用内置的 SQLite 数据库。",
    "The demonstration uses the embedded SQLite database only.",
)
TOO_FEW = Label("每位会员至少要有两张订单。", "There must be at least two orders for each member.")
MAKING = Label(
    "第一次启动：正在营造一年的生意，约需几分钟……",
    "First start: making one year of trade, which takes a few minutes ...",
)
TRY = Label("试一试", "Try")
AGAIN = Label("上次没有做完，重新来过。", "It was interrupted last time and is made anew.")


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `settings`, `environment`, `home`, `database` and
    `hiring`."""
    parser = subparsers.add_parser("demo", help="演示门店 · a shop to look at")
    parser.add_argument("--serve", action="store_true", help="做好后开门营业 · serve it then")
    parser.add_argument("--port", help="8000")
    parser.add_argument("--seed", type=int, default=SEED, help="同号同店 · same number, same shop")
    parser.add_argument("--members", type=_count, default=MEMBERS, metavar="N")
    parser.add_argument("--orders", type=_count, default=ORDERS, metavar="N")
    parser.add_argument("--days", type=_count, default=DAYS, metavar="N")
    parser.add_argument(
        "--until",
        type=date.fromisoformat,
        metavar="DATE",
        help="营业到这一天之前；不填为此刻 · trade ends before this day; none: now",
    )
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 10_000_000):
        raise ArgumentTypeError("1 … 10000000")
    return int(text)


def run(args: Namespace) -> int:
    """Make the shop if need be, give out log-in codes, and serve. 2 where it must not be made.

    Refuses: database.in_use, database.newer.
    """
    console = Console()
    if not args.database.startswith(SQLITE_SCHEME):
        return _refused(EMBEDDED_ONLY, console)
    if args.orders < ORDERS_PER_MEMBER_MIN * args.members:
        return _refused(TOO_FEW, console)
    file = sqlite_path(args.database)
    found = homes.found_in(file)
    if found is Found.SHOP:
        return _refused(TAKEN, console)
    if found is Found.HALF:
        _say(AGAIN, console)
        homes.clear(file)
    migrated(args.database, None)
    if found is not Found.DEMO:
        _make(args, file, console)
    _let_in(args, console)
    if args.serve:
        # What the journeys write is shown on the server's own terminal: it reaches nobody.
        serve(args.settings, {ON_CONSOLE: "sms", **args.environment})
    return 0


def _make(args: Namespace, file: Path, console: Console) -> None:
    _say(MAKING, console)
    now = Instant(datetime.now(UTC))
    size = Size(
        orders=args.orders,
        members=args.members,
        days=args.days,
        until=args.until or _day_of(now),
        now=None if args.until else now,
    )
    order = Order(
        home=args.home,
        file=file,
        seed=Seed(args.seed),
        size=size,
        hiring=args.hiring,
        master_key=args.master_key,
    )
    with telling(size, console) as told:
        make(order, told)


def _day_of(now: Instant) -> date:
    return business_day_of(now, zone=ZONE, cut_off_minutes=CUT_OFF_MINUTES)


def _let_in(args: Namespace, console: Console) -> None:
    """Give everybody without a password a new one-time code, and say where to go."""
    with opened_shop(args.database, home=args.home, master_key=args.master_key) as shop:
        with shop.database.read() as read:
            rows = {row.login: row for row in read.all(staff.EVERYBODY)}
            counted = homes.counts(read)
            tips = list(to_try(read, shop.vault))
        codes: dict[str, str] = {}
        for person in PEOPLE:
            row = rows.get(person.login)
            if row is None or row.state != "active" or row.password_hash is not None:
                continue
            code = one_time_code(secrets.token_bytes(10))
            ask(shop, NewOneTimeCode(id=row.id, code_hash=code_hash(code)))
            codes[person.login] = code
    lines = _told(counted, args.settings, serving=args.serve, home=args.home)
    tried = (TRY, *tips)
    told = (*_people(codes), "", *lines, "", *(one.zh for one in tried), *(one.en for one in tried))
    for line in told:
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _people(codes: Mapping[str, str]) -> Iterator[str]:
    yield _row("登录名 Log-in", "一次性登录码 One-time code", "职务 Role", "门店 Store")
    for person in PEOPLE:
        code = codes.get(person.login, "已设密码 · password set")
        role = ROLES[person.role]
        yield _row(person.login, code, f"{role.zh} {role.en}", _place(person))


def _row(*cells: str) -> str:
    # Chinese takes two columns a character; a code is never cut short.
    widths = [max(width, cell_len(cell)) for cell, width in zip(cells, WIDTHS, strict=True)]
    padded = [set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join(padded).rstrip()


def _place(person: Person) -> str:
    if person.place in REGIONS:
        return f"{REGIONS[person.place].zh} {REGIONS[person.place].en}"
    return person.place or "全部 All"


def _told(counted: Counts, reached: Reached, *, serving: bool, home: Path) -> Iterator[str]:
    yield f"{BRAND.zh} {BRAND.en}"
    for one in PLACES:
        yield f"{one.code}  {one.name.zh}  {one.name.en}"
    yield f"{counted.members:,} 位会员，{counted.orders:,} 张订单 · members, orders"
    known = min(WELL_KNOWN, counted.members)
    yield f"会员手机号 · members' phone numbers  {phone(1)} … {phone(counted.members)}"
    yield f"常客 · regulars  {phone(1)} … {phone(known)}"
    if not serving:
        yield f"regulars demo --serve --home {home}"
        return
    address = f"http://{reached.host}:{reached.port}"
    yield f"后台 · office      {address}/office/"
    yield f"收银台 · till      {address}/till/"
    yield f"接口 · API        {address}/api/v1/openapi.json"
    yield f"接口文档 · docs    {address}/docs"
    yield "先用店长登录并绑定收银台，再设自己的 PIN。按 Ctrl+C 停止，数据都会保留。"
    yield (
        "Log in as a store manager first and bind a till, then set a PIN. "
        "Ctrl+C stops; nothing is lost."
    )


def _refused(reason: Label, console: Console) -> int:
    _say(reason, console)
    return 2


def _say(label: Label, console: Console) -> None:
    console.print(label.zh, highlight=False)
    console.print(label.en, highlight=False)
