"""Small files and short functions: somebody new can read any one of them in a sitting."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.architecture import tree

FILE_LINES_MAX = 500
FILE_LINES_P95 = 300
FUNCTION_LINES_MAX = 70
FUNCTION_LINES_P95 = 40
WEB_FILE_LINES_MAX = 250
ARGUMENTS_MAX = 6


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """How many lines one thing has."""

    lines: int
    where: str


def file_sizes(paths: Iterable[Path]) -> list[Size]:
    """The files, smallest first."""
    return sorted(
        Size(len(path.read_text(encoding="utf-8").splitlines()), tree.named(path)) for path in paths
    )


def function_sizes(paths: Iterable[Path]) -> list[Size]:
    """The functions in these files, shortest first."""
    return sorted(
        Size((node.end_lineno or node.lineno) - node.lineno + 1, f"{tree.named(path)}::{node.name}")
        for path in paths
        for node in tree.nodes(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def p95(sizes: list[Size]) -> int:
    """The size that 95 in 100 do not pass."""
    return sizes[int(len(sizes) * 0.95)].lines


def above(sizes: list[Size], limit: int) -> list[Size]:
    """Those that are too large."""
    return [size for size in sizes if size.lines > limit]


def written_by_hand() -> list[Path]:
    """The package without its migrations, which are records and not read as code."""
    return [path for path in tree.source_files() if "versions" not in path.parts]


def test_no_python_file_is_longer_than_its_budget() -> None:
    assert above(file_sizes(written_by_hand() + tree.test_files()), FILE_LINES_MAX) == []


def test_most_python_files_are_short() -> None:
    assert p95(file_sizes(written_by_hand())) <= FILE_LINES_P95


def test_no_function_is_longer_than_its_budget() -> None:
    assert above(function_sizes(written_by_hand()), FUNCTION_LINES_MAX) == []


def test_most_functions_are_short() -> None:
    assert p95(function_sizes(written_by_hand())) <= FUNCTION_LINES_P95


def test_no_web_file_is_longer_than_its_budget() -> None:
    sizes = file_sizes(tree.web_files())
    assert sizes
    assert above(sizes, WEB_FILE_LINES_MAX) == []


def test_a_long_function_is_found(tmp_path: Path) -> None:
    long = tmp_path / "long.py"
    long.write_text("def count():\n" + "    yield 1\n" * FUNCTION_LINES_MAX)
    lengths = [
        (node.end_lineno or 0) - node.lineno + 1
        for node in tree.nodes(long)
        if isinstance(node, ast.FunctionDef)
    ]
    assert lengths == [FUNCTION_LINES_MAX + 1]
