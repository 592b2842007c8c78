"""Line numbers of keys in a TOML text."""

from __future__ import annotations

import pytest

from firelake.contract.lines import LineFinder, spell

TEXT = """\
# a comment with version = 1
version = 2  # one

[fields]  # the dictionary
user_id = { type = "string" }
"odd name" = { type = "string" }
'single' = 1
[fields.score]
type = "double"
dotted.inner = 1

  [ events . "lesson:started" ]
  required = [
    "user_id",
    # "comment",
    "score",
  ]
  optional = ["user_id", 'single']
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        pytest.param(("version",), 2, id="top-key"),
        pytest.param(("fields",), 4, id="table"),
        pytest.param(("fields", "user_id"), 5, id="inline-table"),
        pytest.param(("fields", "user_id", "type"), 5, id="key-in-inline-table"),
        pytest.param(("fields", "odd name"), 6, id="quoted-key"),
        pytest.param(("fields", "single"), 7, id="single-quoted-key"),
        pytest.param(("fields", "score"), 8, id="sub-table"),
        pytest.param(("fields", "score", "type"), 9, id="key-of-sub-table"),
        pytest.param(("fields", "score", "dotted", "inner"), 10, id="dotted-key"),
        pytest.param(("events", "lesson:started"), 12, id="quoted-table"),
        pytest.param(("events", "lesson:started", "required"), 13, id="indented-key"),
        pytest.param(("events", "lesson:started", "missing"), 12, id="missing-key"),
        pytest.param(("events",), 12, id="table-known-by-its-sub-table"),
        pytest.param(("nowhere", "at", "all"), None, id="missing-table"),
        pytest.param((), None, id="no-path"),
    ],
)
def test_a_key_is_found_or_the_nearest_table_around_it(
    path: tuple[str, ...], line: int | None
) -> None:
    assert LineFinder(TEXT).line_of(path) == line


@pytest.mark.parametrize(
    ("key", "member", "line"),
    [
        pytest.param("required", "score", 16, id="member-on-its-own-line"),
        pytest.param("optional", "user_id", 18, id="member-on-the-line-of-the-key"),
        pytest.param("optional", "single", 18, id="single-quoted-member"),
        pytest.param("required", "single", 13, id="member-of-the-next-list-is-not-taken"),
        pytest.param("missing", "score", 12, id="member-of-a-missing-list"),
    ],
)
def test_a_member_is_searched_within_its_list(key: str, member: str, line: int) -> None:
    assert LineFinder(TEXT).line_of(("events", "lesson:started", key), member) == line


def test_a_member_that_the_last_list_does_not_hold_gets_the_line_of_the_list() -> None:
    assert LineFinder("a = [\n  'one',\n]").line_of(("a",), "two") == 1


def test_lines_are_counted_as_toml_counts_them() -> None:
    text = "a = 'next\x85line\u2028separator'\r\nb = 1\n"
    assert LineFinder(text).line_of(("b",)) == 2


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(("fields", "user_id", "type"), "fields.user_id.type", id="bare"),
        pytest.param(
            ("events", "lesson:started", "required"),
            'events."lesson:started".required',
            id="quoted",
        ),
        pytest.param(("fields", 'a"b\\c'), 'fields."a\\"b\\\\c"', id="escaped"),
        pytest.param(("fields", ""), 'fields.""', id="empty"),
    ],
)
def test_a_path_is_spelled_as_toml_does(path: tuple[str, ...], expected: str) -> None:
    assert spell(path) == expected
