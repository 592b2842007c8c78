"""What is asked of members of structs: constraints, and which must be there; by their paths."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from firelake.contract.constraints import UNCONSTRAINED, Constraints, build_constraints
from firelake.contract.lint_constraints import CONSTRAINT_KEYS, constraint_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.contract.lint_constraints import Finding
    from firelake.contract.types import FieldType

MEMBERS_KEY: Final = "members"
MEMBER_REQUIRED_KEY: Final = "required"
MEMBER_KEYS: Final = (MEMBER_REQUIRED_KEY, *CONSTRAINT_KEYS)


@dataclass(frozen=True, slots=True)
class MemberRule:
    """What is asked of one member.

    Attributes:
        constraints: What its values must be besides of their type.
        is_required: Whether every object has it, and not as null.
    """

    constraints: Constraints = UNCONSTRAINED
    is_required: bool = False


FREE: Final = MemberRule()


@dataclass(frozen=True, slots=True)
class MemberRules:
    """What is asked of the members inside a field.

    Attributes:
        by_path: A rule for each member of which anything is asked, by the names that lead to it
            with dots between; an array on the way adds nothing to a path.
    """

    by_path: Mapping[str, MemberRule]

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.by_path)

    def of(self, path: str) -> MemberRule:
        """What is asked of a member."""
        return self.by_path.get(path, FREE)

    @property
    def if_there(self) -> MemberRules:
        """The same, but for which members must be there."""
        return MemberRules(
            {path: replace(rule, is_required=False) for path, rule in self.by_path.items()}
        )

    def inside(self, name: str) -> MemberRules:
        """What is asked of the members inside a member."""
        start = f"{name}."
        return MemberRules(
            {
                path.removeprefix(start): rule
                for path, rule in self.by_path.items()
                if path.startswith(start)
            }
        )


NO_RULES: Final = MemberRules({})


def types_inside(field_type: FieldType) -> Iterator[tuple[str, FieldType]]:
    """Lists the members inside a type: path and type, an outer one before what is in it."""
    for each in field_type.members:
        yield each.name, each.type
        yield from ((f"{each.name}.{path}", inner) for path, inner in types_inside(each.type))


def build_member_rules(entry: Mapping[str, object], field_type: FieldType) -> MemberRules:
    """Reads the rules of a field in which `member_problems` finds nothing.

    Args:
        entry: The field's table.
        field_type: Its type.
    """
    types = dict(types_inside(field_type))
    tables = cast("dict[str, dict[str, object]]", entry.get(MEMBERS_KEY, {}))
    rules = {
        path: MemberRule(
            build_constraints(table, types[path]),
            cast("bool", table.get(MEMBER_REQUIRED_KEY, False)),
        )
        for path, table in tables.items()
    }
    return MemberRules({path: rule for path, rule in rules.items() if rule != FREE})


def member_problems(
    entry: Mapping[str, object], field_type: FieldType
) -> Iterator[tuple[tuple[str, ...], object, str]]:
    """Lists what is wrong with what a field says of its members: keys, value and rule.

    Args:
        entry: The field's table.
        field_type: Its type.
    """
    if MEMBERS_KEY not in entry:
        return
    tables = entry[MEMBERS_KEY]
    types = dict(types_inside(field_type))
    if not types:
        yield (
            (MEMBERS_KEY,),
            tables,
            f"is for structs and arrays and maps of those, not for {field_type}",
        )
    elif not isinstance(tables, dict):
        yield (MEMBERS_KEY,), tables, "must be a table: of each member what its values must be"
    else:
        for path, table in cast("dict[str, object]", tables).items():
            keys = (MEMBERS_KEY, path)
            if path not in types:
                yield keys, path, f"is no member: there are {', '.join(types)}"
            elif not isinstance(table, dict) or not table:
                yield keys, table, f"must be a table with some of {', '.join(MEMBER_KEYS)}"
            else:
                found = _rule_problems(cast("dict[str, object]", table), path, types)
                yield from (((*keys, key), value, rule) for key, value, rule in found)


def _rule_problems(
    table: Mapping[str, object], path: str, types: Mapping[str, FieldType]
) -> Iterator[Finding]:
    for key, value in table.items():
        if f"{path}.{key}" in types:
            yield key, value, f'write the path as one key in quotation marks: "{path}.{key}"'
        elif key not in MEMBER_KEYS:
            yield key, value, f"unknown key: known are {', '.join(MEMBER_KEYS)}"
    required = table.get(MEMBER_REQUIRED_KEY, False)
    if not isinstance(required, bool):
        yield MEMBER_REQUIRED_KEY, required, "must be true or false"
    yield from constraint_problems(table, types[path])
