"""The views, stored in Glue as Athena stores its own: `events_unique` and one an event.

Athena keeps the SQL of a view, and beside it the names and types of its columns, as base64 of JSON
inside a comment. It refuses a view as stale whose SQL gives other names or types than those, so
columns are written out and both come from the same list.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

from firelake.catalog.columns import (
    MAX_DESCRIPTION_BYTES,
    Column,
    cut_text,
    event_columns,
    events_columns,
    partition_columns,
)
from firelake.catalog.erasures import Hiding
from firelake.catalog.errors import DeployedTableError
from firelake.catalog.history_table import COLUMNS_PARAMETER, NO_HISTORY, columns_parameter
from firelake.catalog.limits import require_limits
from firelake.catalog.retention import retention_parameters
from firelake.catalog.sql_text import identifier, literal
from firelake.catalog.table_input import TableInput, column_inputs
from firelake.contract.names import (
    EVENT_NAME,
    EVENT_TYPE,
    IDENTITY,
    PARTITION_KEYS,
    STREAM_POSITION,
    TABLE_EVENTS,
    TABLE_EVENTS_HISTORY,
    TABLE_EVENTS_RECENT,
    VIEW_EVENTS_UNIQUE,
    view_name,
)

if TYPE_CHECKING:
    from firelake.catalog.history_table import DeployedHistory
    from firelake.catalog.location import LakeLocation
    from firelake.contract.events import Event, EventContract

# A field's name begins with a letter, so none can be this.
_COPY_NUMBER: Final = "_copy_number"
# Both partition keys are in PARTITION BY, so a filter on them passes below the window and prunes.
# They part no copies: the claim of an event remembers the partition that its first delivery got.
_ONE_ROW_AN_EVENT: Final = (
    f"row_number() OVER (PARTITION BY {', '.join((*PARTITION_KEYS, *IDENTITY))}"
    f" ORDER BY {STREAM_POSITION}) AS {identifier(_COPY_NUMBER)}"
)
# An empty SerDe is not sent by providers, and Athena then answers "Table storage descriptor is
# missing SerDe info": https://github.com/hashicorp/terraform-provider-aws/issues/28517
_NO_SERDE: Final = "-"


def events_unique_view(
    contract: EventContract, lake: LakeLocation, history: DeployedHistory = NO_HISTORY
) -> TableInput:
    """Render the view of all events, each once.

    It notes which columns of history the views read, as a move may take nothing that they do not.

    Args:
        history: What there is of history before the deployment.

    Raises:
        LimitError: The contract makes a view larger than Glue takes.
        DeployedTableError: History has a column with another type.
    """
    view = _view(
        name=VIEW_EVENTS_UNIQUE,
        description="Events, each once: without the copies that Firehose delivers now and then.",
        columns=(*events_columns(contract), *partition_columns(lake.granularity)),
        conditions=(),
        contract=contract,
        lake=lake,
        history=history,
    )
    if history.columns:
        view["Parameters"][COLUMNS_PARAMETER] = columns_parameter(history.columns)
    view["Parameters"] |= Hiding.of_contract(lake.database, contract).parameters
    view["Parameters"] |= retention_parameters(contract.retention)
    return view


def event_view(
    contract: EventContract,
    event: Event,
    lake: LakeLocation,
    history: DeployedHistory = NO_HISTORY,
) -> TableInput:
    """Render the view of one event, each once, with the columns that it can have.

    It stands on the table, not on `events_unique`: only so does the name of the event narrow what
    is read before copies are looked for. The result is the same, as copies have one name.

    Args:
        history: What there is of history before the deployment.

    Raises:
        LimitError: The event makes a view larger than Glue takes.
    """
    return _view(
        name=view_name(event.name),
        description=cut_text(event.description, MAX_DESCRIPTION_BYTES),
        columns=(*event_columns(contract, event), *partition_columns(lake.granularity)),
        conditions=(
            f"{EVENT_TYPE} = {literal(event.event_type)}",
            f"{EVENT_NAME} = {literal(event.name)}",
        ),
        contract=contract,
        lake=lake,
        history=history,
    )


def event_views(
    contract: EventContract, lake: LakeLocation, history: DeployedHistory = NO_HISTORY
) -> tuple[TableInput, ...]:
    """Render the view of every event, in the order of the contract.

    Args:
        history: What there is of history before the deployment.

    Raises:
        LimitError: An event makes a view larger than Glue takes.
        DeployedTableError: History has a column with another type.
    """
    return tuple(event_view(contract, event, lake, history) for event in contract.events.values())


def _view(  # noqa: PLR0913 -- a view has so many parts
    *,
    name: str,
    description: str,
    columns: tuple[Column, ...],
    conditions: tuple[str, ...],
    contract: EventContract,
    lake: LakeLocation,
    history: DeployedHistory,
) -> TableInput:
    hiding = Hiding.of_contract(lake.database, contract)
    looked_at = [
        column
        for column in events_columns(contract)
        if column.name in hiding.columns and column not in columns
    ]
    definition = {
        "originalSql": _select(
            columns, (*conditions, *hiding.shown), _source((*columns, *looked_at), hiding, history)
        ),
        "catalog": "awsdatacatalog",
        "schema": lake.database,
        "columns": [{"name": column.name, "type": column.presto_type} for column in columns],
    }
    encoded = base64.b64encode(json.dumps(definition).encode()).decode()
    return require_limits(
        {
            "Name": name,
            "Description": description,
            "TableType": "VIRTUAL_VIEW",
            "Parameters": {"presto_view": "true", "comment": "Presto View"},
            "StorageDescriptor": {
                "Columns": column_inputs(columns),
                "SerdeInfo": {"Name": _NO_SERDE, "SerializationLibrary": _NO_SERDE},
            },
            "ViewOriginalText": f"/* Presto View: {encoded} */",
            "ViewExpandedText": "/* Presto View */",
        }
    )


def _select(columns: tuple[Column, ...], conditions: tuple[str, ...], source: str) -> str:
    names = [column.name for column in columns]
    where = f"\n  WHERE {' AND '.join(conditions)}" if conditions else ""
    return (
        f"SELECT\n  {_listed(names, 2)}\nFROM (\n"
        f"  SELECT\n    {_listed([*names, _ONE_ROW_AN_EVENT], 4)}\n"
        f"  FROM {source}{where}\n)\n"
        f"WHERE {identifier(_COPY_NUMBER)} = 1"
    )


def _source(columns: tuple[Column, ...], hiding: Hiding, history: DeployedHistory) -> str:
    """Returns `events`, or both stores: a row that is in both is a copy as others are."""
    of = identifier(hiding.database)
    if not history.columns:
        return f"{of}.{identifier(TABLE_EVENTS)}{hiding.joins()}"
    recent = ", ".join(column.name for column in columns)
    kept = ", ".join(_of_history(column, history) for column in columns)
    return (
        f"(\n    SELECT {recent}\n    FROM {of}.{identifier(TABLE_EVENTS_RECENT)}\n"  # noqa: S608 -- columns, and quoted names
        f"    UNION ALL\n    SELECT {kept}\n    FROM {of}.{identifier(TABLE_EVENTS_HISTORY)}\n  )"
        f"{hiding.joins()}"
    )


def _of_history(column: Column, history: DeployedHistory) -> str:
    """Returns a column of history: null where it came later, in milliseconds as in `events`.

    Iceberg's timestamps have microseconds, also those in a struct:
    https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html

    Raises:
        DeployedTableError: History has it with another type.
    """
    if column.name in PARTITION_KEYS:
        return column.name
    known = history.columns.get(column.name)
    if known is None:
        return f"CAST(NULL AS {column.presto_type}) AS {column.name}"
    if known.replace(" ", "").lower() != column.glue_type:
        message = (
            f"{TABLE_EVENTS_HISTORY} has {column.name} as {known}, and the contract as"
            f" {column.glue_type}: history takes no other type; add a field of another name"
        )
        raise DeployedTableError(message)
    if "timestamp" in column.glue_type:
        return f"CAST({column.name} AS {column.presto_type}) AS {column.name}"
    return column.name


def _listed(items: list[str], indent: int) -> str:
    return f",\n{' ' * indent}".join(items)
