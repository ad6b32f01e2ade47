"""`regulars`: everything that is done to a shop from the machine it runs on.

    regulars init --name 正茶 --store 人民广场店 --owner lina
    regulars serve

Each command is a module with `register(subparsers)`, which names its function as `run`. What lies
above this layer (settings, texts, the web edge) is handed in by `regulars.main`.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence

from regulars.cli import (
    backtest,
    backup,
    chain,
    clearing,
    coupons,
    demo,
    explain,
    import_,
    init,
    keys,
    liability,
    migrate,
    openapi,
    restore,
    serve,
    staff,
    verify,
    work,
)

COMMANDS = (
    init,
    serve,
    work,
    demo,
    staff,
    import_,
    explain,
    coupons,
    backtest,
    verify,
    chain,
    liability,
    clearing,
    backup,
    restore,
    migrate,
    keys,
    openapi,
)

# What an option of any command stands for among the settings.
SETTINGS_OF: Mapping[str, str] = {
    "home": "REGULARS_HOME",
    "database": "REGULARS_DATABASE",
    "host": "REGULARS_HOST",
    "port": "REGULARS_PORT",
    "workers": "REGULARS_WORKERS",
    "tls_certificate": "REGULARS_TLS_CERTIFICATE",
    "tls_key": "REGULARS_TLS_KEY",
    "behind_proxy": "REGULARS_BEHIND_PROXY",
    "docs": "REGULARS_DOCS",
}


def parser() -> ArgumentParser:
    """The command line. Every command also takes `--home` and `--database`."""
    whole = ArgumentParser(prog="regulars", description="Regulars 熟客")
    subparsers = whole.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(subparsers)
    for each in subparsers.choices.values():
        each.add_argument("--home", metavar="FOLDER", help="数据目录 · where the shop lives")
        each.add_argument("--database", metavar="URL", help="数据库 · sqlite:///… | postgresql://…")
    return whole


def environment_of(args: Namespace) -> dict[str, str]:
    """The settings that options of the command line say."""
    given = vars(args)
    return {
        name: str(given[option])
        for option, name in SETTINGS_OF.items()
        if given.get(option) is not None
    }


def read(argv: Sequence[str] | None) -> Namespace:
    """What somebody asked for."""
    return parser().parse_args(argv)
