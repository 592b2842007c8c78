"""Arrays, and the functions that take a lambda."""

from __future__ import annotations

from functools import partial
from math import factorial
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.casts import explicit_cast
from athena_on_duckdb.translation.typed import (
    Typed,
    field,
    fill,
    invalid,
    joined_texts,
    let,
    let_both,
    make_row,
    struct,
    unless_null,
    variables,
)
from athena_on_duckdb.types import INTEGER, VARCHAR, AthenaType, array

if TYPE_CHECKING:
    from athena_on_duckdb.translation.signatures import Call, Entries, LambdaValue

# Trino's: SequenceFunction, RepeatFunction and ArrayCombinationsFunction.
MAX_SEQUENCE_LENGTH: Final = 10_000
_MAX_COMBINED: Final = 5
_MAX_COMBINED_ELEMENTS: Final = 100_000
_DOUBLES: Final = frozenset({"double", "real"})
_HAS_NULL: Final = "len({0}) <> list_aggregate({0}, 'count')"


def _array_max(call: Call) -> str:
    (value,) = call.sqls
    made = f"list_max({value})"
    if call.returns.name in _DOUBLES:
        # To Athena's NaN is the least of all, to DuckDB's the greatest.
        (item,) = variables(1, value)
        made = f"coalesce(list_max(list_filter({value}, lambda {item}: NOT isnan({item}))), {made})"
    return f"CASE WHEN {has_null(value)} THEN NULL ELSE {made} END"


def has_null(sql: str) -> str:
    """Tell whether an array has a NULL among its elements."""
    return f"(len({sql}) <> coalesce(list_aggregate({sql}, 'count'), 0))"


def distinct_from_others(left: str, others: str, *, is_among: bool) -> str:
    """Take each element of an array once, in its order, if others do or do not have it.

    Sorted together, equal elements are neighbours, those of the others first: so the work grows
    with the number of elements, and not with its square.
    """
    item, index, once = variables(3, left, others)

    def tagged(sql: str, side: str) -> str:
        tag = struct([("v", item), ("s", side), ("i", index)])
        return f"list_transform({sql}, lambda {item}, {index}: {tag})"

    previous = f"{once}[{index} - 1]"
    is_new = f"{index} = 1 OR {field(item, 'v')} IS DISTINCT FROM {field(previous, 'v')}"
    is_kept = f"NOT ({is_new}) AND NOT {field(previous, 's')}" if is_among else f"({is_new})"
    kept = f"list_filter({once}, lambda {item}, {index}: {field(item, 's')} AND {is_kept})"
    in_order = struct([("i", field(item, "i")), ("v", field(item, "v"))])
    sorted_ = f"list_sort({tagged(others, 'false')} || {tagged(left, 'true')})"
    first = f"(list_transform([{sorted_}], lambda {once}: {kept}))[1]"
    back = f"list_sort(list_transform({first}, lambda {item}: {in_order}))"
    return f"list_transform({back}, lambda {item}: {field(item, 'v')})"


def first_of_each(sql: str) -> str:
    """Leave out of an array what comes again, keeping its order."""
    return let(sql, lambda once: distinct_from_others(once, f"{once}[1:0]", is_among=False))


def joined(call: Call) -> str:
    """Write `a || b || ...`."""
    return f"({' || '.join(call.sqls)})"


def applied(function: LambdaValue, *sqls: str) -> str:
    """Write a lambda's body for given arguments."""
    body = function.body.sql
    for name, sql in reversed(list(zip(function.parameters, sqls, strict=True))):
        body = f"(list_transform([{sql}], lambda {name}: {body}))[1]"
    return body


def _element_at(call: Call) -> str:
    index = call.value(1).literal
    taken = "list_extract({0}, {1})"
    if isinstance(index, int) and index:
        return fill(taken, call.sqls)
    failed = invalid("SQL array indices start at 1", call.returns)
    return fill(
        f"CASE WHEN {{0}} IS NOT NULL AND {{1}} = 0 THEN {failed} ELSE {taken} END", call.sqls
    )


def subscript(base: Typed, index: Typed) -> str:
    """Write `array[index]`, which fails where there is no such element."""
    element = base.type.children[0]
    failed = invalid("Array subscript must be between 1 and the array's length", element)
    return fill(
        f"CASE WHEN {{0}} IS NOT NULL AND ({{1}} < 1 OR {{1}} > len({{0}})) THEN {failed}"
        " ELSE list_extract({0}, {1}) END",
        [base.sql, index.sql],
    )


def _filtered_by(call: Call, *, inside: bool) -> str:
    def made(*sides: str) -> str:
        return unless_null(sides, distinct_from_others(*sides, is_among=inside))

    return let_both(call.sqls[0], call.sqls[1], made)


def _joined(call: Call) -> str:
    items = call.value(0)
    (item,) = variables(1, items.sql)
    written = explicit_cast(Typed(item, items.type.children[0]), VARCHAR).sql
    if len(call.arguments) > 2:  # noqa: PLR2004 -- the number is the thing itself
        written = f"coalesce({written}, {call.sqls[2]})"
    made = joined_texts(f"list_transform({items.sql}, lambda {item}: {written})", call.sqls[1])
    return f"CASE WHEN {call.sqls[-1]} IS NOT NULL THEN {made} END"


def sequence_errors(type_: AthenaType) -> tuple[str, str]:
    """Give what fails for a sequence that is too long, and for one that never ends."""
    most = f"result of sequence function must not have more than {MAX_SEQUENCE_LENGTH} entries"
    direction = "sequence stop value must lie in the direction of its step"
    return invalid(most, type_), invalid(direction, type_)


def _sequence(call: Call) -> str:
    start, stop, *steps = call.sqls
    step = steps[0] if steps else f"CASE WHEN {start} <= {stop} THEN 1 ELSE -1 END"
    long, wrong = sequence_errors(call.returns)
    return (
        f"CASE WHEN ({step}) = 0 OR ({start} < {stop} AND ({step}) < 0)"
        f" OR ({start} > {stop} AND ({step}) > 0) THEN {wrong}"
        f" WHEN abs(({stop} - {start}) // ({step})) >= {MAX_SEQUENCE_LENGTH} THEN {long}"
        f" ELSE generate_series({start}, {stop}, {step}) END"
    )


def _combinations(call: Call) -> str:
    size = call.value(1).literal
    negative = "combination size must not be negative"
    large = f"combination size must not exceed {_MAX_COMBINED}"
    if isinstance(size, int):
        if not 0 <= size <= _MAX_COMBINED:
            detail = f"{negative if size < 0 else large}: {size}"
            raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
        return _combined(call, size)
    failed = f"CASE WHEN {call.sqls[1]} < 0 THEN {invalid(negative, call.returns)}"
    failed += f" ELSE {invalid(large, call.returns)} END"
    sizes = range(_MAX_COMBINED + 1)
    branches = " ".join(f"WHEN {size} THEN {_combined(call, size)}" for size in sizes)
    return f"CASE {call.sqls[1]} {branches} ELSE {failed} END"


def _combined(call: Call, size: int) -> str:
    items = call.sqls[0]
    # So many elements that what is below cannot overflow are too many in any case.
    among = f"least(len({items}), {_MAX_COMBINED_ELEMENTS})"
    factors = " * ".join([f"({among} - {place})::HUGEINT" for place in range(size)] or ["1"])
    count = f"({factors}) // {factorial(size)}"
    failed = invalid("combinations exceed max size", call.value(0).type)
    is_long = f"len({items}) >= {size} AND {count} * {size} > {_MAX_COMBINED_ELEMENTS}"

    def combined(items: str) -> str:
        places = variables(size, items)
        taken = ", ".join(f"list_extract({items}, {place})" for place in places)
        made = f"[[{taken}]]" if size else f"[CAST([] AS {call.returns.children[0].duckdb})]"
        # The last place moves slowest.
        for index, place in enumerate(places):
            end = f"{places[index + 1]}" if index + 1 < size else f"len({items}) + 1"
            made = f"flatten(list_transform(range({index + 1}, {end}), lambda {place}: {made}))"
        return unless_null([items], made)

    # The check is about the elements, so that DuckDB cannot combine them before it.
    return let(f"CASE WHEN {is_long} THEN {failed} ELSE {items} END", combined)


def _removed(call: Call) -> str:
    items, unwanted = call.sqls
    (item,) = variables(1, items, unwanted)
    other = f"{item} IS DISTINCT FROM {unwanted}"
    if call.value(1).type.name in _DOUBLES:
        other += f" OR isnan({unwanted})"
    kept = f"list_filter({items}, lambda {item}: {other})"
    return unless_null([unwanted], kept)


def _longest(sqls: list[str]) -> str:
    return f"greatest({', '.join(f'len({sql})' for sql in sqls)})"


def _zip(call: Call) -> Typed:
    (index,) = variables(1, *call.sqls)
    elements = [call.value(at).type.children[0] for at in range(len(call.arguments))]
    items = zip(call.sqls, elements, strict=True)
    pair = make_row([Typed(f"list_extract({sql}, {index})", type_) for sql, type_ in items])
    places = f"generate_series(1, {_longest(call.sqls)})"
    made = f"list_transform({places}, lambda {index}: {pair.sql})"
    return Typed(unless_null(call.sqls, made), array(pair.type))


def _zip_with(call: Call) -> str:
    left, right, _ = call.sqls
    function = call.function(2)
    (index,) = variables(1, *call.sqls, *function.parameters)
    body = applied(function, f"list_extract({left}, {index})", f"list_extract({right}, {index})")
    made = f"list_transform(generate_series(1, {_longest([left, right])}), lambda {index}: {body})"
    return unless_null([left, right], made)


def _reduce(call: Call) -> str:
    items, start, function, _ = call.sqls
    folded = f"list_reduce({items}, {function}, {start})"
    made = applied(call.function(3), f"CASE WHEN {items} IS NOT NULL THEN {folded} END")
    return f"CASE WHEN {items} IS NOT NULL THEN {made} END"


def _sorted_by(call: Call) -> str:
    """Sort by a comparing lambda, by insertion: equal elements keep their order."""
    items = call.value(0)
    function = call.function(1)
    so_far, new, item = variables(3, items.sql, function.sql)
    failed = invalid("Lambda comparator must return either -1, 0, or 1", INTEGER)
    compared = let(
        applied(function, item, f"{new}[1]"),
        lambda once: f"CASE WHEN {once} IN (-1, 0, 1) THEN {once} ELSE {failed} END",
    )
    before = f"list_filter({so_far}, lambda {item}: ({compared}) <= 0)"
    after = f"list_filter({so_far}, lambda {item}: ({compared}) > 0)"
    singles = f"list_transform({items.sql}, lambda {item}: [{item}])"
    inserted = f"list_concat(list_concat({before}, {new}), {after})"
    empty = f"CAST([] AS {call.returns.duckdb})"
    made = f"list_reduce({singles}, lambda {so_far}, {new}: {inserted}, {empty})"
    return unless_null([items.sql], made)


def _match(call: Call, looked_for: str, when_any: str, otherwise: str) -> str:
    template = (
        f"CASE WHEN {{0}} IS NULL THEN NULL WHEN list_contains({{0}}, {looked_for})"
        f" THEN {when_any} WHEN {_HAS_NULL} AND len({{0}}) > 0 THEN NULL ELSE {otherwise} END"
    )
    answers = f"list_transform({call.sqls[0]}, {call.sqls[1]})"
    return let(answers, lambda once: fill(template, [once]))


def _looked_for(call: Call, template: str) -> str:
    """Look for a value at `#`: NaN, which equals nothing, is in no array."""
    is_double = call.value(1).type.name in _DOUBLES
    wanted = "CASE WHEN NOT isnan({1}) THEN {1} END" if is_double else "{1}"
    return fill(template.replace("#", wanted), call.sqls)


_COUNT: Final = "count argument of repeat function"
_SLICE: Final = (
    "CASE WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL THEN NULL WHEN {1} = 0 OR {2} < 0"
    " THEN {!SQL array indices start at 1, and a length is not negative}"
    " WHEN {2} = 0 OR (@) < 1 OR (@) > len({0}) THEN {0}[1:0]"
    " ELSE list_slice({0}, @, (@) + {2} - 1) END"
).replace("@", "CASE WHEN {1} < 0 THEN len({0}) + {1} + 1 ELSE {1} END")
_CONTAINS: Final = (
    "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN list_contains({0}, #) THEN true"
    f" WHEN {_HAS_NULL} THEN NULL ELSE false END"
)
_POSITION: Final = (
    "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN (#) IS NULL THEN 0"
    " ELSE CAST(coalesce(list_position({0}, #), 0) AS BIGINT) END"
)
_OVERLAP: Final = (
    "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN list_has_any({0}, {1}) THEN true"
    f" WHEN len({{0}}) = 0 OR len({{1}}) = 0 THEN false WHEN {_HAS_NULL}"
    f" OR {_HAS_NULL.replace('{0}', '{1}')} THEN NULL ELSE false END"
)

ARRAYS: Final[Entries] = {
    "cardinality(array(t)) -> bigint": "len({0})",
    "element_at(array(t), bigint) -> t": _element_at,
    "contains(array(t), t) -> boolean": partial(_looked_for, template=_CONTAINS),
    "array_position(array(t), t) -> bigint": partial(_looked_for, template=_POSITION),
    "array_distinct(array(t)) -> array(t)": lambda call: first_of_each(call.sqls[0]),
    "array_sort(array(t)) -> array(t)": "list_sort({0}, 'ASC', 'NULLS LAST')",
    "array_sort(array(t), function(t, t, integer)) -> array(t)": _sorted_by,
    "array_min(array(t)) -> t": f"CASE WHEN {_HAS_NULL} THEN NULL ELSE list_min({{0}}) END",
    "array_max(array(t)) -> t": _array_max,
    "array_join(array(t), varchar) -> varchar": _joined,
    "array_join(array(t), varchar, varchar) -> varchar": _joined,
    "array_intersect(array(t), array(t)) -> array(t)": partial(_filtered_by, inside=True),
    "array_except(array(t), array(t)) -> array(t)": partial(_filtered_by, inside=False),
    "array_union(array(t), array(t)) -> array(t)": lambda call: first_of_each(
        f"({call.sqls[0]} || {call.sqls[1]})"
    ),
    "arrays_overlap(array(t), array(t)) -> boolean": _OVERLAP,
    "array_remove(array(t), t) -> array(t)": _removed,
    "concat(array(t), array(t)...) -> array(t)": joined,
    "slice(array(t), bigint, bigint) -> array(t)": _SLICE,
    "trim_array(array(t), bigint) -> array(t)": (
        "CASE WHEN {1} NOT BETWEEN 0 AND len({0})"
        " THEN {!size must be from 0 to the number of elements}"
        " ELSE list_slice({0}, 1, len({0}) - {1}) END"
    ),
    "flatten(array(array(t))) -> array(t)": "flatten({0})",
    "reverse(array(t)) -> array(t)": "list_reverse({0})",
    "repeat(t, integer) -> array(t)": (
        f"CASE WHEN {{1}} > {MAX_SEQUENCE_LENGTH} THEN"
        f" {{!{_COUNT} must be less than or equal to {MAX_SEQUENCE_LENGTH}}}"
        f" WHEN {{1}} < 0 THEN {{!{_COUNT} must be greater than or equal to 0}}"
        " ELSE list_transform(range({1}), lambda {a}: {0}) END"
    ),
    "sequence(bigint, bigint) -> array(bigint)": _sequence,
    "sequence(bigint, bigint, bigint) -> array(bigint)": _sequence,
    "shuffle(array(t)) -> array(t)": (
        "list_transform(list_sort(list_transform({0},"
        " lambda {a}: struct_pack(k := random(), v := {a}))), lambda {b}: {b}.v)"
    ),
    "combinations(array(t), integer) -> array(array(t))": _combinations,
    "ngrams(array(t), integer) -> array(array(t))": (
        "CASE WHEN {0} IS NULL THEN NULL WHEN {1} <= 0 THEN {!N must be positive}"
        " ELSE list_transform(generate_series(1, greatest(len({0}) - {1} + 1, 1)),"
        " lambda {a}: list_slice({0}, {a}, {a} + {1} - 1)) END"
    ),
    **{
        f"zip({', '.join(f'array({letter})' for letter in letters)}) -> array(t)": _zip
        for letters in ("tu", "tuv", "tuvw")
    },
    "zip_with(array(t), array(u), function(t, u, r)) -> array(r)": _zip_with,
    "transform(array(t), function(t, r)) -> array(r)": "list_transform({0}, {1})",
    "filter(array(t), function(t, boolean)) -> array(t)": "list_filter({0}, {1})",
    **{
        f"{name}(array(t), function(t, boolean)) -> boolean": partial(
            _match, looked_for=looked_for, when_any=when_any, otherwise=otherwise
        )
        for name, looked_for, when_any, otherwise in (
            ("any_match", "true", "true", "false"),
            ("all_match", "false", "false", "true"),
            ("none_match", "true", "false", "true"),
        )
    },
    "reduce(array(t), s, function(s, t, s), function(s, r)) -> r": _reduce,
}
