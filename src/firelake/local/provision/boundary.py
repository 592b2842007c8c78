"""Makes what the bootstrap has made before a stack: the boundary of the stack's roles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from firelake.infra.bootstrap.boundary import boundary_statements
from firelake.infra.iam import policy
from firelake.local.provision.iam_differences import as_put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.clients import Clients
    from firelake.infra.naming import Names

_KEY: Final = "permissionsBoundary"


def make_boundary(clients: Clients, names: Names, config: Mapping[str, object]) -> None:
    """Make the boundary that a stack's settings name, if they name one.

    Args:
        clients: The embedded cloud.
        names: The stack's names.
        config: The stack's settings, by Pulumi's keys, with the project's name or without.
    """
    if name := config.get(f"{names.project}:{_KEY}", config.get(_KEY)):
        document = as_put(json.dumps(policy(boundary_statements(names))))
        clients.call("iam", "CreatePolicy", {"PolicyName": name, "PolicyDocument": document})
