"""Provisioners of simple resources, whose ids and outputs follow from their inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from firelake.local.provider import Created
from firelake.local.provision.iam_differences import as_put
from firelake.local.provision.place import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place

Provisioner: TypeAlias = "Callable[[Place, Registration], Created]"


def simple(
    id_: str, service: str = "", resource: str = "", *, policy_of: str = "", **outputs: str
) -> Provisioner:
    """Returns what makes a simple resource, by the calls of the AWS provider.

    In braces stand inputs, and `account`, `region` and, where there is one, `arn`.

    Args:
        id_: The id.
        service: Short name of the service in its ARN; empty for no output `arn`.
        resource: What stands behind the account in its ARN.
        policy_of: The operation and the parameter that takes the input `policy`, with a dot
            between, which MiniStack must have so that it means what the program says.
        outputs: Other outputs that are no inputs.
    """
    operation, _, parameter = policy_of.partition(".")

    def provision(place: Place, registration: Registration) -> Created:
        changes = {}
        if policy_of:
            changes = {operation: {parameter: as_put(text(registration.inputs, "policy"))}}
        place.send(registration, changes=changes)
        parts = {**registration.inputs, "account": place.account_id, "region": place.region}
        made = {"arn": place.arn(service, resource.format_map(parts))} if service else {}
        made |= {name: pattern.format_map(parts) for name, pattern in outputs.items()}
        return Created(id_.format_map({**parts, **made}), made)

    return provision
