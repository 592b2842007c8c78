"""Catalog: the Glue database with its tables and views, the crawler, and Athena's workgroups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from firelake.catalog.crawler import crawler
from firelake.catalog.history_table import watermark_of
from firelake.catalog.location import LakeLocation
from firelake.catalog.queries import named_queries
from firelake.catalog.tables import (
    erasures_table,
    events_errors_table,
    events_raw_table,
    events_recent_table,
    events_table,
)
from firelake.catalog.views import event_views, events_unique_view
from firelake.contract.layout import ANALYST_RESULTS_PREFIX, OPERATOR_RESULTS_PREFIX
from firelake.contract.names import TABLE_EVENTS
from firelake.infra import iam
from firelake.infra.components.grants import QUERYING, REGISTERING, Grants
from firelake.infra.components.part import LakePart

if TYPE_CHECKING:
    from firelake.catalog.deployed_table import Inheritance
    from firelake.catalog.queries import NamedQuery
    from firelake.catalog.table_input import StorageDescriptor, TableInput
    from firelake.contract.events import EventContract
    from firelake.infra.components.part import LakeContext
    from firelake.infra.naming import Names


class Catalog(LakePart):
    """Everything that a query needs to find and to understand the lake's files."""

    database: pulumi.Output[str]
    tables: dict[str, aws.glue.CatalogTable]
    views: dict[str, aws.glue.CatalogTable]
    crawler: aws.glue.Crawler | None
    workgroup: aws.athena.Workgroup
    analyst_workgroup: aws.athena.Workgroup

    def __init__(
        self,
        name: str,
        context: LakeContext,
        *,
        contract: EventContract,
        inherited: Inheritance,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes database, tables, views, crawler and workgroups.

        Args:
            name: Name of the component.
            context: What it is made from.
            contract: The events.
            inherited: What the table that is deployed tells the next one.
            opts: Options of the component.
        """
        super().__init__("catalog:Catalog", name, context, opts)
        self._contract, self._inherited = contract, inherited
        self.database = self._database()
        placed = context.placed.apply(self._table_inputs)
        self.tables = {
            name: self._table(table, placed.apply(lambda found, name=name: found[name]))
            for name, table in self._table_inputs(self.names).items()
        }
        location = self._location(self.names)
        self.views = {
            view["Name"]: self._table(view)
            for view in (
                events_unique_view(contract, location, inherited.history),
                *event_views(contract, location, inherited.history),
            )
        }
        for number, principal in enumerate(self.config.catalog.lake_formation_principals):
            self._grants().make(f"{name}-principal-{number}", principal, QUERYING)
        self.crawler = self._crawler() if self.config.catalog.has_crawler else None
        self.workgroup = self._workgroup(
            f"{name}-workgroup", self.names.workgroup, OPERATOR_RESULTS_PREFIX
        )
        self.analyst_workgroup = self._workgroup(
            f"{name}-analyst-workgroup", self.names.analyst_workgroup, ANALYST_RESULTS_PREFIX
        )
        for query in named_queries(location):
            self._named_query(f"{name}-query-{query.name}", query, self.workgroup)
            if query.is_for_analysts:
                self._named_query(
                    f"{name}-analyst-query-{query.name}", query, self.analyst_workgroup
                )
        self.register_outputs({"database": self.database, "workgroup": self.workgroup.name})

    def _location(self, names: Names) -> LakeLocation:
        config = self.config
        return LakeLocation(
            names.bucket, names.database, config.start_date, config.granularity, names.folder
        )

    def _table_inputs(self, names: Names) -> dict[str, TableInput]:
        location = self._location(names)
        events = events_table(self._contract, location, self._inherited)
        tables = [events, events_raw_table(location), events_errors_table(location)]
        if self.context.has_history:
            start = watermark_of(events["Parameters"])
            watermark = self._inherited.history.next_watermark(start)
            tables.append(events_recent_table(events, watermark))
        if self._contract.data_subject_fields:
            tables.append(erasures_table(location))
        return {table["Name"]: table for table in tables}

    def _database(self) -> pulumi.Output[str]:
        """Returns the name of the database, which is made unless it is there already."""
        names, config = self.names, self.config
        if config.existing.database is not None:
            return pulumi.Output.from_input(config.existing.database)
        return aws.glue.CatalogDatabase(
            f"{self.part}-database",
            name=names.database,
            description=f"Events of {names.prefix}",
            tags=config.tags,
            opts=self.options(),
        ).name

    def _named_query(self, name: str, query: NamedQuery, workgroup: aws.athena.Workgroup) -> None:
        aws.athena.NamedQuery(
            name,
            name=query.name,
            description=query.description,
            database=self.database,
            workgroup=workgroup.name,
            query=query.sql,
            opts=self.options(),
        )

    def _table(
        self, table: TableInput, placed: pulumi.Output[TableInput] | None = None
    ) -> aws.glue.CatalogTable:
        """Makes a table or a view; `placed` is the same table where its files are."""
        # `from_input` makes an output of every value of every column.
        at = pulumi.Output.from_input(None).apply(lambda _: table) if placed is None else placed
        return aws.glue.CatalogTable(
            f"{self.part}-{table['Name']}",
            name=table["Name"],
            database_name=self.database,
            description=table["Description"],
            table_type=table["TableType"],
            parameters=at.apply(lambda found: found["Parameters"]),
            storage_descriptor=at.apply(lambda found: _storage(found["StorageDescriptor"])),
            partition_keys=[
                {"name": key["Name"], "type": key["Type"], "comment": key["Comment"]}
                for key in table.get("PartitionKeys", [])
            ],
            view_original_text=table.get("ViewOriginalText"),
            view_expanded_text=table.get("ViewExpandedText"),
            opts=self.options(),
        )

    def _grants(self, *principals: aws.iam.Role) -> Grants:
        made = [*self.tables.values(), *self.views.values()]
        return Grants(database=self.database, parent=self, depends_on=[*made, *principals])

    def _crawler(self) -> aws.glue.Crawler:
        names, config = self.names, self.config
        role, policy = self.service_role(
            f"{self.part}-crawler",
            role_name=names.crawler_role,
            description=f"Crawler of {names.prefix}",
            trust=iam.trust("glue.amazonaws.com"),
            policy_name="crawler",
            statements=iam.crawler_statements,
        )
        granted = (
            self._grants(role).make(
                f"{self.part}-crawler",
                role.arn,
                REGISTERING,
                self.tables[TABLE_EVENTS].name,
            )
            if config.catalog.has_lake_formation
            else []
        )
        definition = crawler(self._location(names))
        return aws.glue.Crawler(
            f"{self.part}-crawler",
            name=names.crawler,
            description=definition["Description"],
            role=role.arn,
            database_name=self.database,
            catalog_targets=[
                {"database_name": target["DatabaseName"], "tables": target["Tables"]}
                for target in definition["Targets"]["CatalogTargets"]
            ],
            schema_change_policy={
                "update_behavior": definition["SchemaChangePolicy"]["UpdateBehavior"],
                "delete_behavior": definition["SchemaChangePolicy"]["DeleteBehavior"],
            },
            recrawl_policy={"recrawl_behavior": definition["RecrawlPolicy"]["RecrawlBehavior"]},
            configuration=definition["Configuration"],
            schedule=config.catalog.crawler_schedule,
            tags=config.tags,
            opts=self.options(policy, *granted, *self.tables.values()),
        )

    def _workgroup(
        self, resource_name: str, workgroup: str, results_prefix: str
    ) -> aws.athena.Workgroup:
        names, config, placed = self.names, self.config, self.context.placed
        return aws.athena.Workgroup(
            resource_name,
            name=workgroup,
            description=f"Queries of {names.prefix}: limited scans, results in the lake's bucket",
            configuration={
                "bytes_scanned_cutoff_per_query": config.catalog.scan_limit_bytes,
                # Or a client's own settings would write results elsewhere and scan more.
                "enforce_workgroup_configuration": True,
                "publish_cloudwatch_metrics_enabled": True,
                "engine_version": {"selected_engine_version": "Athena engine version 3"},
                "result_configuration": {
                    "output_location": placed.apply(
                        lambda found: self._location(found).uri(results_prefix)
                    ),
                    "encryption_configuration": pulumi.Output.all(
                        placed, self.context.key_arn
                    ).apply(_results_encryption),
                },
            },
            force_destroy=not config.is_protected,
            tags=config.tags,
            opts=self.options(),
        )


def _results_encryption(
    found: list[Any],
) -> aws.athena.WorkgroupConfigurationResultConfigurationEncryptionConfigurationArgsDict:
    """Results are under the key of the bucket; a bucket without one of one's own has S3's."""
    names: Names = found[0]
    key = names.key_of("s3", found[1])
    if key is None:
        return {"encryption_option": "SSE_S3"}
    return {"encryption_option": "SSE_KMS", "kms_key_arn": key}


def _storage(storage: StorageDescriptor) -> aws.glue.CatalogTableStorageDescriptorArgsDict:
    """Returns Glue's own form in the provider's: what a view lacks is left out, and not null."""
    given = storage["SerdeInfo"]
    serde: aws.glue.CatalogTableStorageDescriptorSerDeInfoArgsDict = {
        "serialization_library": given["SerializationLibrary"]
    }
    if "Name" in given:
        serde["name"] = given["Name"]
    if "Parameters" in given:
        serde["parameters"] = given["Parameters"]
    made: aws.glue.CatalogTableStorageDescriptorArgsDict = {
        "columns": [
            {"name": column["Name"], "type": column["Type"], "comment": column["Comment"]}
            for column in storage["Columns"]
        ],
        "ser_de_info": serde,
    }
    if "Location" in storage:
        made["location"] = storage["Location"]
    if "InputFormat" in storage:
        made["input_format"] = storage["InputFormat"]
    if "OutputFormat" in storage:
        made["output_format"] = storage["OutputFormat"]
    return made
