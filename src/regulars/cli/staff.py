"""`regulars staff`: let somebody in from the machine itself, when nobody can sign in to do it.

regulars staff code lina
regulars staff add minli --name 李敏 --role cashier --store S1
"""

import secrets
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from regulars.cli.opened import Opened, opened_shop
from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.terms import Level
from regulars.domain.stores.actor import SYSTEM
from regulars.domain.stores.codes import code_hash, one_time_code
from regulars.domain.stores.permissions import Role
from regulars.domain.stores.store import STORE_UNKNOWN
from regulars.storage import staff, stores
from regulars.use_cases.staff import AddStaff, NewOneTimeCode, RoleAt

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `home`, `database` and `master_key`."""
    parser = subparsers.add_parser("staff", help="员工登录 · let staff in")
    parser.add_argument("what", choices=("code", "add"))
    parser.add_argument("login")
    parser.add_argument("--name", help="姓名 · her name")
    parser.add_argument("--role", choices=[role.value for role in Role], default="cashier")
    parser.add_argument("--store", metavar="CODE", help="门店编码；不填为全集团 · none: all stores")
    parser.add_argument("--lang", choices=("zh-CN", "en"), default="zh-CN")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Print a one-time code, once. Refuses: staff.unknown, staff.login_taken, store.unknown."""
    with opened_shop(args.database, home=args.home, master_key=args.master_key) as shop:
        code = one_time_code(secrets.token_bytes(10))
        login: str = args.login.strip().casefold()
        if args.what == "add":
            _added(shop, args, login, code)
        else:
            with shop.database.read() as read:
                row = read.one(staff.BY_LOGIN, login=login)
            if row is None:
                raise staff.STAFF_UNKNOWN.because()
            ask(shop, NewOneTimeCode(id=row.id, code_hash=code_hash(code)))
    print_code(login, code)
    return 0


def _added(shop: Opened, args: Namespace, login: str, code: str) -> None:
    role = RoleAt(role=Role(args.role), level=Level.ORGANISATION)
    if args.store is not None:
        with shop.database.read() as read:
            rows = [row for row in read.all(stores.STORES) if row.code == args.store]
        if not rows:
            raise STORE_UNKNOWN.because()
        role = RoleAt(role=Role(args.role), level=Level.STORE, place_id=rows[0].id)
    ask(
        shop,
        AddStaff(
            id=uuid7(shop.clock(), shop.entropy(10)),
            login=login,
            name=args.name or login,
            language=args.lang,
            roles=(role,),
            code_hash=code_hash(code),
        ),
    )


def ask(shop: Opened, command: object) -> None:
    """Run a command in the machine's own name."""
    command_id = uuid7(shop.clock(), shop.entropy(10))
    shop.runner.run_now(command, actor=SYSTEM, command_id=command_id)


def print_code(login: str, code: str) -> None:
    """Tell a one-time code to whoever sits at the machine; it is kept nowhere."""
    print(f"登录名 · log-in name   {login}")
    print(f"一次性登录码 · one-time code   {code}")
    print("24 小时内有效，只能用一次 · good once, within 24 hours")
