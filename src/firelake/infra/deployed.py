"""The table `events` as it is before a deployment, asked of Glue by the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_aws as aws

from firelake.catalog.deployed_table import DeployedTable
from firelake.catalog.glue_types import glue_type
from firelake.contract.names import TABLE_EVENTS

if TYPE_CHECKING:
    from firelake.contract.events import EventContract

# How the provider, or AWS, says that there is no such table or database.
# https://github.com/hashicorp/terraform-provider-aws: service/glue/catalog_table_data_source.go
_NOT_THERE: Final = ("No Glue table", "EntityNotFoundException")


def deployed_table(
    database: str, contract: EventContract, here: pulumi.InvokeOptions | None = None
) -> DeployedTable | None:
    """Asks Glue for the table.

    Where it does not answer, the table is taken to have the fields of the contract's first version
    alone: too many values are kept twice then, and none is lost.

    Args:
        here: Whose provider is asked; None for the default one.

    Returns:
        The table; None where there is none yet.
    """
    try:
        found = aws.glue.get_catalog_table(database_name=database, name=TABLE_EVENTS, opts=here)
    except Exception as error:  # noqa: BLE001 -- the SDK raises nothing narrower
        if any(words in str(error) for words in _NOT_THERE):
            return None
        pulumi.log.warn(
            f"Glue does not show the table {database}.{TABLE_EVENTS}, so that every field which "
            f"is younger than the contract's first version stays in extras as well: {error}"
        )
        first = (each for each in contract.fields.values() if each.since == 1)
        return DeployedTable({each.column: glue_type(each.type) for each in first}, {})
    return DeployedTable(
        {
            column.name: column.type
            for descriptor in found.storage_descriptors
            for column in descriptor.columns
        },
        found.parameters,
    )
