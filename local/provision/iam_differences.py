"""What MiniStack's IAM must be told otherwise than AWS's to mean the same: a table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

Statement: TypeAlias = "dict[str, object]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Actions that MiniStack checks under other names, or on other resources.

    Attributes:
        actions: What AWS checks.
        local_actions: What MiniStack checks instead.
        local_resource: On what it checks that; None for the statement's own resources.
        reason: Why, and what is lost.
    """

    actions: frozenset[str]
    local_actions: tuple[str, ...]
    local_resource: str | None
    reason: str


DIFFERENCES: Final = (
    Difference(
        actions=frozenset(
            {
                "dynamodb:PartiQLDelete",
                "dynamodb:PartiQLInsert",
                "dynamodb:PartiQLSelect",
                "dynamodb:PartiQLUpdate",
            }
        ),
        local_actions=("dynamodb:BatchExecuteStatement", "dynamodb:ExecuteStatement"),
        local_resource="*",
        reason=(
            "AWS checks what a PartiQL statement does, on its table; MiniStack checks the call "
            "alone, on no table. So a statement on another table, or of another kind, is not "
            "refused here."
        ),
    ),
)


def as_put(document: str) -> str:
    """Give a policy as MiniStack is to have it.

    Args:
        document: The policy as the program has it, JSON.
    """
    policy = cast("dict[str, object]", json.loads(document))
    statements = cast("list[Statement]", policy["Statement"])
    changed = [each for statement in statements for each in _changed(statement)]
    return document if changed == statements else json.dumps({**policy, "Statement": changed})


def _changed(statement: Mapping[str, object]) -> list[Statement]:
    actions = _listed(statement.get("Action", []))
    added: list[Statement] = []
    for difference in DIFFERENCES:
        if not difference.actions.isdisjoint(actions):
            actions = [each for each in actions if each not in difference.actions]
            extra: Statement = {**statement, "Action": list(difference.local_actions)}
            if difference.local_resource is not None:
                extra["Resource"] = difference.local_resource
            if "Sid" in statement:
                extra["Sid"] = f"{statement['Sid']}Local"
            added.append(extra)
    if not added:
        return [dict(statement)]
    return [{**statement, "Action": actions}, *added] if actions else added


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(cast("list[str]", value))
