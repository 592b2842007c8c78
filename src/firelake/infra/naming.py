"""The name and the ARN of everything that `pulumi up` makes.

Every name is explicit and carries the project and the stack, so that two stacks share an account,
IAM statements can be written before the resources exist, and a person finds what belongs together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from firelake.infra.dns_suffixes import dns_suffix
from firelake.infra.own_names import Existing, OwnNames

STACK_TAG: Final = "firelake:stack"
"""The tag that every resource which can have one bears; the stack's prefix is its value."""


class _Made:
    """A text that follows from the names, as `{0.prefix}` in a pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def __get__(self, names: Names, owner: type) -> str:
        return self._pattern.format(names)


class _Name(_Made):
    """A name that is given, or made."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._own = name

    def __get__(self, names: Names, owner: type) -> str:
        own: str | None = getattr(names.own, self._own)
        return own or super().__get__(names, owner)


def _arn(service: str, resource: str) -> _Made:
    return _Made(f"arn:{{0.partition}}:{service}:{{0.region}}:{{0.account_id}}:{resource}")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a stack in an account and Region; `firelake.infra.rules` checks their lengths.

    Attributes:
        region: AWS Region, such as `us-east-1`.
        own: Names that were given in the place of those made here.
        existing: What is used and not made, whose names are its own.
        iam_path: The path of roles and managed policies.
        key_alias: The alias of the one KMS key.
        claims_table: The DynamoDB table of the claims.
        function: The transform function.
        function_log_group: The log group that Lambda writes the function's lines to.
        delivery_stream: The Firehose stream.
        delivery_log_group: The log group of Firehose.
        delivery_log_stream: The log stream of delivery to `events/` and `errors/`, named as the
            console does.
        backup_log_stream: The log stream of the source backup to `raw/`.
        crawler: The Glue crawler.
        workgroup: The Athena workgroup of operators.
        analyst_workgroup: The Athena workgroup of analysts, who see no results of operators.
        dashboard: The CloudWatch dashboard.
        topic: The SNS topic of the alarms.
        function_role: The role of the transform function.
        delivery_role: The role of Firehose.
        crawler_role: The role of the crawler.
        mover: The function that takes moves into history further.
        mover_log_group: The log group that Lambda writes that function's lines to.
        move_machine: The state machine of moves, and their schedule in the group `default`.
        move_machine_log_group: The log group of the state machine; under another prefix an account
            may have few of them. https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
        mover_role: The role of the function that takes moves further.
        move_machine_role: The role of the state machine.
        move_schedule_role: The role of the schedule.
        producer_policy: The managed policy for those who send events.
        analyst_policy: The managed policy for those who query.
        operator_policy: The managed policy for those who run the lake.
        boundary: The managed policy that no role of the stack may go beyond. It does not begin as
            the stack's own names do, which the deploy role may make.
        moves_boundary: The one beyond which no role may go that moves days into history; another
            policy, as both together have more than the 6,144 characters of one.
        bucket_arn: ARN of the bucket.
        claims_table_arn: ARN of the claims table.
        function_arn: ARN of the function, without a version.
        function_alias: The alias of the version that is deployed.
        function_alias_arn: ARN of the version that is deployed, which Firehose invokes.
        mover_arn: ARN of the function that takes moves further.
        move_machine_arn: ARN of the state machine of moves.
        move_schedule_arn: ARN of the schedule of moves.
        delivery_stream_arn: ARN of the Firehose stream.
        crawlers_log_group_arn: ARN of the log group that Glue's crawlers of an account share.
        default_database_arn: ARN of the database that Athena asks for in every Region, whatever
            the query reads.
        catalog_arn: ARN of the account's Glue catalog.
        database_arn: ARN of the Glue database.
        crawler_arn: ARN of the crawler.
        workgroup_arn: ARN of the operators' Athena workgroup.
        analyst_workgroup_arn: ARN of the analysts' Athena workgroup.
        data_catalog_arn: ARN of the Glue catalog as Athena names it.
        root_arn: ARN that stands for the account, whose IAM then decides.
    """

    project: str
    stack: str
    account_id: str
    region: str
    partition: str = "aws"
    own: OwnNames = field(default_factory=OwnNames)
    existing: Existing[str] = field(default_factory=Existing[str])
    iam_path: str = "/"

    key_alias = _Name("alias/{0.prefix}")
    claims_table = _Name("{0.prefix}-claims")
    function = _Name("{0.prefix}-transform")
    function_log_group = _Made("/aws/lambda/{0.function}")
    delivery_stream = _Name("{0.prefix}-delivery")
    delivery_log_group = _Made("/aws/kinesisfirehose/{0.delivery_stream}")
    delivery_log_stream = "S3Delivery"
    backup_log_stream = "S3Backup"
    crawler = _Name("{0.prefix}-events")
    workgroup = _Name("{0.prefix}")
    analyst_workgroup = _Name("{0.prefix}-analysts")
    dashboard = _Name("{0.prefix}")
    topic = _Name("{0.prefix}-alarms")
    function_role = _Name("{0.prefix}-transform")
    delivery_role = _Name("{0.prefix}-delivery")
    crawler_role = _Name("{0.prefix}-crawler")
    mover = _Name("{0.prefix}-mover")
    mover_log_group = _Made("/aws/lambda/{0.mover}")
    move_machine = _Name("{0.prefix}-move")
    move_machine_log_group = _Made("/aws/vendedlogs/states/{0.move_machine}")
    mover_role = _Name("{0.prefix}-mover")
    move_machine_role = _Name("{0.prefix}-move")
    move_schedule_role = _Name("{0.prefix}-move-schedule")
    producer_policy = _Name("{0.prefix}-producer")
    analyst_policy = _Name("{0.prefix}-analyst")
    operator_policy = _Name("{0.prefix}-operator")
    boundary = _Made("{0.project}-boundary-{0.stack}")
    moves_boundary = _Made("{0.project}-moves-boundary-{0.stack}")
    function_alias = "deployed"

    bucket_arn = _Made("arn:{0.partition}:s3:::{0.bucket}")
    claims_table_arn = _arn("dynamodb", "table/{0.claims_table}")
    function_arn = _arn("lambda", "function:{0.function}")
    function_alias_arn = _Made("{0.function_arn}:{0.function_alias}")
    mover_arn = _arn("lambda", "function:{0.mover}")
    move_machine_arn = _arn("states", "stateMachine:{0.move_machine}")
    move_schedule_arn = _arn("scheduler", "schedule/default/{0.move_machine}")
    delivery_stream_arn = _arn("firehose", "deliverystream/{0.delivery_stream}")
    crawlers_log_group_arn = _arn("logs", "log-group:/aws-glue/crawlers")
    default_database_arn = _arn("glue", "database/default")
    catalog_arn = _arn("glue", "catalog")
    database_arn = _arn("glue", "database/{0.database}")
    crawler_arn = _arn("glue", "crawler/{0.crawler}")
    workgroup_arn = _arn("athena", "workgroup/{0.workgroup}")
    analyst_workgroup_arn = _arn("athena", "workgroup/{0.analyst_workgroup}")
    data_catalog_arn = _arn("athena", "datacatalog/AwsDataCatalog")
    root_arn = _Made("arn:{0.partition}:iam::{0.account_id}:root")

    @property
    def prefix(self) -> str:
        """What every name begins with; also the dimension `service` of the function's metrics."""
        return self.own.prefix or f"{self.project}-{self.stack}"

    def service_endpoint(self, service: str) -> str:
        """Returns a service's name as the condition key `kms:ViaService` spells it.

        Args:
            service: Short name, such as `s3`.
        """
        return f"{service}.{self.region}.{dns_suffix(self.partition)}"

    def key_of(self, service: str, key_arn: str) -> str | None:
        """Returns the key under which a service keeps data of the lake; None for none of KMS.

        Args:
            service: Short name, such as `kinesis`.
            key_arn: The lake's key.
        """
        if service == "kinesis" and self.existing.stream_arn is not None:
            return self.existing.stream_key_arn
        if service == "s3" and self.existing.bucket is not None:
            return self.existing.bucket_key_arn
        return key_arn

    @property
    def bucket(self) -> str:
        """The lake's bucket; bucket names are global, hence the account and the Region."""
        own = self.existing.bucket or self.own.bucket
        return own or f"{self.prefix}-{self.account_id}-{self.region}"

    @property
    def folder(self) -> str:
        """What every key of the lake begins with in its bucket, with a slash; empty for none."""
        return self.existing.bucket_folder or ""

    @property
    def stream(self) -> str:
        """The Kinesis stream."""
        if self.existing.stream_arn is not None:
            return self.existing.stream_arn.rpartition("/")[2]
        return self.own.stream or f"{self.prefix}-events"

    @property
    def database(self) -> str:
        """The Glue database; Athena wants a name with `-` quoted."""
        return self.existing.database or self.own.database or self.prefix.replace("-", "_")

    @property
    def alarm_prefix(self) -> str:
        """What the names of alarms and of EventBridge rules begin with."""
        return self.own.alarms or self.prefix

    def alarm(self, name: str) -> str:
        """Name a CloudWatch alarm.

        Args:
            name: What is unique about it, such as `data-freshness`.
        """
        return f"{self.alarm_prefix}-{name}"

    def objects_arn(self, prefix: str) -> str:
        """Returns the ARN pattern of the bucket's objects under a prefix.

        Args:
            prefix: Ends in `/`, or is empty for all.
        """
        return f"{self.bucket_arn}/{self.folder}{prefix}*"

    @property
    def stream_arn(self) -> str:
        """ARN of the Kinesis stream."""
        return self.existing.stream_arn or self.arn("kinesis", f"stream/{self.stream}")

    def log_group_arn(self, log_group: str) -> str:
        """Returns the ARN of a log group, without the `:*` that IAM wants for its streams."""
        return self.arn("logs", f"log-group:{log_group}")

    def table_arn(self, table: str) -> str:
        """Returns the ARN of a Glue table or view.

        Args:
            table: Its name, or `*` for all of the database.
        """
        return self.arn("glue", f"table/{self.database}/{table}")

    def network_arn(self, kind: str) -> str:
        """Returns the ARN pattern of what EC2 has in the account and Region.

        Args:
            kind: Such as `network-interface`.
        """
        return self.arn("ec2", f"{kind}/*")

    @property
    def topic_arn(self) -> str:
        """ARN of the SNS topic."""
        return self.existing.topic_arn or self.arn("sns", self.topic)

    def alarm_arn(self, name: str) -> str:
        """Returns the ARN of a CloudWatch alarm.

        Args:
            name: What is unique about it, or `*` for all of the stack.
        """
        return self.arn("cloudwatch", f"alarm:{self.alarm(name)}")

    def root_arn_of(self, account_id: str) -> str:
        """Returns the ARN that stands for an account of the same partition."""
        return f"arn:{self.partition}:iam::{account_id}:root"

    def policy_arn(self, policy: str) -> str:
        """Returns the ARN of a managed policy of the account."""
        return f"arn:{self.partition}:iam::{self.account_id}:policy{self.iam_path}{policy}"

    def boundary_arn(self, boundary: str) -> str:
        """Returns the ARN of the policy that no role may go beyond.

        Args:
            boundary: Its ARN, or its name behind its own path: it is not of the stack.
        """
        if boundary.startswith("arn:"):
            return boundary
        return f"arn:{self.partition}:iam::{self.account_id}:policy/{boundary}"

    def role_arn(self, role: str) -> str:
        """Returns the ARN of a role of the account."""
        return f"arn:{self.partition}:iam::{self.account_id}:role{self.iam_path}{role}"

    def arn(self, service: str, resource: str) -> str:
        """Returns the ARN of what a service has in the account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"
