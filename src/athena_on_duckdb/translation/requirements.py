"""What functions ask of the types of their arguments beyond a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.coercion import is_orderable
from athena_on_duckdb.translation.typed import refuse_maps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_on_duckdb.types import AthenaType

# What tells members, values, or keys of the first argument apart.
_OF_MEMBERS: Final = frozenset({
    "array_distinct", "array_except", "array_intersect", "array_position", "array_remove",
    "array_union", "arrays_overlap", "contains", "set_union",
})  # fmt: skip
_OF_VALUES: Final = frozenset({"approx_distinct", "histogram", "map_agg", "multimap_agg"})
_OF_KEYS: Final = frozenset({"map", "map_from_entries", "map_union", "multimap_from_entries"})
# Which argument a function puts in order.
_ORDERING: Final = {
    **dict.fromkeys(("array_max", "array_min", "greatest", "least", "max", "min"), 0),
    **dict.fromkeys(("max_by", "min_by"), 1),
}


def require(name: str, types: Sequence[AthenaType]) -> None:
    """Refuse arguments that a function puts in order or tells apart, where that cannot be.

    Args:
        name: The function.
        types: The types of its arguments.

    Raises:
        QueryError: Athena has no order of them, or maps are told apart, which is not known here.
    """
    for type_ in types[_ORDERING.get(name, len(types)) :][:1]:
        if not is_orderable(type_):
            detail = f"Unexpected parameters ({type_}) for function {name}: it has no order"
            raise QueryError(ErrorName.FUNCTION_NOT_FOUND, detail)
    for type_ in types[:1]:
        if name in _OF_VALUES:
            refuse_maps(type_, name)
        elif name in _OF_MEMBERS | _OF_KEYS and type_.children:
            member = type_.children[0]
            is_entry = name.endswith("from_entries") and member.children
            refuse_maps(member.children[0] if is_entry else member, name)
