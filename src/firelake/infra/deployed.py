"""The lake's tables as they are before a deployment, asked of Glue by the provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_aws as aws

from firelake.catalog.deployed_table import DeployedTable
from firelake.catalog.glue_types import glue_type
from firelake.catalog.history_table import (
    RANGE_PARAMETER,
    DeployedHistory,
    history_columns,
    watermark_of,
)
from firelake.contract.names import TABLE_EVENTS, TABLE_EVENTS_HISTORY, TABLE_EVENTS_RECENT

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        found = _shown(database, TABLE_EVENTS, here)
    except Exception as error:  # noqa: BLE001 -- the SDK raises nothing narrower
        pulumi.log.warn(
            f"Glue does not show the table {database}.{TABLE_EVENTS}, so that every field which "
            f"is younger than the contract's first version stays in extras as well: {error}"
        )
        first = (each for each in contract.fields.values() if each.since == 1)
        return DeployedTable({each.column: glue_type(each.type) for each in first}, {})
    return None if found is None else DeployedTable(_columns(found), found.parameters)


def deployed_history(
    database: str,
    events: DeployedTable | None,
    here: pulumi.InvokeOptions | None = None,
    *,
    is_needed: bool,
) -> DeployedHistory:
    """Asks Glue for what there is of history, whether the stack is still to move anything or not.

    Args:
        events: The table `events`.
        here: Whose provider is asked; None for the default one.
        is_needed: Whether the deployment ends where Glue does not answer, as views without history
            would hide what has moved.
    """

    def table(name: str) -> aws.glue.GetCatalogTableResult | None:
        try:
            return _shown(database, name, here)
        except Exception as error:
            if is_needed:
                raise
            pulumi.log.warn(
                f"Glue does not show whether there is a table {database}.{name}, so that the"
                f" views read none: {error}"
            )
            return None

    history, recent = table(TABLE_EVENTS_HISTORY), table(TABLE_EVENTS_RECENT)
    parameters: Mapping[str, str] = {} if events is None else events.parameters
    return DeployedHistory(
        {} if history is None else history_columns(_columns(history)),
        None if recent is None else watermark_of(recent.parameters),
        watermark_of(parameters) if RANGE_PARAMETER in parameters else None,
    )


def _shown(
    database: str, name: str, here: pulumi.InvokeOptions | None
) -> aws.glue.GetCatalogTableResult | None:
    """Returns a table as Glue shows it; None where there is none."""
    try:
        return aws.glue.get_catalog_table(database_name=database, name=name, opts=here)
    except Exception as error:
        if any(words in str(error) for words in _NOT_THERE):
            return None
        raise


def _columns(table: aws.glue.GetCatalogTableResult) -> dict[str, str]:
    return {
        column.name: column.type
        for descriptor in table.storage_descriptors
        for column in descriptor.columns
    }
