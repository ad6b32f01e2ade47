"""`regulars`: everything that is done to a shop from the machine it runs on.

    regulars init --name 正茶 --store 人民广场店 --owner lina
    regulars serve

Each command is a module with `register(subparsers)`, which names its function as `run`. What lies
above this layer (settings, texts, the web edge) is handed in by `regulars.command`.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from importlib import import_module

# Every command in the order of the help, and the module that it is. Only the one that is asked for
# is imported: a server that starts, or a cashier's code, need not wait for spreadsheets.
COMMANDS: Mapping[str, str] = {
    "init": "init",
    "serve": "serve",
    "work": "work",
    "demo": "demo",
    "staff": "staff",
    "import": "import_",
    "explain": "explain",
    "coupons": "coupons",
    "backtest": "backtest",
    "verify": "verify",
    "chain": "chain",
    "liability": "liability",
    "clearing": "clearing",
    "backup": "backup",
    "restore": "restore",
    "migrate": "migrate",
    "keys": "keys",
    "openapi": "openapi",
}

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


def parser(commands: Sequence[str]) -> ArgumentParser:
    """The command line of some commands. Each also takes `--home` and `--database`."""
    whole = ArgumentParser(prog="regulars", description="Regulars 熟客")
    subparsers = whole.add_subparsers(required=True, metavar="COMMAND")
    for command in commands:
        import_module(f"{__name__}.{COMMANDS[command]}").register(subparsers)
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
    words = sys.argv[1:] if argv is None else list(argv)
    asked = words[:1] if words and words[0] in COMMANDS else list(COMMANDS)
    return parser(asked).parse_args(words)
