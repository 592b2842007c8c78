"""The Pulumi program: wires the components of one stack and exports what others need of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_aws as aws

from firelake.catalog.deployed_table import inherit
from firelake.catalog.location import LakeLocation
from firelake.contract.events import EVENTS_FILE
from firelake.contract.names import TABLE_EVENTS
from firelake.infra import rules
from firelake.infra.components.access import Access, AccessArgs
from firelake.infra.components.catalog import Catalog, CatalogArgs
from firelake.infra.components.claims import Claims, ClaimsArgs
from firelake.infra.components.delivery import Delivery, DeliveryArgs
from firelake.infra.components.lake import Lake, LakeArgs
from firelake.infra.components.stream import Stream, StreamArgs
from firelake.infra.components.transform import Transform, TransformArgs
from firelake.infra.components.watch import Watch, WatchArgs
from firelake.infra.config import LakeConfig
from firelake.infra.deployed import deployed_table
from firelake.infra.naming import STACK_TAG, Names
from firelake.infra.package import checked_contract, current_zip
from firelake.infra.settle import settle_s
from firelake.infra.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from firelake.infra.config import TransformConfig

PROJECT: Final = "firelake"


def lambda_zip(config: TransformConfig, contract_file: Path) -> Path:
    """The function's zip for Lambda, built if need be.

    Args:
        config: Names the runtime and the processor.
        contract_file: The event contract.
    """
    target = Target(config.python_version, config.architecture)
    return current_zip(target, contract=contract_file)


def today_utc() -> date:
    """The day of the deployment."""
    return datetime.now(UTC).date()


def now_utc() -> datetime:
    """The moment of the deployment."""
    return datetime.now(UTC)


def program(
    zip_of: Callable[[TransformConfig, Path], Path] = lambda_zip,
    today: Callable[[], date] = today_utc,
    contract_file: Path = EVENTS_FILE,
    now: Callable[[], datetime] = now_utc,
) -> None:
    """Makes one stack.

    Args:
        zip_of: Gives the function's zip, which is to hold this contract.
        today: Gives the day of the deployment, UTC.
        contract_file: The event contract, of the stack's resources and of the zip.
        now: Gives the moment of the deployment, UTC.

    Raises:
        DeployedTableError: The table that is deployed was changed by somebody else.
        ConfigError: A setting is wrong by itself, or against AWS's rules; nothing has been made.
        ContractFileError: The contract breaks rules; nothing has been made.
        PackageError: The contract cannot be read, or the function's zip cannot be built; nothing
            has been made.
    """
    config = LakeConfig.from_pulumi(pulumi.Config(PROJECT))
    caller, region = aws.get_caller_identity(), aws.get_region()
    partition = aws.get_partition()
    names = Names(
        pulumi.get_project(),
        pulumi.get_stack(),
        caller.account_id,
        region.region,
        partition.partition,
    )
    contract = checked_contract(contract_file)
    rules.check(config, names, contract, today=today())
    inherited = inherit(contract, deployed_table(names.database, contract), now())
    zip_path = zip_of(config.transform, contract_file)
    config = replace(config, tags={**config.tags, STACK_TAG: names.prefix})

    lake = Lake("lake", LakeArgs(names=names, config=config))
    stream = Stream("stream", StreamArgs(names=names, config=config, key_arn=lake.key.arn))
    claims = Claims(
        "claims",
        ClaimsArgs(
            names=names,
            config=config,
            key_arn=lake.key.arn,
            living_mode=Claims.living_mode(names, config),
        ),
    )
    catalog = Catalog(
        "catalog",
        CatalogArgs(
            names=names,
            config=config,
            contract=contract,
            location=LakeLocation(
                names.bucket, names.database, config.start_date, config.granularity
            ),
            key_arn=lake.key.arn,
            inherited=inherited,
        ),
        pulumi.ResourceOptions(depends_on=[lake]),
    )
    transform = Transform(
        "transform",
        TransformArgs(
            names=names,
            config=config,
            zip_path=zip_path,
            key_arn=lake.key.arn,
            oldest_contract_version=inherited.oldest_version(contract),
        ),
        # Firehose drops keys that its table does not have, so the table learns a field first.
        pulumi.ResourceOptions(depends_on=[claims, catalog]),
    )
    delivery = Delivery(
        "delivery",
        DeliveryArgs(
            names=names,
            config=config,
            key_arn=lake.key.arn,
            stream_arn=stream.stream.arn,
            bucket_arn=lake.bucket.arn,
            function_arn=transform.alias.arn,
            database=catalog.database.name,
            table=catalog.tables[TABLE_EVENTS].name,
        ),
        pulumi.ResourceOptions(depends_on=[lake]),
    )
    watch = Watch(
        "watch",
        WatchArgs(names=names, config=config, contract=contract, key_arn=lake.key.arn),
    )
    access = Access("access", AccessArgs(names=names, config=config, key_arn=lake.key.arn))
    for name, value in {
        "region": names.region,
        "bucket": lake.bucket.bucket,
        "keyArn": lake.key.arn,
        "streamName": stream.stream.name,
        "claimsTable": claims.table.name,
        "functionName": transform.function.name,
        "deliveryStream": delivery.delivery_stream.name,
        "database": catalog.database.name,
        "workgroup": catalog.workgroup.name,
        "analystWorkgroup": catalog.analyst_workgroup.name,
        "crawler": catalog.crawler.name if catalog.crawler else None,
        "dashboard": watch.dashboard.dashboard_name,
        "alarmTopicArn": watch.topic.arn,
        "producerPolicyArn": access.producer.arn,
        "analystPolicyArn": access.analyst.arn,
        "operatorPolicyArn": access.operator.arn,
        "granularity": config.granularity.value,
        "latenessDays": config.lateness_days,
        "dedupeDays": config.dedupe_days,
        "retentionHours": config.stream.retention_hours,
        "settleSeconds": settle_s(config),
    }.items():
        pulumi.export(name, value)
