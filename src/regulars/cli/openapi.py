"""`regulars openapi`: write openapi.json from the routes, or check that it is up to date."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `document`, which makes it from the routes."""
    parser = subparsers.add_parser("openapi", help="生成接口文档 · write openapi.json")
    parser.add_argument("--check", action="store_true", help="只检查 · say whether it is current")
    parser.add_argument("--path", type=Path, default=Path("openapi.json"))
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Write the file, or answer 1 when it is not what the routes say."""
    document: Callable[[], Mapping[str, object]] = args.document
    path: Path = args.path
    text = json.dumps(document(), ensure_ascii=False, indent=1) + "\n"
    if not args.check:
        path.write_text(text, "utf-8")
        return 0
    if path.is_file() and path.read_text("utf-8") == text:
        return 0
    print(f"{path} is not what the routes say: run `make openapi`")
    return 1
