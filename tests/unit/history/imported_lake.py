"""A lake in memory with a table of a user's beside it, and imports of that on the local Athena."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq

from firelake.catalog.erasures import Hiding
from firelake.catalog.history_sql import create_statement
from firelake.catalog.history_table import DeployedHistory, history_columns
from firelake.catalog.location import LakeLocation
from firelake.catalog.tables import events_recent_table, events_table
from firelake.catalog.views import event_views, events_unique_view
from firelake.contract.layout import Granularity, events_partition_prefix
from firelake.history.bulk_import.plan import plan_import
from firelake.history.bulk_import.rows import JudgingMoment
from firelake.history.bulk_import.run import BulkImport, ImportAnswer, InsertOutcome
from firelake.history.bulk_import.source_table import read_columns
from firelake.history.bulk_import.sql_names import parse_table
from firelake.history.bulk_import.statements import ImportStatements
from tests.unit.athena_on_duckdb.iceberg.account import Account

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firelake.contract.events import EventContract
    from firelake.history.bulk_import.mapping import ColumnMapping
    from firelake.history.bulk_import.tally import ImportTally

_arrow: Final = cast("Any", pa)
_parquet: Final = cast("Any", pq)

START: Final = "2026-11-01"
LAKE: Final = LakeLocation("lake", "db", date(2026, 11, 1), Granularity.DAY)
# 2026-11-20T12:00:00Z, and twelve days before: as by a stack's own settings.
MOMENT: Final = JudgingMoment(1_795_176_000.0, 1_794_139_200.0)
_ROOT: Final = "s3://lake/"


@dataclass
class ImportedLake(Account):
    """An account with a lake and tables of a user's; fulfils `ImportQueries`.

    Attributes:
        inserts: The INSERTs that were run.
    """

    inserts: list[str] = field(default_factory=list[str])

    def _s3_listobjectsv2(self, given: Mapping[str, Any]) -> dict[str, Any]:
        listed = super()._s3_listobjectsv2(given)
        for each in listed["Contents"]:
            body = self.objects[f"s3://{given['Bucket']}/{each['Key']}"]
            each.update(Size=len(body), ETag=f'"{hash(body)}"')
        return listed

    def _glue_getpartitions(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Partitions of a table of a user's, by the folders of its files."""
        root = f"s3://own/{given['TableName']}/"
        folders = {
            location.removeprefix(root).rpartition("/")[0]
            for location in self.objects
            if location.startswith(root)
        }
        storage = self.tables[given["DatabaseName"], given["TableName"]]["StorageDescriptor"]
        return {
            "Partitions": [
                {
                    "Values": [each.partition("=")[2] for each in folder.split("/")],
                    "StorageDescriptor": {**storage, "Location": f"{root}{folder}/"},
                }
                for folder in sorted(folders)
            ]
        }

    def deploy(self, contract: EventContract) -> None:
        """Makes history, and puts the tables and views as a deployment renders them after that."""
        events = events_table(contract, LAKE)
        columns = {each["Name"]: each["Type"] for each in events["StorageDescriptor"]["Columns"]}
        self.run(create_statement("db", _ROOT, columns))
        listed = self.tables["db", "events_history"]["StorageDescriptor"]["Columns"]
        kept = history_columns({each["Name"]: each["Type"] for each in listed})
        history = DeployedHistory(kept, START, START)
        made = [
            events,
            events_recent_table(events, START),
            events_unique_view(contract, LAKE, history),
            *event_views(contract, LAKE, history),
        ]
        for table in made:
            self.tables["db", table["Name"]] = {**table, "DatabaseName": "db", "VersionId": "1"}

    def deliver(self, event_type: str, dt: str, name: str, body: bytes) -> None:
        """Puts a file under `events/`."""
        self.objects[f"{_ROOT}{events_partition_prefix(event_type, dt)}{name}"] = body

    def put_table(
        self,
        name: str,
        columns: Mapping[str, str],
        parts: Mapping[str, Any],
        keys: Mapping[str, str] | None = None,
    ) -> None:
        """Puts a table of Parquet files.

        Args:
            columns: Glue types by name.
            parts: Arrow tables by the folder that each is in, such as `day=2026-11-02`.
            keys: Glue types of the columns by which it is partitioned.
        """
        keys = keys or {}
        for key in [each for each in self.objects if each.startswith(f"s3://own/{name}/")]:
            del self.objects[key]
        for folder, table in parts.items():
            body = io.BytesIO()
            _parquet.write_table(table, body, use_deprecated_int96_timestamps=True)
            path = f"{name}/{folder}/part.parquet" if folder else f"{name}/part.parquet"
            self.objects[f"s3://own/{path}"] = body.getvalue()
        self.tables["db", name] = {
            "Name": name,
            "DatabaseName": "db",
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"classification": "parquet"},
            "PartitionKeys": [{"Name": each, "Type": type_} for each, type_ in keys.items()],
            "StorageDescriptor": {
                "Columns": [{"Name": each, "Type": type_} for each, type_ in columns.items()],
                "Location": f"s3://own/{name}/",
                "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
                "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
                "SerdeInfo": {
                    "SerializationLibrary": (
                        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
                    )
                },
            },
        }

    def statements(
        self,
        contract: EventContract,
        table: str,
        mapping: ColumnMapping,
        moment: JudgingMoment = MOMENT,
    ) -> ImportStatements:
        """Plans the import of a table."""
        name = parse_table(table)
        columns = read_columns(cast("Any", self.client("glue")), name)
        plan = plan_import(name, columns, contract, mapping)
        hiding = Hiding.of_contract("db", contract)
        return ImportStatements(plan, contract, Granularity.DAY, hiding, contract.retention, moment)

    def imported(self, statements: ImportStatements, *, is_dry_run: bool = False) -> ImportTally:
        """Runs an import."""
        return BulkImport(statements, self, lambda: None, lambda _: None).run(is_dry_run=is_dry_run)

    # --- as an import sees Athena ---

    def ask(self, sql: str) -> ImportAnswer:
        """Answers a question in texts, as Athena does."""
        rows = [
            tuple(None if each is None else str(each) for each in row) for row in self.rows(sql)
        ]
        return ImportAnswer(rows, 1000)

    def insert(self, sql: str) -> InsertOutcome:
        """Runs an INSERT."""
        self.inserts.append(sql)
        return InsertOutcome(self.written(sql), 1000)


def arrow_table(schema: Mapping[str, Any], rows: Sequence[Mapping[str, object]]) -> Any:  # noqa: ANN401 -- pyarrow has no types
    """Makes an Arrow table."""
    return _arrow.Table.from_pylist(list(rows), schema=_arrow.schema(list(schema.items())))
