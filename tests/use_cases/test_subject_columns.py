"""A member reads her copy in words: every column of every table in it has one in both languages."""

import pytest

from regulars.storage.columns import metadata
from regulars.storage.schema import import_tables
from regulars.use_cases.subject_columns import COLUMNS, column_name
from regulars.use_cases.subject_files import HEADINGS

import_tables()


@pytest.mark.parametrize("table", list(HEADINGS))
def test_every_column_has_words(table: str) -> None:
    for column in metadata.tables[table].columns:
        word = column_name(table, column.name)
        assert word.zh
        assert word.en
        assert column.name not in (word.zh, word.en)


def test_no_word_stands_for_a_column_that_there_is_not() -> None:
    there = {column.name for table in HEADINGS for column in metadata.tables[table].columns}
    assert set(COLUMNS) <= there
