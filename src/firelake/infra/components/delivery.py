"""Delivery: the Firehose that reads the stream, calls the function and writes Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi_aws as aws

from firelake.contract.layout import (
    ERRORS_FIREHOSE_PREFIX,
    EVENTS_FIREHOSE_PREFIX,
    RAW_FIREHOSE_PREFIX,
)
from firelake.infra import iam
from firelake.infra.components.grants import CONVERTING, Grants
from firelake.infra.components.part import LakePart

if TYPE_CHECKING:
    import pulumi

    from firelake.infra.components.part import LakeContext

    # The provider has a type of its own, of the same members, for each place.
    _Logging = (
        aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptionsArgsDict
    )
    # Its name alone is longer than a line may be.
    _Parameter = aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorParameterArgsDict  # noqa: E501


class Delivery(LakePart):
    """Dynamic partitioning by the function's keys, Parquet by the Glue table, raw backup.

    A new delivery stream begins to read where the stream is at its creation, so a replaced one
    leaves a gap; hence the protection.
    https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html
    """

    delivery_stream: aws.kinesis.FirehoseDeliveryStream
    role: aws.iam.Role

    def __init__(  # noqa: PLR0913 (each is made by another part)
        self,
        name: str,
        context: LakeContext,
        *,
        stream_arn: pulumi.Input[str],
        bucket_arn: pulumi.Input[str],
        function_arn: pulumi.Input[str],
        database: pulumi.Input[str],
        table: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes the delivery stream.

        Args:
            name: Name of the component.
            context: What it is made from.
            stream_arn: Where records are read.
            bucket_arn: Where everything is written.
            function_arn: What transforms the records: the deployed version.
            database: The Glue database of the table.
            table: The Glue table whose columns the Parquet files get.
            opts: Options of the component.
        """
        super().__init__("delivery:Delivery", name, context, opts)
        names, config = self.names, self.config
        # Firehose makes neither by itself when it is configured by the API.
        log_group = self.log_group("log", names.delivery_log_group)
        log_streams = [
            aws.cloudwatch.LogStream(
                f"{name}-{suffix}",
                name=log_stream,
                log_group_name=log_group.name,
                opts=self.options(),
            )
            for suffix, log_stream in (
                ("delivery-log", names.delivery_log_stream),
                ("backup-log", names.backup_log_stream),
            )
        ]
        self.role, policy = self.service_role(
            name,
            role_name=names.delivery_role,
            description=f"Firehose of {names.prefix}",
            trust=iam.trust("firehose.amazonaws.com", external_id=names.account_id),
            policy_name="delivery",
            statements=iam.delivery_statements,
        )
        granted = (
            Grants(database=database, parent=self, depends_on=[self.role]).make(
                f"{name}-role", self.role.arn, CONVERTING, table
            )
            if config.catalog.has_lake_formation
            else []
        )
        self.delivery_stream = aws.kinesis.FirehoseDeliveryStream(
            f"{name}-delivery-stream",
            name=names.delivery_stream,
            destination="extended_s3",
            kinesis_source_configuration={
                "kinesis_stream_arn": stream_arn,
                "role_arn": self.role.arn,
            },
            extended_s3_configuration=self._destination(bucket_arn, function_arn, database, table),
            tags=config.tags,
            # Firehose checks role, table and log streams when it is created.
            opts=self.options(policy, *granted, *log_streams, is_kept=True),
        )
        self.register_outputs({"deliveryStreamName": self.delivery_stream.name})

    def _destination(
        self,
        bucket_arn: pulumi.Input[str],
        function_arn: pulumi.Input[str],
        database: pulumi.Input[str],
        table: pulumi.Input[str],
    ) -> aws.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationArgsDict:
        delivery, folder = self.config.delivery, self.names.folder
        return {
            "bucket_arn": bucket_arn,
            "role_arn": self.role.arn,
            "prefix": f"{folder}{EVENTS_FIREHOSE_PREFIX}",
            "error_output_prefix": f"{folder}{ERRORS_FIREHOSE_PREFIX}",
            "buffering_size": delivery.buffer_size_mb,
            "buffering_interval": delivery.buffer_interval_s,
            # Parquet is compressed inside of the files.
            "compression_format": "UNCOMPRESSED",
            "custom_time_zone": "UTC",
            "cloudwatch_logging_options": self._logging(self.names.delivery_log_stream),
            "dynamic_partitioning_configuration": {"enabled": True},
            "processing_configuration": {
                "enabled": True,
                "processors": [
                    {"type": "Lambda", "parameters": self._processor_parameters(function_arn)}
                ],
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
                    "database_name": database,
                    "table_name": table,
                    "role_arn": self.role.arn,
                },
            },
            "s3_backup_mode": "Enabled",
            "s3_backup_configuration": {
                "bucket_arn": bucket_arn,
                "role_arn": self.role.arn,
                "prefix": f"{folder}{RAW_FIREHOSE_PREFIX}",
                "error_output_prefix": f"{folder}{ERRORS_FIREHOSE_PREFIX}",
                "buffering_size": delivery.buffer_size_mb,
                "buffering_interval": delivery.raw_buffer_interval_s,
                "compression_format": "GZIP",
                "cloudwatch_logging_options": self._logging(self.names.backup_log_stream),
            },
        }

    def _logging(self, log_stream: str) -> _Logging:
        return {
            "enabled": True,
            "log_group_name": self.names.delivery_log_group,
            "log_stream_name": log_stream,
        }

    def _processor_parameters(self, function_arn: pulumi.Input[str]) -> list[_Parameter]:
        """What Firehose is told of the function.

        The provider keeps no value that is Firehose's own default, and would show a change for
        ever; `firelake.infra.rules` refuses such values.
        """
        delivery = self.config.delivery
        parameters: dict[str, pulumi.Input[str]] = {
            "LambdaArn": function_arn,
            "NumberOfRetries": str(delivery.transform_retries),
            "BufferSizeInMBs": f"{delivery.batch_size_mb:g}",
            "BufferIntervalInSeconds": str(delivery.batch_interval_s),
        }
        return [
            {"parameter_name": name, "parameter_value": value} for name, value in parameters.items()
        ]
