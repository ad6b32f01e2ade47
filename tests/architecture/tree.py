"""Where the project's files are, for the tests that read them."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "regulars"
WEB = ROOT / "web"


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that belongs to the project: neither built nor ignored."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    named = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    paths = (ROOT / name for name in named.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def source_files() -> list[Path]:
    """Every Python file of the package."""
    return [path for path in project_files() if path.is_relative_to(SOURCE) and _is_python(path)]


def test_files() -> list[Path]:
    """Every Python file of the tests."""
    tests = ROOT / "tests"
    return [path for path in project_files() if path.is_relative_to(tests) and _is_python(path)]


def web_files() -> list[Path]:
    """Every hand-written .vue and .ts file."""
    return [
        path
        for path in project_files()
        if path.is_relative_to(WEB) and path.suffix in {".vue", ".ts"} and "gen" not in path.parts
    ]


def nodes(path: Path) -> Iterator[ast.AST]:
    """Every node of a Python file."""
    return ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path)))


def named(path: Path) -> str:
    """How a failure names a file."""
    return path.relative_to(ROOT).as_posix()


def _is_python(path: Path) -> bool:
    return path.suffix == ".py"
