"""What a lake takes from its surroundings: names of one's own, and what is there already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Text = TypeVar("Text")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNames:
    """Names that are given; each that is None is made of the prefix.

    Attributes:
        prefix: What every other name begins with; None for project (or component) and stack.
        bucket: The bucket.
        key_alias: The alias of the KMS key, with `alias/`.
        stream: The Kinesis stream.
        claims_table: The DynamoDB table.
        function: The Lambda function; its log group is named after it.
        delivery_stream: The Firehose stream; its log group is named after it.
        database: The Glue database.
        crawler: The Glue crawler.
        workgroup: The Athena workgroup of operators.
        analyst_workgroup: The Athena workgroup of analysts.
        dashboard: The CloudWatch dashboard.
        alarms: What alarms and EventBridge rules begin with.
        topic: The SNS topic.
        function_role: The role of the function.
        delivery_role: The role of Firehose.
        crawler_role: The role of the crawler.
        mover: The function that takes moves into history further; its log group is named after it.
        move_machine: The state machine of moves, and their schedule.
        mover_role: The role of that function.
        move_machine_role: The role of the state machine.
        move_schedule_role: The role of the schedule.
        producer_policy: The managed policy of producers.
        analyst_policy: The managed policy of analysts.
        operator_policy: The managed policy of operators.
    """

    prefix: str | None = None
    bucket: str | None = None
    key_alias: str | None = None
    stream: str | None = None
    claims_table: str | None = None
    function: str | None = None
    delivery_stream: str | None = None
    database: str | None = None
    crawler: str | None = None
    workgroup: str | None = None
    analyst_workgroup: str | None = None
    dashboard: str | None = None
    alarms: str | None = None
    topic: str | None = None
    function_role: str | None = None
    delivery_role: str | None = None
    crawler_role: str | None = None
    mover: str | None = None
    move_machine: str | None = None
    mover_role: str | None = None
    move_machine_role: str | None = None
    move_schedule_role: str | None = None
    producer_policy: str | None = None
    analyst_policy: str | None = None
    operator_policy: str | None = None


# Python 3.11 cannot make an `Existing[str]` of a frozen class with slots.
@dataclass(frozen=True, kw_only=True)
class Existing(Generic[Text]):
    """What is there already, and is used instead of being made; None for what the lake makes.

    A program gives texts or Pulumi's outputs; what is made of them sees texts alone.

    Attributes:
        stream_arn: The Kinesis stream. Its retention is `stream.retention_hours` of the settings.
        stream_key_arn: The KMS key of that stream; None where it has none of one's own.
        key_arn: The KMS key of all that the lake makes.
        bucket: Name of the S3 bucket.
        bucket_folder: What every key of the lake begins with there, with a slash at its end: a
            text.
        bucket_key_arn: The KMS key by which the bucket encrypts; None where it has none of one's
            own.
        topic_arn: The SNS topic that alarms go to.
        database: The Glue database, which tables and views are put into: a text.
        subnet_ids: Subnets of the VPC in which the function runs; empty for none.
        security_group_ids: Security groups of the function there.
    """

    stream_arn: Text | None = None
    stream_key_arn: Text | None = None
    key_arn: Text | None = None
    bucket: Text | None = None
    bucket_folder: str | None = None
    bucket_key_arn: Text | None = None
    topic_arn: Text | None = None
    database: str | None = None
    subnet_ids: Sequence[Text] = ()
    security_group_ids: Sequence[Text] = ()
