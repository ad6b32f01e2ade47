"""Chinese and English say the same things: no text exists in one language only."""

import json
import re
from importlib import import_module
from pkgutil import walk_packages
from string import ascii_letters

import pytest

import regulars
from regulars.domain.kernel.refusal import RefusalCode, all_codes
from regulars.http import problem
from tests.architecture import tree

LOCALES = tree.WEB / "packages" / "shared" / "src" / "locales"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def locale(language: str) -> dict[str, str]:
    """Every text of the front ends in one language, by its dotted key."""
    texts: dict[str, str] = {}

    def walk(prefix: str, value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{prefix}.{key}" if prefix else str(key), inner)
        else:
            assert isinstance(value, str), prefix
            texts[prefix] = value

    walk("", json.loads((LOCALES / f"{language}.json").read_text(encoding="utf-8")))
    return texts


@pytest.fixture(scope="module")
def codes() -> dict[str, RefusalCode]:
    """Every refusal that any module of the package declares."""
    for module in walk_packages(regulars.__path__, "regulars."):
        if ".migrations." not in module.name and not module.name.endswith(".__main__"):
            import_module(module.name)
    return all_codes()


def test_front_ends_have_the_same_texts_in_both_languages() -> None:
    chinese, english = locale("zh-CN"), locale("en")
    assert chinese.keys() == english.keys()
    assert chinese


def test_both_languages_show_the_same_values() -> None:
    chinese, english = locale("zh-CN"), locale("en")
    differ = [
        key
        for key in chinese.keys() & english.keys()
        if set(PLACEHOLDER.findall(chinese[key])) != set(PLACEHOLDER.findall(english[key]))
    ]
    assert differ == []


def test_no_text_is_empty_or_in_the_wrong_language() -> None:
    assert [key for key, text in locale("zh-CN").items() if not text.strip()] == []
    wrong = [key for key, text in locale("en").items() if not text.strip() or CHINESE.search(text)]
    # A language is named in itself, so that its reader finds it.
    assert [key for key in wrong if not key.startswith("language.")] == []


def test_every_refusal_has_a_status_and_a_text(codes: dict[str, RefusalCode]) -> None:
    assert codes
    assert sorted(codes.keys() - problem.TEXTS.keys()) == []
    assert sorted(codes.keys() - problem.STATUS.keys()) == []


def test_no_text_is_kept_for_a_refusal_that_nobody_declares(codes: dict[str, RefusalCode]) -> None:
    assert sorted(problem.TEXTS.keys() - codes.keys()) == []


def test_refusal_texts_are_written_in_their_language(codes: dict[str, RefusalCode]) -> None:
    for code in codes:
        text = problem.TEXTS[code]
        assert CHINESE.search(text.zh), code
        assert not CHINESE.search(text.en), code
        assert set(text.en) & set(ascii_letters), code


def test_refusal_texts_show_only_declared_values(codes: dict[str, RefusalCode]) -> None:
    for code, declared in codes.items():
        text = problem.TEXTS[code]
        assert problem.placeholders(text.zh) <= declared.names, code
        assert problem.placeholders(text.en) <= declared.names, code
