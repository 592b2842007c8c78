"""OVER: partitions, order and frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import INTEGERS, NUMBERS
from athena_on_duckdb.translation.functions.intervals import as_duckdb
from athena_on_duckdb.translation.ordering import ordered
from athena_on_duckdb.translation.place import only
from athena_on_duckdb.translation.typed import Typed, fail, not_supported, refuse_maps
from athena_on_duckdb.types import INTERVAL_DAY, INTERVAL_YEAR

if TYPE_CHECKING:
    from athena_on_duckdb.translation.expressions import Expressions
    from athena_on_duckdb.translation.place import Place

_KINDS: Final = frozenset({"ROWS", "RANGE", "GROUPS"})
_SIDES: Final = ("PRECEDING", "ROW", "FOLLOWING")


def over(
    self: Expressions, window: exp.Expr, place: Place, *, without_frame: str | None = None
) -> str:
    """Translate OVER, with the named window that it may stand on.

    Args:
        self: What translates the expressions within.
        window: The window.
        place: Where it stands.
        without_frame: The name of a function whose window is ordered and has no frame.

    Raises:
        QueryError: It names no window, is none for the function, or has what the translation does
            not know.
    """
    only(window, "this", "partition_by", "order", "spec", "alias", "over")
    parts: list[str] = []
    base = window
    if (named := window.args.get("alias")) is not None:
        if named.name.lower() not in place.named_windows:
            raise QueryError(ErrorName.SYNTAX_ERROR, f"Cannot resolve WINDOW name {named.name}")
        base = place.named_windows[named.name.lower()]
        only(base, "this", "partition_by", "order", "spec", "over")
    partition, order, spec = (
        window.args.get(key) or base.args.get(key) for key in ("partition_by", "order", "spec")
    )
    if without_frame is not None and order is None:
        detail = f"{without_frame} function requires an ORDER BY window clause"
        raise QueryError(ErrorName.MISSING_ORDER_BY, detail)
    if without_frame is not None and spec is not None:
        detail = f"Cannot specify window frame for {without_frame} function"
        raise QueryError(ErrorName.INVALID_WINDOW_FRAME, detail)
    if partition:
        keys = [self.translate(item, place) for item in partition]
        for key in keys:
            refuse_maps(key.type, "PARTITION BY")
        parts.append(f"PARTITION BY {', '.join(key.sql for key in keys)}")
    if order is not None:
        items = [ordered(self, item, place) for item in order.expressions]
        parts.append(f"ORDER BY {', '.join(items)}")
    if spec is not None:
        parts.append(_frame(self, spec, place, is_ordered=order is not None))
    return f" OVER ({' '.join(parts)})"


def _frame(self: Expressions, spec: exp.Expr, place: Place, *, is_ordered: bool) -> str:
    only(spec, "kind", "start", "start_side", "end", "end_side")
    kind = str(spec.args["kind"]).upper()
    if kind not in _KINDS:
        raise not_supported(what=f"a window frame of {kind}")
    start, first = _bound(self, spec.args["start"], spec.args.get("start_side"), place, kind)
    end = spec.args.get("end")
    stop, last = (
        ("CURRENT ROW", "CURRENT ROW")
        if end is None
        else _bound(self, end, spec.args.get("end_side"), place, kind)
    )
    start_side, end_side = (_SIDES.index(words.rsplit(maxsplit=1)[-1]) for words in (first, last))
    is_wrong = first == "UNBOUNDED FOLLOWING" or last == "UNBOUNDED PRECEDING"
    if is_wrong or start_side > end_side:
        detail = f"Window frame starting from {first} cannot end with {last}"
        raise QueryError(ErrorName.INVALID_WINDOW_FRAME, detail)
    if kind != "ROWS" and not is_ordered and {first, last} & {"PRECEDING", "FOLLOWING"}:
        detail = f"Window frame of type {kind} PRECEDING or FOLLOWING requires ORDER BY"
        raise QueryError(ErrorName.MISSING_ORDER_BY, detail)
    return f"{kind} BETWEEN {start} AND {stop}"


def _bound(
    self: Expressions, bound: object, side: object, place: Place, kind: str
) -> tuple[str, str]:
    """Translate a bound of a frame: its SQL, and its words without the offset."""
    written = str(side or "").upper()
    if isinstance(bound, str):
        word = bound.upper()
        if word == "CURRENT ROW":
            return word, word
        if word == "UNBOUNDED" and written in {"PRECEDING", "FOLLOWING"}:
            return f"UNBOUNDED {written}", f"UNBOUNDED {written}"
    if isinstance(bound, exp.Expr) and written in {"PRECEDING", "FOLLOWING"}:
        offset = self.translate(bound, place)
        if kind != "RANGE" and offset.type.name not in INTEGERS and offset.type.scale != 0:
            detail = f"Window frame {kind} value type must be a whole number: {offset.type}"
            raise QueryError(ErrorName.TYPE_MISMATCH, detail)
        return f"{_offset(offset)} {written}", written
    raise not_supported(what="this bound of a window frame")


def _offset(value: Typed) -> str:
    """Write an offset of a frame, which is never negative."""
    if value.type in {INTERVAL_DAY, INTERVAL_YEAR}:
        return as_duckdb(value)
    if value.type.name not in NUMBERS or (isinstance(value.literal, int) and value.literal >= 0):
        return value.sql
    detail = "Window frame offset value must not be negative or null"
    if isinstance(value.literal, int):
        raise QueryError(ErrorName.INVALID_WINDOW_FRAME, detail)
    failed = fail(ErrorName.INVALID_WINDOW_FRAME, detail, value.type)
    return f"CASE WHEN {value.sql} >= 0 THEN {value.sql} ELSE {failed} END"
