"""A whole lake as one component, for a Pulumi program of any kind."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_aws as aws

from firelake.catalog.deployed_table import inherit
from firelake.contract.names import TABLE_EVENTS
from firelake.infra import rules
from firelake.infra.components.access import Access
from firelake.infra.components.catalog import Catalog
from firelake.infra.components.claims import Claims
from firelake.infra.components.delivery import Delivery
from firelake.infra.components.moves import Moves
from firelake.infra.components.part import LakeContext
from firelake.infra.components.storage import Storage
from firelake.infra.components.stream import Stream
from firelake.infra.components.surroundings import (
    existing_policies,
    existing_stream,
    placed_names,
)
from firelake.infra.components.transform import Transform
from firelake.infra.components.watch import Watch
from firelake.infra.deployed import deployed_history, deployed_table
from firelake.infra.mover_package import mover_zip
from firelake.infra.naming import STACK_TAG, Names
from firelake.infra.own_names import Existing
from firelake.infra.package import checked_contract, current_zip
from firelake.infra.schedule import check_schedule
from firelake.infra.settle import settle_s
from firelake.infra.target import Target
from firelake.infra.watch.event_rules import event_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from firelake.catalog.deployed_table import Inheritance
    from firelake.contract.events import EventContract
    from firelake.infra.config import LakeConfig
    from firelake.infra.config_sections import TransformConfig

LAKE_TYPE: Final = "firelake:index:Lake"
"""The type of the component."""


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


@dataclass(frozen=True, kw_only=True)
class Deploying:
    """What a deployment takes from its surroundings.

    Attributes:
        zip_of: Gives the function's zip, which is to hold this contract.
        today: Gives the day of the deployment, UTC.
        now: Gives the moment of the deployment, UTC.
    """

    zip_of: Callable[[TransformConfig, Path], Path] = lambda_zip
    today: Callable[[], date] = today_utc
    now: Callable[[], datetime] = now_utc


@dataclass(frozen=True, kw_only=True)
class LakeArgs:
    """What a lake is made from.

    Attributes:
        config: The settings, which docs/configuration.md describes by their keys.
        contract_file: The event contract, of the resources and of the function's zip.
        deploying: What the deployment takes from its surroundings.
    """

    config: LakeConfig
    contract_file: Path | str
    deploying: Deploying = field(default_factory=Deploying)


class Lake(pulumi.ComponentResource):
    """A stream, its delivery to a table of Parquet files, and all that this takes.

    Names in AWS begin with the component's name and the stack's, unless `config.names` says
    otherwise; the logical names of all parts begin with the component's name.

    Attributes:
        names: The names in AWS of what is made.
        placed: The names in AWS, of what is used and not made as well.
        outputs: All that others need of the lake, by the names that `firelake env` reads.
    """

    names: Names
    placed: pulumi.Output[Names]
    outputs: Mapping[str, pulumi.Output[object]]
    bucket: pulumi.Output[str]
    key_arn: pulumi.Output[str]
    stream_arn: pulumi.Output[str]
    database: pulumi.Output[str]
    producer_policy_arn: pulumi.Output[str]
    analyst_policy_arn: pulumi.Output[str]
    operator_policy_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: LakeArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Makes a lake.

        Args:
            name: Name of the component; no other lake of the program may bear it.
            args: What it is made from.
            opts: Options of the component. A provider among them makes all of its parts.

        Raises:
            DeployedTableError: The table that is deployed was changed by somebody else.
            ConfigError: A setting is wrong by itself, or against AWS's rules; nothing has been
                made.
            ContractFileError: The contract breaks rules; nothing has been made.
            PackageError: The contract cannot be read, or the function's zip cannot be built;
                nothing has been made.
        """
        super().__init__(LAKE_TYPE, name, None, opts)
        config, contract_file, deploying = args.config, Path(args.contract_file), args.deploying
        here = pulumi.InvokeOptions(parent=self)
        self.names = names = _names(name, config, here)
        contract = checked_contract(contract_file)
        rules.check(config, names, contract, today=deploying.today())
        deployed = deployed_table(names.database, contract, here)
        now = deploying.now()
        inherited = replace(
            inherit(contract, deployed, now),
            claims_schedule=check_schedule(config, deployed, now),
            history=deployed_history(
                names.database, deployed, here, is_needed=config.catalog.has_history
            ),
        )
        zip_path = deploying.zip_of(config.transform, contract_file)
        self.placed = placed_names(names, config)
        config = replace(config, tags={**config.tags, STACK_TAG: names.prefix})
        self._make(name, config, contract, inherited, zip_path)
        self.register_outputs(dict(self.outputs))

    def _stream(self, name: str, context: LakeContext) -> pulumi.Output[str]:
        """Returns the ARN of the stream, which is made unless it is there already."""
        if context.config.existing.stream_arn is not None:
            here = pulumi.InvokeOptions(parent=self)
            return existing_stream(context.config, self.placed, here)
        return Stream(name, context, pulumi.ResourceOptions(parent=self)).stream.arn

    def _make(
        self,
        name: str,
        config: LakeConfig,
        contract: EventContract,
        inherited: Inheritance,
        zip_path: Path,
    ) -> None:
        names = self.names

        def after(*parts: pulumi.Resource) -> pulumi.ResourceOptions:
            return pulumi.ResourceOptions(parent=self, depends_on=parts)

        storage = Storage(f"{name}-lake", names, config, after())
        self.bucket, self.key_arn = storage.bucket, storage.key_arn
        context = LakeContext(
            names=names,
            placed=self.placed,
            config=config,
            key_arn=self.key_arn,
            has_history=config.catalog.has_history or inherited.history.exists,
            has_erasures=bool(contract.data_subject_fields),
        )
        self.stream_arn = self._stream(f"{name}-stream", context)
        living_mode = Claims.living_mode(names, config, pulumi.InvokeOptions(parent=self))
        claims = Claims(f"{name}-claims", context, living_mode, after())
        catalog = Catalog(
            f"{name}-catalog",
            context,
            contract=contract,
            inherited=inherited,
            opts=after(storage),
        )
        self.database = catalog.database
        transform = Transform(
            f"{name}-transform",
            context,
            zip_path=zip_path,
            oldest_contract_version=inherited.oldest_version(contract),
            # Firehose drops keys that its table does not have, so the table learns a field first.
            opts=after(claims, catalog),
        )
        delivery = Delivery(
            f"{name}-delivery",
            context,
            stream_arn=self.stream_arn,
            bucket_arn=storage.bucket_arn,
            function_arn=transform.alias.arn,
            database=catalog.database,
            table=catalog.tables[TABLE_EVENTS].name,
            opts=after(storage),
        )
        watch = Watch(f"{name}-watch", context, contract, after())
        access = Access(f"{name}-access", context, after())
        bucket = self.bucket.apply(lambda bucket: f"{bucket}/{names.folder}".rstrip("/"))
        moves = None
        if config.catalog.moves_by_itself:
            moves = Moves(
                f"{name}-moves",
                context,
                zip_path=mover_zip(),
                bucket=bucket,
                opts=after(catalog, claims),
            )
        self.producer_policy_arn = access.producer.arn
        self.analyst_policy_arn = access.analyst.arn
        self.operator_policy_arn = access.operator.arn
        given: dict[str, pulumi.Input[object]] = {
            "region": names.region,
            "namePrefix": names.prefix,
            "alarmPrefix": names.alarm_prefix if event_rules(names, config) else None,
            "bucket": bucket,
            "keyArn": self.key_arn,
            "streamName": self.stream_arn.apply(lambda arn: arn.rpartition("/")[2]),
            "claimsTable": claims.table.name,
            "functionName": transform.function.name,
            "deliveryStream": delivery.delivery_stream.name,
            "database": catalog.database,
            "workgroup": catalog.workgroup.name,
            "analystWorkgroup": catalog.analyst_workgroup.name,
            "crawler": catalog.crawler.name if catalog.crawler else None,
            "moveStateMachineArn": moves.machine.arn if moves else None,
            "dashboard": watch.dashboard.dashboard_name if watch.dashboard else None,
            "alarmTopicArn": watch.topic_arn,
            "producerPolicyArn": self.producer_policy_arn,
            "analystPolicyArn": self.analyst_policy_arn,
            "operatorPolicyArn": self.operator_policy_arn,
            **existing_policies(config, self.placed),
            "granularity": config.granularity.value,
            "latenessDays": config.lateness_days,
            "dedupeDays": config.dedupe_days,
            "retentionHours": config.stream.retention_hours,
            "settleSeconds": settle_s(config),
            "takesPackedRecords": 1 if config.stream.takes_packed_records else None,
        }
        self.outputs = {
            each: pulumi.Output.from_input(value)
            for each, value in given.items()
            if value is not None
        }


def _names(name: str, config: LakeConfig, here: pulumi.InvokeOptions) -> Names:
    """The names of a lake, where its provider is."""
    return Names(
        name,
        pulumi.get_stack(),
        aws.get_caller_identity(opts=here).account_id,
        aws.get_region(opts=here).region,
        aws.get_partition(opts=here).partition,
        own=config.names,
        existing=Existing(
            database=config.existing.database, bucket_folder=config.existing.bucket_folder
        ),
        iam_path=config.iam_path,
    )
