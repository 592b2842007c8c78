"""Makes what the bootstrap has made before a stack: the boundaries of the stack's roles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from firelake.infra.bootstrap.boundary import boundary_statements, moves_boundary_statements
from firelake.infra.iam import policy
from firelake.local.provision.iam_differences import as_put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.clients import Clients
    from firelake.infra.naming import Names

_KEY: Final = "permissionsBoundary"


def make_boundary(clients: Clients, names: Names, config: Mapping[str, object]) -> None:
    """Make the boundary that a stack's settings name, if they name one, and the one of moves.

    Args:
        clients: The embedded cloud.
        names: The stack's names.
        config: The stack's settings, by Pulumi's keys, with the project's name or without.
    """
    if name := config.get(f"{names.project}:{_KEY}", config.get(_KEY)):
        for policy_name, statements in (
            (name, boundary_statements(names)),
            (names.moves_boundary, moves_boundary_statements(names)),
        ):
            document = as_put(json.dumps(policy(statements)))
            clients.call(
                "iam", "CreatePolicy", {"PolicyName": policy_name, "PolicyDocument": document}
            )
