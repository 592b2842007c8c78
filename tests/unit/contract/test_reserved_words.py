"""The words that Athena wants quoted."""

from __future__ import annotations

import pytest

from firelake.contract.reserved_words import (
    DDL_RESERVED_WORDS,
    RESERVED_WORDS,
    SELECT_RESERVED_WORDS,
)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("date", id="date"),
        pytest.param("div", id="div"),
        pytest.param("partition", id="partition"),
        pytest.param("timestamp", id="timestamp"),
        pytest.param("cache", id="cache-as-hive-spells-it"),
        pytest.param("cashe", id="cashe-as-the-page-spells-it"),
        pytest.param("with", id="last-of-the-page"),
    ],
)
def test_words_of_ddl_are_reserved(word: str) -> None:
    assert word in DDL_RESERVED_WORDS
    assert word in RESERVED_WORDS


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("first", id="first"),
        pytest.param("skip", id="skip"),
        pytest.param("json_table", id="json_table"),
        pytest.param("uescape", id="uescape"),
        pytest.param("unnest", id="unnest"),
        pytest.param("with", id="last-of-the-page"),
    ],
)
def test_words_of_select_are_reserved(word: str) -> None:
    assert word in SELECT_RESERVED_WORDS
    assert word in RESERVED_WORDS


def test_words_are_written_as_field_names_are() -> None:
    assert {word for word in RESERVED_WORDS if word != word.lower()} == set()


def test_the_lists_are_those_of_the_page_and_the_few_words_added_to_them() -> None:
    assert len(DDL_RESERVED_WORDS - {"cache"}) == 138
    assert len(SELECT_RESERVED_WORDS - {"auto", "current_role", "unescape"}) == 84
