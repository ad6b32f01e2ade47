"""`regulars init`: an empty machine becomes a shop with one store, one till and an owner.

regulars init --name 正茶 --name-en "Right Tea" --store 人民广场店 --owner lina
"""

import secrets
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from regulars.cli.migrate import migrated
from regulars.cli.opened import opened_shop
from regulars.cli.staff import ask, print_code
from regulars.domain.kernel.ids import uuid7
from regulars.domain.stores.codes import code_hash, one_time_code
from regulars.domain.stores.store import StoreKind
from regulars.use_cases.opening import OpenShop

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `home`, `database`, `database_owner`, `master_key`."""
    parser = subparsers.add_parser("init", help="开店 · begin a new shop")
    parser.add_argument("--name", required=True, help="品牌 · the brand")
    parser.add_argument("--name-en", default="", help="英文名 · the brand in English")
    parser.add_argument("--store", required=True, help="门店 · the first store")
    parser.add_argument("--store-en", default="", help="门店英文名 · the store in English")
    parser.add_argument("--code", default="S1", help="门店编码 · the store's code")
    parser.add_argument("--kind", choices=[kind.value for kind in StoreKind], default="tea")
    parser.add_argument("--zone", default="Asia/Shanghai")
    parser.add_argument("--currency", default="CNY")
    parser.add_argument("--country", default="CN")
    parser.add_argument("--owner", default="owner", help="店主登录名 · the owner's log-in name")
    parser.add_argument("--owner-name", default="", help="店主姓名 · the owner's name")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Begin a shop and print the owner's one-time code, once. Refuses: organisation.exists."""
    migrated(args.database, args.database_owner)
    login: str = args.owner.strip().casefold()
    code = one_time_code(secrets.token_bytes(10))
    with opened_shop(args.database, home=args.home, master_key=args.master_key) as shop:
        region, store, terminal, owner = (uuid7(shop.clock(), shop.entropy(10)) for _ in range(4))
        ask(
            shop,
            OpenShop(
                name_zh=args.name,
                name_en=args.name_en,
                store_zh=args.store,
                store_en=args.store_en,
                store_code=args.code,
                kind=StoreKind(args.kind),
                zone=args.zone,
                currency=args.currency,
                country=args.country,
                region_id=region,
                store_id=store,
                terminal_id=terminal,
                owner_id=owner,
                owner_login=login,
                owner_name=args.owner_name or login,
                code_hash=code_hash(code),
            ),
        )
    print_code(login, code)
    print("regulars serve")
    return 0
