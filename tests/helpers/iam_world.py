"""A small model of an account's IAM, in which whoever has some statements looks for a way out.

Everything that the statements do not forbid is tried, until nothing new is reached. What the model
does not know counts for the attacker: other conditions hold, every role may be used by its service.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from firelake.infra.iam import Statement

IAM: Final = "arn:aws:iam::111122223333:"
ADMINISTRATOR_ACCESS: Final = "arn:aws:iam::aws:policy/AdministratorAccess"
BOUNDARY_KEY: Final = "iam:PermissionsBoundary"

# Each gives rights of an administrator by itself, or of somebody else, without a role of the lake.
OUTRIGHT: Final = (
    "iam:AddClientIDToOpenIDConnectProvider",
    "iam:AddRoleToInstanceProfile",
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateOpenIDConnectProvider",
    "iam:CreateSAMLProvider",
    "iam:CreateServiceSpecificCredential",
    "iam:CreateUser",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutGroupPolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:UpdateAccessKey",
    "iam:UpdateLoginProfile",
    "iam:UpdateOpenIDConnectProviderThumbprint",
    "iam:UpdateSAMLProvider",
)


@dataclass(frozen=True, slots=True)
class RoleState:
    """What a role is by now."""

    is_there: bool
    boundary: str | None = None
    is_rewritten: bool = False
    attached: frozenset[str] = frozenset()
    is_usable: bool = False
    is_administrator: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """The roles and the policies of an account, by their ARNs."""

    roles: Mapping[str, RoleState]
    policies: frozenset[str]


def escapes(statements: Sequence[Statement], account: Account) -> list[str]:
    """Return what gives the bearer of statements more than boundaries allow, and how."""
    found = [
        action
        for action in OUTRIGHT
        if any(action in cast("list[str]", each["Action"]) for each in statements)
    ]
    rewritten = {ADMINISTRATOR_ACCESS, *_rewritten(statements, account)}
    for arn, role in account.roles.items():
        way = _way_out(statements, arn, role, rewritten, account)
        if way is not None:
            found.append(f"{arn}: {' > '.join(way) or 'as it is'}")
    return found


def _rewritten(statements: Sequence[Statement], account: Account) -> Iterator[str]:
    """Policies that would say whatever their writer likes; a new one is attached to nobody yet."""
    for arn in account.policies:
        for action in ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"):
            if _is_allowed(statements, action, arn, {}):
                yield arn


def _way_out(
    statements: Sequence[Statement],
    arn: str,
    start: RoleState,
    rewritten: set[str],
    account: Account,
) -> list[str] | None:
    ways = {start: list[str]()}
    waiting = deque([start])
    while waiting:
        role = waiting.popleft()
        if _is_out(role, rewritten):
            return ways[role]
        for step, following in _steps(statements, arn, role, rewritten, account):
            if following not in ways:
                ways[following] = [*ways[role], step]
                waiting.append(following)
    return None


def _is_out(role: RoleState, rewritten: set[str]) -> bool:
    is_mighty = role.is_administrator or role.is_rewritten or bool(role.attached & rewritten)
    is_bound = role.boundary is not None and role.boundary not in rewritten
    return role.is_there and role.is_usable and is_mighty and not is_bound


def _steps(
    statements: Sequence[Statement],
    arn: str,
    role: RoleState,
    rewritten: set[str],
    account: Account,
) -> Iterator[tuple[str, RoleState]]:
    boundaries = sorted({*account.policies, ADMINISTRATOR_ACCESS})
    if not role.is_there:
        tried = [("iam:CreateRole", each, _new(each)) for each in (None, *boundaries)]
    else:
        tried = [
            ("iam:DeleteRole", None, RoleState(is_there=False)),
            ("iam:PutRolePolicy", role.boundary, replace(role, is_rewritten=True)),
            ("iam:DeleteRolePermissionsBoundary", role.boundary, replace(role, boundary=None)),
            *(
                ("iam:AttachRolePolicy", role.boundary, _with(role, each))
                for each in sorted(rewritten)
            ),
            *(
                ("iam:PutRolePermissionsBoundary", each, replace(role, boundary=each))
                for each in boundaries
            ),
            *(
                (action, None, replace(role, is_usable=True))
                for action in ("iam:UpdateAssumeRolePolicy", "sts:AssumeRole", "iam:PassRole")
            ),
        ]
    for action, boundary, following in tried:
        if _is_allowed(statements, action, arn, {BOUNDARY_KEY: boundary}):
            yield f"{action.partition(':')[2]}({boundary or ''})", following


def _new(boundary: str | None) -> RoleState:
    return RoleState(is_there=True, boundary=boundary, is_usable=True)


def _with(role: RoleState, policy: str) -> RoleState:
    return replace(role, attached=role.attached | {policy})


def _is_allowed(
    statements: Iterable[Statement], action: str, arn: str, context: Mapping[str, str | None]
) -> bool:
    return any(
        action in cast("list[str]", each["Action"])
        and any(fnmatchcase(arn, pattern) for pattern in cast("list[str]", each["Resource"]))
        and _holds(cast("Mapping[str, Mapping[str, object]]", each.get("Condition", {})), context)
        for each in statements
    )


def _holds(
    conditions: Mapping[str, Mapping[str, object]], context: Mapping[str, str | None]
) -> bool:
    for operator, keys in conditions.items():
        if BOUNDARY_KEY in keys:
            # An action that does not know the key never meets the condition.
            assert operator == "StringEquals"
            wanted = keys[BOUNDARY_KEY]
            if context.get(BOUNDARY_KEY) not in (wanted if isinstance(wanted, list) else [wanted]):
                return False
    return True
