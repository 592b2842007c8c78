"""Runs a statement: finds what does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.statements import iceberg_model, model
from athena_on_duckdb.statements.altering import (
    add_columns,
    change_column,
    replace_columns,
    set_location,
    set_properties,
)
from athena_on_duckdb.statements.databases import (
    create_database,
    drop_database,
    drop_table,
    drop_view,
)
from athena_on_duckdb.statements.external_table import create_external_table
from athena_on_duckdb.statements.iceberg_alter import drop_column, unset_properties
from athena_on_duckdb.statements.iceberg_delete import delete
from athena_on_duckdb.statements.iceberg_maintenance import optimize, vacuum
from athena_on_duckdb.statements.iceberg_merge import merge, update
from athena_on_duckdb.statements.iceberg_table import create_iceberg_table
from athena_on_duckdb.statements.partitions import (
    add_partitions,
    drop_partitions,
    repair,
    show_partitions,
)
from athena_on_duckdb.statements.prepared import deallocate, prepare
from athena_on_duckdb.statements.queries import explain, select
from athena_on_duckdb.statements.show import (
    describe,
    show_columns,
    show_databases,
    show_properties,
    show_tables,
    show_views,
)
from athena_on_duckdb.statements.show_create import show_create
from athena_on_duckdb.statements.views import create_view
from athena_on_duckdb.statements.writing import create_table_as, insert, unload

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_on_duckdb.results.outcome import Given
    from athena_on_duckdb.statements.context import Context

# Each takes the context, and the statement of its own class.
_DOERS: Final[dict[type[model.Statement], Callable[[Context, Any], Given]]] = {
    model.AddColumns: add_columns,
    model.AddPartitions: add_partitions,
    model.ChangeColumn: change_column,
    model.CreateDatabase: create_database,
    iceberg_model.CreateIcebergTable: create_iceberg_table,
    model.CreateTable: create_external_table,
    model.CreateTableAs: create_table_as,
    model.CreateView: create_view,
    model.Deallocate: deallocate,
    iceberg_model.Delete: delete,
    model.Describe: describe,
    iceberg_model.DropColumn: drop_column,
    model.DropDatabase: drop_database,
    model.DropPartitions: drop_partitions,
    model.DropTable: drop_table,
    model.DropView: drop_view,
    model.Explain: explain,
    model.Insert: insert,
    iceberg_model.Merge: merge,
    iceberg_model.Optimize: optimize,
    model.Prepare: prepare,
    model.Repair: repair,
    model.ReplaceColumns: replace_columns,
    model.Select: select,
    model.SetLocation: set_location,
    model.SetProperties: set_properties,
    model.ShowColumns: show_columns,
    model.ShowCreate: show_create,
    model.ShowDatabases: show_databases,
    model.ShowPartitions: show_partitions,
    model.ShowProperties: show_properties,
    model.ShowTables: show_tables,
    model.ShowViews: show_views,
    model.Unload: unload,
    iceberg_model.UnsetProperties: unset_properties,
    iceberg_model.Update: update,
    iceberg_model.Vacuum: vacuum,
}


def run_statement(context: Context) -> Given:
    """Run a statement.

    Raises:
        QueryError: It is wrong or not supported, or failed on the data.
        CancelledError: It was stopped, or would read more than it may.
        botocore.exceptions.ClientError: S3 or Glue refused.
    """
    return _DOERS[type(context.statement)](context, context.statement)
