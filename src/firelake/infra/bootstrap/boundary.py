"""Boundary: beyond which no role of a stack may go, whatever its deploy role writes into it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import pulumi
import pulumi_aws as aws

from firelake.infra.bootstrap.names import STACKS
from firelake.infra.bootstrap.places import any_key, new_key
from firelake.infra.bootstrap.statements import managed_policy
from firelake.infra.iam import (
    crawler_statements,
    delivery_statements,
    function_statements,
    move_machine_statements,
    move_schedule_statements,
    mover_statements,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from firelake.infra.bootstrap.names import BootstrapNames
    from firelake.infra.iam import Statement
    from firelake.infra.naming import Names


class Boundaries(pulumi.ComponentResource):
    """A managed policy for each stack, which the stack's deploy role cannot change."""

    def __init__(
        self,
        name: str,
        names: BootstrapNames,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("firelake:bootstrap:Boundaries", name, None, opts)
        for stack in STACKS:
            lake = names.lake(stack)
            for part, policy_name, statements in (
                ("", lake.boundary, boundary_statements(lake)),
                ("-moves", lake.moves_boundary, moves_boundary_statements(lake)),
            ):
                aws.iam.Policy(
                    f"{name}-{stack}{part}",
                    name=policy_name,
                    policy=managed_policy(policy_name, statements),
                    tags=tags,
                    opts=pulumi.ResourceOptions(parent=self),
                )
        self.register_outputs({})


def boundary_statements(names: Names) -> list[Statement]:
    """Allow what the stack's three roles together may do; a role has its own part of it.

    The key is made later, with the stack, so that it is known by tag and alias alone.
    """
    return _together(
        names,
        Function=function_statements(names, any_key(names), has_pages=True),
        Delivery=delivery_statements(names, any_key(names)),
        Crawler=crawler_statements(names, any_key(names)),
    )


def moves_boundary_statements(names: Names) -> list[Statement]:
    """Allow what the three roles together may do that move days into history."""
    return _merged(
        _together(
            names,
            Machine=move_machine_statements(names, any_key(names), has_erasures=True),
            Function=mover_statements(names, any_key(names), has_erasures=True),
            Schedule=move_schedule_statements(names, any_key(names)),
        )
    )


def _together(names: Names, **roles: list[Statement]) -> list[Statement]:
    return [
        _within(f"{role}{statement['Sid']}", statement, names)
        for role, statements in roles.items()
        for statement in statements
    ]


def _merged(statements: Iterable[Statement]) -> list[Statement]:
    """Makes one statement of those about the same resources under the same conditions.

    It goes without a name of the statement, so that a policy holds what IAM lets it: 6,144
    characters. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    found: dict[str, Statement] = {}
    for named in statements:
        each = {key: value for key, value in named.items() if key != "Sid"}
        place = json.dumps([each["Resource"], each.get("Condition")])
        first = found.setdefault(place, each)
        actions = cast("list[str]", first["Action"]) + cast("list[str]", each["Action"])
        found[place] = {**first, "Action": sorted(set(actions))}
    return list(found.values())


def _within(sid: str, statement: Statement, names: Names) -> Statement:
    if statement["Resource"] != [any_key(names)]:
        return {**statement, "Sid": sid}
    conditions = cast("dict[str, object]", statement.get("Condition", {}))
    return {**statement, "Sid": sid, "Condition": {**conditions, **new_key(names)}}
