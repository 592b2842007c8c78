"""Texts that look like places of a template: what a user writes is never filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.helpers.athena_cases import ask

if TYPE_CHECKING:
    from athena_on_duckdb.session import Session

_EXPRESSIONS: Final = {
    "'{0}{1}{2}@#0~{AFTER}'": "{0}{1}{2}@#0~{AFTER}",
    "replace('a{1}b{0}', '{0}', '{2}{1}')": "a{1}b{2}{1}",
    "split_part('{1}{0}x{2}', 'x', 2)": "{2}",
    "lpad('{1}', 8, '{0}')": "{0}{0{1}",
    "coalesce(NULL, '{1}') || '{0}'": "{1}{0}",
    "element_at(MAP(ARRAY['{0}', '{1}'], ARRAY['{1}', '{2}']), '{1}')": "{2}",
    "date_format(TIMESTAMP '2020-01-01 00:00:00', '{0}%Y{1}@#')": "{0}2020{1}@#",
    r"regexp_replace('a{1}b', '\{1\}', '{0}')": "a{0}b",
    "strpos('{0}{1}', '{1}')": 4,
    "format('%s{0}{1}', '{1}{2}')": "{1}{2}{0}{1}",
    """json_extract_scalar('{"{1}": "{0}"}', '$["{1}"]')""": "{0}",
    """json_format(json_extract('{"a{1}": {"{0}": 1}}', '$["a{1}"]'))""": '{"{0}":1}',
    "array_join(ARRAY['{1}', NULL], '{0}', '{2}')": "{1}{0}{2}",
    "substr('{1}{0}', -3)": "{0}",
    "concat_ws('{0}', '{1}', '{2}')": "{1}{0}{2}",
    "translate('{1}{0}', '{1}', '<@>')": "<@><0>",
    "if('{0}' > '{1}', '{1}', '{0}')": "{0}",
    "reduce(ARRAY['{1}', '{0}'], '{2}', (s, x) -> s || x, s -> s || '{1}')": "{2}{1}{0}{1}",
    "date_add('hour', length('{2}{1}'), TIME '10:00:00') = TIME '16:00:00'": True,
    "'{1}' LIKE '{_}'": True,
    'CAST(ROW(\'{1}\') AS ROW("{0}" varchar))."{0}"': "{1}",
    "TRY_CAST('{1}' AS integer) IS NULL": True,
}
_AGGREGATES: Final = {
    "max(x || '@{AFTER}~#0{0}{1}')": "a@{AFTER}~#0{0}{1}",
    "array_agg('{ORDER}@{AFTER}~' ORDER BY '{0}' || x)": ["{ORDER}@{AFTER}~"],
    "listagg('{1}' || x, '{0}@') WITHIN GROUP (ORDER BY x)": "{1}a",
    "max_by('{1}' || x, '{0}' || x)": "{1}a",
    "count_if(x <> '{AFTER}') FILTER (WHERE x <> '{ORDER}@')": 1,
    "element_at(map_agg('{1}@' || x, '{0}~'), '{1}@a')": "{0}~",
}


@pytest.mark.parametrize("sql", [_EXPRESSIONS, _AGGREGATES], ids=["expressions", "aggregates"])
def test_what_a_text_holds_is_left_alone(session: Session, sql: dict[str, object]) -> None:
    for expression, value in sql.items():
        rows, _ = ask(session, f"SELECT {expression} FROM (VALUES 'a') AS t (x)")  # noqa: S608
        assert rows == [[value]], expression


def test_so_is_what_a_window_is_given(session: Session) -> None:
    sql = "SELECT lag('{NULLS}@~{0}', 1, '{2}{0}') OVER (ORDER BY x) FROM (VALUES 'a') AS t (x)"
    assert ask(session, sql)[0] == [["{2}{0}"]]
