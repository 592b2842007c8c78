"""Writes what the local Athena gives as Trino's client does, so that the answers compare."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.results.text import as_texts, text_of
from athena_on_duckdb.translation.parse import parse
from athena_on_duckdb.translation.run import run_select
from athena_on_duckdb.translation.translate import translate

if TYPE_CHECKING:
    from athena_on_duckdb.session import Session
    from athena_on_duckdb.types import AthenaType

_NESTED: Final = frozenset({"array", "map", "row"})


def answer(session: Session, sql: str) -> dict[str, Any]:
    """Answers a query: its `types` and `rows` in any order, or the name of its `error`."""
    try:
        translation = translate(parse(sql), {})
        _, table = run_select(session.cursor(), translation)
        columns = [
            [_shown(value, type_) for value in column.to_pylist()]
            if type_.name in _NESTED
            else as_texts(column, type_).to_pylist()
            for column, type_ in zip(table.columns, translation.types, strict=True)
        ]
    except QueryError as error:
        return {"error": str(error.name)}
    rows = [list(row) for row in zip(*columns, strict=True)]
    return comparable({"types": [str(type_) for type_ in translation.types], "rows": rows})


def comparable(given: dict[str, Any]) -> dict[str, Any]:
    """Writes an answer so that it compares: without lengths of varchar and orders of rows."""
    if "error" in given:
        return {"error": given["error"]}
    types = [re.sub(r"varchar\(\d+\)", "varchar", t.replace(", ", ",")) for t in given["types"]]
    rows = sorted(json.dumps(_ordered(row), ensure_ascii=False) for row in given["rows"])
    return {"types": [type_.replace('"', "").lower() for type_ in types], "rows": rows}


def _ordered(value: object) -> object:
    if isinstance(value, list):
        return [_ordered(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        ((tag, held),) = cast("dict[str, list[object]]", value).items()
        members = [_ordered(member) for member in held]
        return {tag: sorted(members, key=repr) if tag == "$map" else members}
    return value


def _shown(value: Any, type_: AthenaType) -> Any:  # noqa: ANN401 -- any value of any type
    if value is None:
        return None
    if type_.name == "array":
        return [_shown(item, type_.children[0]) for item in value]
    if type_.name == "map":
        key, held = type_.children
        return {"$map": [[_key(_shown(k, key)), _shown(v, held)] for k, v in value]}
    if type_.name == "row":
        fields = zip(value.values(), type_.children, strict=True)
        return {"$row": [_shown(field, child) for field, child in fields]}
    return text_of(type_)(value)


def _key(shown: Any) -> Any:  # noqa: ANN401 -- any value of any type
    """Writes a key of a map as Trino's client does, for which it is a text."""
    if isinstance(shown, list):
        items = cast("list[Any]", shown)
        return f"[{', '.join('null' if item is None else str(_key(item)) for item in items)}]"
    if isinstance(shown, dict):
        fields = cast("dict[str, list[Any]]", shown)["$row"]
        return f"{{{', '.join(map(str, fields))}}}"
    return shown
