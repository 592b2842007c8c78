"""Delivery: the Firehose that reads the stream, calls the function and writes Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from firelake.contract.layout import (
    ERRORS_FIREHOSE_PREFIX,
    EVENTS_FIREHOSE_PREFIX,
    RAW_FIREHOSE_PREFIX,
)
from firelake.infra import iam
from firelake.infra.components.documents import identity_policy
from firelake.infra.components.grants import CONVERTING, Grants
from firelake.infra.components.roles import service_role

if TYPE_CHECKING:
    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names

    # The provider has a type of its own, of the same members, for each place.
    _Logging = (
        aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptionsArgsDict
    )
    # Its name alone is longer than a line may be.
    _Parameter = aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorParameterArgsDict  # noqa: E501


@dataclass(frozen=True, kw_only=True)
class DeliveryArgs:
    """What the delivery stream is made from.

    Attributes:
        names: The names of what is made.
        placed: The names, of what is used and not made as well.
        config: The stack's settings.
        key_arn: The key of stream and bucket.
        stream_arn: Where records are read.
        bucket_arn: Where everything is written.
        function_arn: What transforms the records: the deployed version.
        database: The Glue database of the table.
        table: The Glue table whose columns the Parquet files get.
    """

    names: Names
    placed: pulumi.Output[Names]
    config: LakeConfig
    key_arn: pulumi.Input[str]
    stream_arn: pulumi.Input[str]
    bucket_arn: pulumi.Input[str]
    function_arn: pulumi.Input[str]
    database: pulumi.Input[str]
    table: pulumi.Input[str]


class Delivery(pulumi.ComponentResource):
    """Dynamic partitioning by the function's keys, Parquet by the Glue table, raw backup.

    A new delivery stream begins to read where the stream is at its creation, so a replaced one
    leaves a gap; hence the protection.
    https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
    """

    delivery_stream: aws.kinesis.FirehoseDeliveryStream
    role: aws.iam.Role

    def __init__(
        self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("firelake:delivery:Delivery", name, None, opts)
        self._args = args
        names, config = args.names, args.config
        child = pulumi.ResourceOptions(parent=self)
        # Firehose makes neither by itself when it is configured by the API.
        log_group = aws.cloudwatch.LogGroup(
            f"{name}-log",
            name=names.delivery_log_group,
            retention_in_days=config.transform.log_retention_days,
            tags=config.tags,
            opts=child,
        )
        log_streams = [
            aws.cloudwatch.LogStream(
                f"{name}-{suffix}", name=log_stream, log_group_name=log_group.name, opts=child
            )
            for suffix, log_stream in (
                ("delivery-log", names.delivery_log_stream),
                ("backup-log", names.backup_log_stream),
            )
        ]
        self.role = service_role(
            f"{name}-role",
            role_name=names.delivery_role,
            description=f"Firehose of {names.prefix}",
            trust=iam.trust("firehose.amazonaws.com", external_id=names.account_id),
            names=names,
            config=config,
            opts=child,
        )
        policy = aws.iam.RolePolicy(
            f"{name}-policy",
            name="delivery",
            role=self.role.name,
            policy=identity_policy(iam.delivery_statements, args.placed, args.key_arn),
            opts=child,
        )
        granted = (
            Grants(database=args.database, parent=self, depends_on=[self.role]).make(
                f"{name}-role", self.role.arn, CONVERTING, args.table
            )
            if config.catalog.has_lake_formation
            else []
        )
        self.delivery_stream = aws.kinesis.FirehoseDeliveryStream(
            f"{name}-delivery-stream",
            name=names.delivery_stream,
            destination="extended_s3",
            kinesis_source_configuration={
                "kinesis_stream_arn": args.stream_arn,
                "role_arn": self.role.arn,
            },
            extended_s3_configuration=self._destination(),
            tags=config.tags,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=config.is_protected,
                # Firehose checks role, table and log streams when it is created.
                depends_on=[policy, *granted, *log_streams],
            ),
        )
        self.register_outputs({"deliveryStreamName": self.delivery_stream.name})

    def _destination(self) -> aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationArgsDict:
        args, delivery = self._args, self._args.config.delivery
        folder = args.names.folder
        return {
            "bucket_arn": args.bucket_arn,
            "role_arn": self.role.arn,
            "prefix": f"{folder}{EVENTS_FIREHOSE_PREFIX}",
            "error_output_prefix": f"{folder}{ERRORS_FIREHOSE_PREFIX}",
            "buffering_size": delivery.buffer_size_mb,
            "buffering_interval": delivery.buffer_interval_s,
            # Parquet is compressed inside of the files.
            "compression_format": "UNCOMPRESSED",
            "custom_time_zone": "UTC",
            "cloudwatch_logging_options": self._logging(args.names.delivery_log_stream),
            "dynamic_partitioning_configuration": {"enabled": True},
            "processing_configuration": {
                "enabled": True,
                "processors": [{"type": "Lambda", "parameters": self._processor_parameters()}],
            },
            "data_format_conversion_configuration": {
                "enabled": True,
                "input_format_configuration": {
                    # Else the keys of maps are lowered. Columns and members of structs the function
                    # writes in small letters anyway.
                    "deserializer": {"open_x_json_ser_de": {"case_insensitive": False}}
                },
                "output_format_configuration": {
                    "serializer": {"parquet_ser_de": {"compression": "SNAPPY"}}
                },
                "schema_configuration": {
                    "database_name": args.database,
                    "table_name": args.table,
                    "role_arn": self.role.arn,
                },
            },
            "s3_backup_mode": "Enabled",
            "s3_backup_configuration": {
                "bucket_arn": args.bucket_arn,
                "role_arn": self.role.arn,
                "prefix": f"{folder}{RAW_FIREHOSE_PREFIX}",
                "error_output_prefix": f"{folder}{ERRORS_FIREHOSE_PREFIX}",
                "buffering_size": delivery.buffer_size_mb,
                "buffering_interval": delivery.raw_buffer_interval_s,
                "compression_format": "GZIP",
                "cloudwatch_logging_options": self._logging(args.names.backup_log_stream),
            },
        }

    def _logging(self, log_stream: str) -> _Logging:
        return {
            "enabled": True,
            "log_group_name": self._args.names.delivery_log_group,
            "log_stream_name": log_stream,
        }

    def _processor_parameters(self) -> list[_Parameter]:
        """What Firehose is told of the function.

        The provider keeps no value that is Firehose's own default, and would show a change for
        ever; `firelake.infra.rules` refuses such values.
        """
        delivery = self._args.config.delivery
        parameters: dict[str, pulumi.Input[str]] = {
            "LambdaArn": self._args.function_arn,
            "NumberOfRetries": str(delivery.transform_retries),
            "BufferSizeInMBs": f"{delivery.batch_size_mb:g}",
            "BufferIntervalInSeconds": str(delivery.batch_interval_s),
        }
        return [
            {"parameter_name": name, "parameter_value": value} for name, value in parameters.items()
        ]
