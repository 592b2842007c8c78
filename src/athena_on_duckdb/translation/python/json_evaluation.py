"""Follows paths of the SQL standard through JSON, as JSON_EXISTS, JSON_VALUE and JSON_QUERY do."""

from __future__ import annotations

import json
import math
import operator
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias, cast

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.java_format import double_text, wrong
from athena_on_duckdb.translation.python.json_path import read_path
from athena_on_duckdb.translation.python.json_texts import (
    as_array,
    as_object,
    json_text,
    no_constant,
    without_halves,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_on_duckdb.translation.python.json_path import Node, Path

_Items: TypeAlias = "list[Any]"
_Number: TypeAlias = "int | float | Decimal"
_BIGINT: Final = range(-(2**63), 2**63)


class PathError(Exception):
    """Raised where a path does not fit the JSON."""


def _misfit(detail: str) -> NoReturn:
    raise PathError(detail)


class _Missing:
    """What an empty text is read as: written as null, and of no type."""


_MISSING: Final = _Missing()
_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class _Evaluation:
    """One path over one JSON."""

    def __init__(self, path: Path, value: object) -> None:
        self._lax = path.lax
        self._root = value
        self._ids = 0

    def items(  # noqa: PLR0911 -- one way out a kind
        self, node: Node, current: object = None, last: int = 0
    ) -> _Items:
        """Give the items that a piece of a path finds.

        Raises:
            PathError: It does not fit.
        """
        if node.kind == "root":
            return [self._root]
        if node.kind in {"current", "value", "last"}:
            return [{"current": current, "value": node.value, "last": last}[node.kind]]
        parts = [self.items(part, current, last) for part in node.parts[:1]]
        if node.kind == "filter":
            kept = self._unwrapped(parts[0])
            return [item for item in kept if self._test(node.parts[1], item, last) is True]
        if node.kind in {"elements", "subscript"}:
            return self._elements(node, parts[0], current)
        if node.kind in {"member", "members"}:
            return self._members(node, parts[0])
        if node.kind == "method":
            return self._method(str(node.value), parts[0])
        if node.kind.startswith("unary"):
            numbers = [_number(item) for item in self._unwrapped(parts[0])]
            return numbers if node.kind.endswith("+") else [-number for number in numbers]
        sides = [parts[0], self.items(node.parts[1], current, last)]
        return [_arithmetic(node.kind, *(self._only_number(side) for side in sides))]

    def _unwrapped(self, items: _Items) -> _Items:
        """Take arrays apart where the path is lax."""
        if not self._lax:
            return items
        return [part for item in items for part in _elements_of(item)]

    def _only_number(self, items: _Items) -> _Number:
        found = self._unwrapped(items)
        if len(found) != 1:
            _misfit("arithmetic needs one item on each side")
        return _number(found[0])

    def _members(self, node: Node, items: _Items) -> _Items:
        found: _Items = []
        for item in self._unwrapped(items):
            if (held := as_object(item)) is None:
                if not self._lax:
                    _misfit("no object")
            elif node.kind == "members":
                found.extend(held.values())
            elif node.value in held:
                found.append(held[str(node.value)])
            elif not self._lax:
                _misfit(f"missing member {node.value!r}")
        return found

    def _elements(self, node: Node, items: _Items, current: object) -> _Items:
        found: _Items = []
        for item in items:
            if not isinstance(item, list) and not self._lax:
                _misfit("no array")
            elements = _elements_of(cast("object", item))
            if node.kind == "elements":
                found.extend(elements)
                continue
            if not elements and not self._lax:
                _misfit("invalid subscript of an empty array")
            for part in node.parts[1:] if elements else ():
                bounds = [self.items(one, current, len(elements) - 1) for one in part.parts]
                first, last = map(_index, bounds)
                if not self._lax and not 0 <= first <= last < len(elements):
                    _misfit(f"invalid subscript: {first} to {last}")
                found.extend(elements[max(first, 0) : max(last + 1, 0)])
        return found

    def _method(self, name: str, items: _Items) -> _Items:
        if name == "type":
            return [_type(item) for item in items]
        if name == "size":
            if not self._lax and not all(isinstance(item, list) for item in items):
                _misfit("no array")
            return [len(_elements_of(item)) for item in items]
        unwrapped = self._unwrapped(items)
        if name == "keyvalue":
            return [pair for item in unwrapped for pair in self._pairs(item)]
        return [_METHODS[name](item) for item in unwrapped]

    def _pairs(self, item: object) -> _Items:
        held = as_object(item)
        if held is None:
            _misfit("no object")
        first = self._ids
        self._ids += len(held)
        return [
            {"name": key, "value": value, "id": number}
            for number, (key, value) in enumerate(held.items(), first)
        ]

    def _test(  # noqa: PLR0911 -- one way out a kind
        self, node: Node, current: object, last: int
    ) -> bool | None:
        """Tell whether a predicate holds; none where that is unknown."""
        if node.kind in {"and", "or"}:
            answers = [self._test(part, current, last) for part in node.parts]
            settled = node.kind == "or"
            return settled if settled in answers else None if None in answers else not settled
        if node.kind in {"not", "unknown"}:
            answer = self._test(node.parts[0], current, last)
            if node.kind == "unknown":
                return answer is None
            return None if answer is None else not answer
        try:
            sides = [self.items(part, current, last) for part in node.parts]
        except PathError:
            return None
        if node.kind == "exists":
            return bool(sides[0])
        found = False
        for left in self._unwrapped(sides[0]):
            for right in self._unwrapped(sides[1]):
                answer = _compared(node.kind, left, right)
                if answer is None:
                    return None
                found = found or answer
                if found and self._lax:
                    return True
        return found


def _elements_of(item: object) -> _Items:
    """Give the elements of an array; what is none is one by itself."""
    found = as_array(item)
    return [item] if found is None else found


def _number(item: object) -> _Number:
    if isinstance(item, bool) or not isinstance(item, int | float | Decimal):
        _misfit(f"no number: {_type(item)}")
    if isinstance(item, int) and item not in _BIGINT:
        _misfit("no number that SQL has")
    return item


def _index(items: _Items) -> int:
    if len(items) != 1:
        _misfit("a subscript must be one number")
    number = _number(items[0])
    if isinstance(number, int):
        return number
    if isinstance(number, float) and not math.isfinite(number):
        _misfit("a subscript must be finite")
    return int(Decimal(number).quantize(Decimal(1), ROUND_HALF_UP))


def _type(item: object) -> str:
    if item is None:
        return "null"
    if isinstance(item, bool):
        return "boolean"
    if isinstance(item, int | float | Decimal):
        return "number"
    kinds: tuple[tuple[type, str], ...] = ((str, "string"), (list, "array"), (dict, "object"))
    return next((name for kind, name in kinds if isinstance(item, kind)), "missing")


def _double(item: object) -> float:
    try:
        return float(item if isinstance(item, str) else _number(item))
    except ValueError as error:
        raise PathError(str(error)) from error


_METHODS: Final[dict[str, Callable[[Any], Any]]] = {
    "double": _double,
    "abs": lambda item: abs(_number(item)),
    "ceiling": lambda item: _whole(_number(item), math.ceil),
    "floor": lambda item: _whole(_number(item), math.floor),
}


def _whole(number: _Number, rounded: Callable[[_Number], int]) -> _Number:
    finite = not isinstance(number, float) or math.isfinite(number)
    return type(number)(rounded(number)) if finite else number


def _arithmetic(sign: str, left: _Number, right: _Number) -> _Number:
    if isinstance(left, float) or isinstance(right, float):
        left, right = float(left), float(right)
        if not right and sign in "/%":
            return math.nan if not left or math.isnan(left) or sign == "%" else left * math.inf
    try:
        if sign in "/%" and isinstance(left, int) and isinstance(right, int):
            whole = abs(left) // abs(right) * (-1 if (left < 0) != (right < 0) else 1)
            return whole if sign == "/" else left - whole * right
        if sign == "%" and isinstance(left, float):
            return math.fmod(left, right)
        made = _OPERATORS[sign](left, right)
    except (ArithmeticError, DecimalException) as error:
        raise PathError(str(error)) from error
    return _number(made)


_OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda left, right: left / right,
    "%": operator.mod,
}


def _compared(sign: str, left: object, right: object) -> bool | None:
    kinds = {_type(left), _type(right)}
    if "null" in kinds:
        return {"==": len(kinds) == 1, "!=": len(kinds) > 1}.get(sign, False)
    if len(kinds) > 1 or not kinds <= {"string", "number", "boolean"}:
        return None
    if sign == "starts":
        return left.startswith(right) if isinstance(left, str) and isinstance(right, str) else None
    return _COMPARISONS[sign](left, right)


def _found(text: str, path: str) -> _Items:
    """Give what a path finds in a text.

    Raises:
        PathError: It does not fit.
        ValueError: The text is no JSON.
    """
    value = json.loads(text, parse_constant=no_constant) if text.strip(" \t\r\n") else _MISSING
    whole = read_path(path)
    return _Evaluation(whole, value).items(whole.whole)


def _asked(text: str, path: str, errors: str) -> _Items | None:
    """Give what a path finds; where it fails, none, or that error where errors are to be raised."""
    try:
        return _found(text, path)
    except PathError as error:
        if errors == "raise":
            wrong(f"path evaluation failed: {error}", ErrorName.PATH_EVALUATION_ERROR)
    except (ValueError, RecursionError):
        if errors == "raise":
            wrong("conversion to JSON failed", ErrorName.JSON_INPUT_CONVERSION_ERROR)
    return None


def _no_result(detail: str, errors: str) -> str:
    if errors == "raise":
        wrong(f"cannot extract a value from JSON: {detail}", ErrorName.JSON_VALUE_RESULT_ERROR)
    return "r"


def json_exists(text: str, path: str, errors: str) -> str:
    """Tell whether a path finds anything: `t`, `f`, or `r` for an error."""
    items = _asked(text, path, errors)
    return "r" if items is None else "t" if items else "f"


def json_value(text: str, path: str, errors: str) -> str:
    """Give the one scalar that a path finds.

    Returns:
        A letter and the text: `s` for a text, `i` an integer, `d` a double, `x` a decimal, `b` a
        boolean; the letter alone: `n` for null, `e` for nothing found, `r` for an error.
    """
    items = _asked(text, path, errors)
    if not items:
        return "r" if items is None else "e"
    made = _scalar(items[0]) if len(items) == 1 else None
    return made or _no_result("no single scalar was found", errors)


def _scalar(item: object) -> str | None:
    if item is None:
        return "n"
    if isinstance(item, bool):
        return "btrue" if item else "bfalse"
    if isinstance(item, str):
        return f"s{without_halves(item)}"
    if isinstance(item, float):
        return f"d{double_text(item)}"
    if isinstance(item, Decimal):
        return f"x{item:f}"
    return f"i{item}" if isinstance(item, int) and item in _BIGINT else None


def json_query(text: str, path: str, wrapper: str, errors: str) -> str:
    """Give the JSON that a path finds.

    Args:
        text: The JSON.
        path: The path.
        wrapper: Whether the result is put into an array: `never`, `always`, or `needed` where it
            is no single array or object; `bare` for never, and for a text without its quotes.
        errors: Whether errors are raised or told.

    Returns:
        `v` and the JSON; `e` for nothing found, `r` for an error.
    """
    items = _asked(text, path, errors)
    if not items:
        return "r" if items is None else "e"
    alone = len(items) == 1 and _type(items[0]) in {"array", "object"}
    if wrapper == "always" or (wrapper == "needed" and not alone):
        items = [items]
    if len(items) > 1:
        return _no_result("several items were found", errors)
    if wrapper == "bare" and isinstance(items[0], str):
        return f"v{items[0]}"
    return f"v{json_text(_written(items[0]))}"


def _written(item: object) -> object:
    """Turn what only paths make into what JSON has."""
    if item is _MISSING:
        return None
    if isinstance(item, Decimal):
        return float(item)
    found = as_array(item)
    return item if found is None else [_written(part) for part in found]
