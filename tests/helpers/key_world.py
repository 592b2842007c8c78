"""A small model of KMS, in which whoever has some statements looks for a way to a key.

Tags and aliases are changed in every way that the statements allow, until nothing new is reached.
Conditions are evaluated as AWS describes them; one that the model does not know fails the test.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from firelake.infra.iam import Statement

TAG: Final = "firelake:stack"
KEY_ARN: Final = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@dataclass(frozen=True, slots=True)
class Key:
    """A key by what conditions see of it: the stack that its tag names, and its aliases."""

    stack: str | None = None
    aliases: frozenset[str] = frozenset()


def way_to(
    statements: Sequence[Statement], key: Key, action: str, stacks: Sequence[str]
) -> list[str] | None:
    """Return the shortest steps after which an action on a key is allowed; None if there are none.

    Args:
        statements: What the actor may do.
        key: The key as it is.
        action: What the actor is after.
        stacks: Values of the tag that are tried; `alias/STACK` are the aliases that are.
    """
    ways = {key: list[str]()}
    waiting = deque([key])
    while waiting:
        now = waiting.popleft()
        if is_allowed(statements, action, now):
            return ways[now]
        for step, following in _steps(statements, now, stacks):
            if following not in ways:
                ways[following] = [*ways[now], step]
                waiting.append(following)
    return None


def is_allowed(
    statements: Sequence[Statement],
    action: str,
    key: Key | None,
    *,
    request_tag: str | None = None,
    resource: str = KEY_ARN,
) -> bool:
    """Whether an action is allowed on a key; None for one that is not made yet."""
    context: dict[str, str | list[str]] = {"kms:ViaService": "dynamodb.us-east-1.amazonaws.com"}
    if key is not None and key.stack is not None:
        context[f"aws:ResourceTag/{TAG}"] = key.stack
    if key is not None and key.aliases:
        context["kms:ResourceAliases"] = sorted(key.aliases)
    if request_tag is not None:
        context[f"aws:RequestTag/{TAG}"] = request_tag
    return any(
        action in cast("list[str]", each["Action"])
        and any(fnmatchcase(resource, one) for one in cast("list[str]", each["Resource"]))
        and _holds(cast("Mapping[str, Mapping[str, object]]", each.get("Condition", {})), context)
        for each in statements
    )


def _steps(
    statements: Sequence[Statement], key: Key, stacks: Sequence[str]
) -> Iterator[tuple[str, Key]]:
    for stack in stacks:
        if is_allowed(statements, "kms:TagResource", key, request_tag=stack):
            yield f"TagResource({stack})", replace(key, stack=stack)
        alias = f"alias/{stack}"
        of_alias = f"arn:aws:kms:us-east-1:111122223333:{alias}"
        for action, aliases in (
            ("CreateAlias", key.aliases | {alias}),
            ("DeleteAlias", key.aliases - {alias}),
        ):
            if is_allowed(statements, f"kms:{action}", key) and is_allowed(
                statements, f"kms:{action}", None, resource=of_alias
            ):
                yield f"{action}({stack})", replace(key, aliases=aliases)
    if is_allowed(statements, "kms:UntagResource", key):
        yield "UntagResource", replace(key, stack=None)


def _holds(
    conditions: Mapping[str, Mapping[str, object]], context: Mapping[str, str | list[str]]
) -> bool:
    return all(
        _is_met(operator, wanted, context.get(name))
        for operator, names in conditions.items()
        for name, wanted in names.items()
    )


def _is_met(operator: str, wanted: object, found: str | list[str] | None) -> bool:
    values = cast("list[object]", wanted) if isinstance(wanted, list) else [wanted]
    match operator:
        case "StringEquals":
            return found in values
        case "StringEqualsIfExists":
            return found is None or found in values
        case "ForAllValues:StringEquals":
            return set(found or []) <= set(values)
        case "Null":
            return (found is None) == (wanted == "true")
        case _:
            raise AssertionError(operator)
