"""A name says what a thing is in the trade; words that fit everything say nothing."""

import ast
import re

from tests.architecture import tree

EMPTY_MODULE_NAMES = frozenset(
    {"base", "common", "core", "helper", "helpers", "misc", "util", "utils"}
)
EMPTY_CLASS_NAME = re.compile(r"(Manager|Handler|Processor|Helper|Data|Info|Service)$")
SENTENCE_WORDS_MIN = 3


def test_no_module_has_an_empty_name() -> None:
    empty = [
        tree.named(path)
        for path in tree.project_files()
        if path.suffix == ".py"
        and EMPTY_MODULE_NAMES & {path.stem, *path.relative_to(tree.ROOT).parts}
    ]
    assert empty == []


def test_no_class_has_an_empty_name() -> None:
    empty = [
        f"{tree.named(path)}::{node.name}"
        for path in tree.source_files()
        for node in tree.nodes(path)
        if isinstance(node, ast.ClassDef) and EMPTY_CLASS_NAME.search(node.name)
    ]
    assert empty == []


def test_an_empty_class_name_is_recognised() -> None:
    assert EMPTY_CLASS_NAME.search("OrderManager")
    assert EMPTY_CLASS_NAME.search("OrderService")
    assert not EMPTY_CLASS_NAME.search("ServiceRecord")


def test_every_test_is_named_by_a_sentence() -> None:
    terse = [
        f"{tree.named(path)}::{node.name}"
        for path in tree.test_files()
        if path.name.startswith("test_")
        for node in tree.nodes(path)
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and len(node.name.split("_")) <= SENTENCE_WORDS_MIN
    ]
    assert terse == []
