"""Which changes of a field's constraints leave valid what is valid now."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from firelake.contract.change import Change, passed, refused
from firelake.contract.constraints import bound_text
from firelake.contract.members import MEMBER_REQUIRED_KEY, MEMBERS_KEY, types_inside

if TYPE_CHECKING:
    from firelake.contract.constraints import Bound, Constraints
    from firelake.contract.events import Field

_WIDER = "every event that is valid now stays valid"
_NARROWER = "producers that send what was allowed would have their events refused"


def constraint_changes(path: tuple[str, ...], old: Constraints, new: Constraints) -> list[Change]:
    """List the changes of a field's constraints, each with its verdict.

    Args:
        path: The keys that lead to the field.
        old: Those that are deployed.
        new: Those that are to replace them.
    """
    found = [
        *_enum_changes((*path, "enum"), old.enum, new.enum),
        *_bound_changes((*path, "min"), old.least, new.least, is_least=True),
        *_bound_changes((*path, "max"), old.most, new.most, is_least=False),
        *_bound_changes((*path, "max_length"), old.max_length, new.max_length, is_least=False),
    ]
    if old.pattern != new.pattern:
        what = f"{_shown(old.pattern)} -> {_shown(new.pattern)}"
        where = (*path, "pattern")
        if new.pattern is None:
            found.append(passed(where, what, _WIDER))
        else:
            reason = "it may refuse what was allowed: two patterns are not compared"
            found.append(refused(where, what, reason))
    return found


def member_rule_changes(path: tuple[str, ...], old: Field, new: Field) -> list[Change]:
    """List the changes of what is asked of the members of a field, each with its verdict.

    A member that is new may be constrained as one likes, as a new field may, but not be required.

    Args:
        path: The keys that lead to the field.
        old: The field that is deployed.
        new: What is to replace it.
    """
    known = dict(types_inside(old.type))
    found: list[Change] = []
    for member in {**old.members.by_path, **new.members.by_path}:
        where = (*path, MEMBERS_KEY, member)
        before, after = old.members.of(member), new.members.of(member)
        if before.is_required and not after.is_required:
            found.append(passed((*where, MEMBER_REQUIRED_KEY), "required -> optional", _WIDER))
        elif after.is_required and not before.is_required:
            reason = "producers that do not send it would have their events refused"
            found.append(refused((*where, MEMBER_REQUIRED_KEY), "optional -> required", reason))
        if member in known:
            found += constraint_changes(where, before.constraints, after.constraints)
    return found


def _enum_changes(
    path: tuple[str, ...], old: tuple[str | int, ...], new: tuple[str | int, ...]
) -> list[Change]:
    if not new and old:
        return [passed(path, "removed", _WIDER)]
    if new and not old:
        return [refused(path, "new", _NARROWER)]
    gone = [refused(path, f"{each!r} removed", _NARROWER) for each in old if each not in new]
    return gone + [passed(path, f"{each!r} new", _WIDER) for each in new if each not in old]


def _bound_changes(
    path: tuple[str, ...], old: Bound | None, new: Bound | None, *, is_least: bool
) -> list[Change]:
    if old == new:
        return []
    what = f"{_shown(old)} -> {_shown(new)}"
    # Both are of one type, or the change of the type is refused anyway.
    is_wider = new is None or (
        old is not None
        and type(old) is type(new)
        and (cast("int", new) < cast("int", old)) is is_least
    )
    return [passed(path, what, _WIDER) if is_wider else refused(path, what, _NARROWER)]


def _shown(value: Bound | str | None) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else bound_text(value)
