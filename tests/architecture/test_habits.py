"""Habits that no linter knows: tests that always run, and code that is finished."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture import tree

# Assembled, so that this file does not name what it looks for.
SKIPS = frozenset({"sk" + "ip", "skip" + "if", "importor" + "skip", "x" + "fail"})
PATCHES = frozenset({"monkey" + "patch", "mock", "Magic" + "Mock"})
UNFINISHED = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "X" * 3]))
WRITTEN = frozenset({".md", ".py", ".sh", ".sql", ".ts", ".vue"})
WORDS = {"allowed": "import pytest", "refused": "import pytest\npytest." + "skip('later')"}


def words(path: Path) -> Iterator[str]:
    """Every name that a Python file uses or imports."""
    for node in tree.nodes(path):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.ImportFrom(module=module, names=names):
                yield from (module or "").split(".")
                yield from (alias.name for alias in names)
            case ast.Import(names=names):
                for alias in names:
                    yield from alias.name.split(".")
            case _:
                pass


def test_no_test_is_left_out_when_the_suite_runs() -> None:
    left_out = {tree.named(path): SKIPS & set(words(path)) for path in tree.test_files()}
    assert {name: found for name, found in left_out.items() if found} == {}


def test_tests_pass_fakes_and_patch_nothing() -> None:
    patched = {tree.named(path): PATCHES & set(words(path)) for path in tree.test_files()}
    assert {name: found for name, found in patched.items() if found} == {}


@pytest.mark.parametrize(("text", "found"), [(WORDS["allowed"], 0), (WORDS["refused"], 1)])
def test_a_test_that_is_left_out_is_found(tmp_path: Path, text: str, found: int) -> None:
    planted = tmp_path / "test_planted.py"
    planted.write_text(text)
    assert len(SKIPS & set(words(planted))) == found


def test_nothing_is_left_for_later() -> None:
    unfinished = [
        f"{tree.named(path)}:{number}"
        for path in tree.project_files()
        if path.suffix in WRITTEN
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert unfinished == []
