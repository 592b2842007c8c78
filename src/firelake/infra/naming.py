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


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a stack in an account and Region; `firelake.infra.rules` checks their lengths.

    Attributes:
        region: AWS Region, such as `us-east-1`.
        own: Names that were given in the place of those made here.
        existing: What is used and not made, whose names are its own.
        iam_path: The path of roles and managed policies.
    """

    project: str
    stack: str
    account_id: str
    region: str
    partition: str = "aws"
    own: OwnNames = field(default_factory=OwnNames)
    existing: Existing[str] = field(default_factory=Existing[str])
    iam_path: str = "/"

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
    def key_alias(self) -> str:
        """The alias of the one KMS key."""
        return self.own.key_alias or f"alias/{self.prefix}"

    @property
    def stream(self) -> str:
        """The Kinesis stream."""
        if self.existing.stream_arn is not None:
            return self.existing.stream_arn.rpartition("/")[2]
        return self.own.stream or f"{self.prefix}-events"

    @property
    def claims_table(self) -> str:
        """The DynamoDB table of the claims."""
        return self.own.claims_table or f"{self.prefix}-claims"

    @property
    def function(self) -> str:
        """The transform function."""
        return self.own.function or f"{self.prefix}-transform"

    @property
    def function_log_group(self) -> str:
        """The log group that Lambda writes the function's lines to."""
        return f"/aws/lambda/{self.function}"

    @property
    def delivery_stream(self) -> str:
        """The Firehose stream."""
        return self.own.delivery_stream or f"{self.prefix}-delivery"

    @property
    def delivery_log_group(self) -> str:
        """The log group of Firehose."""
        return f"/aws/kinesisfirehose/{self.delivery_stream}"

    @property
    def delivery_log_stream(self) -> str:
        """The log stream of delivery to `events/` and `errors/`, named as the console does."""
        return "S3Delivery"

    @property
    def backup_log_stream(self) -> str:
        """The log stream of the source backup to `raw/`."""
        return "S3Backup"

    @property
    def database(self) -> str:
        """The Glue database; Athena wants a name with `-` quoted."""
        return self.existing.database or self.own.database or self.prefix.replace("-", "_")

    @property
    def crawler(self) -> str:
        """The Glue crawler."""
        return self.own.crawler or f"{self.prefix}-events"

    @property
    def workgroup(self) -> str:
        """The Athena workgroup of operators."""
        return self.own.workgroup or self.prefix

    @property
    def analyst_workgroup(self) -> str:
        """The Athena workgroup of analysts, who see no results of operators."""
        return self.own.analyst_workgroup or f"{self.prefix}-analysts"

    @property
    def dashboard(self) -> str:
        """The CloudWatch dashboard."""
        return self.own.dashboard or self.prefix

    @property
    def topic(self) -> str:
        """The SNS topic of the alarms."""
        return self.own.topic or f"{self.prefix}-alarms"

    @property
    def function_role(self) -> str:
        """The role of the transform function."""
        return self.own.function_role or f"{self.prefix}-transform"

    @property
    def delivery_role(self) -> str:
        """The role of Firehose."""
        return self.own.delivery_role or f"{self.prefix}-delivery"

    @property
    def crawler_role(self) -> str:
        """The role of the crawler."""
        return self.own.crawler_role or f"{self.prefix}-crawler"

    @property
    def mover(self) -> str:
        """The function that takes moves into history further."""
        return self.own.mover or f"{self.prefix}-mover"

    @property
    def mover_log_group(self) -> str:
        """The log group that Lambda writes that function's lines to."""
        return f"/aws/lambda/{self.mover}"

    @property
    def move_machine(self) -> str:
        """The state machine of moves, and their schedule in the group `default`."""
        return self.own.move_machine or f"{self.prefix}-move"

    @property
    def move_machine_log_group(self) -> str:
        """The log group of the state machine; under another prefix an account may have few of them.

        https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
        """
        return f"/aws/vendedlogs/states/{self.move_machine}"

    @property
    def mover_role(self) -> str:
        """The role of the function that takes moves further."""
        return self.own.mover_role or f"{self.prefix}-mover"

    @property
    def move_machine_role(self) -> str:
        """The role of the state machine."""
        return self.own.move_machine_role or f"{self.prefix}-move"

    @property
    def move_schedule_role(self) -> str:
        """The role of the schedule."""
        return self.own.move_schedule_role or f"{self.prefix}-move-schedule"

    @property
    def producer_policy(self) -> str:
        """The managed policy for those who send events."""
        return self.own.producer_policy or f"{self.prefix}-producer"

    @property
    def analyst_policy(self) -> str:
        """The managed policy for those who query."""
        return self.own.analyst_policy or f"{self.prefix}-analyst"

    @property
    def operator_policy(self) -> str:
        """The managed policy for those who run the lake."""
        return self.own.operator_policy or f"{self.prefix}-operator"

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

    @property
    def bucket_arn(self) -> str:
        """ARN of the bucket."""
        return f"arn:{self.partition}:s3:::{self.bucket}"

    def objects_arn(self, prefix: str) -> str:
        """Returns the ARN pattern of the bucket's objects under a prefix.

        Args:
            prefix: Ends in `/`, or is empty for all.
        """
        return f"{self.bucket_arn}/{self.folder}{prefix}*"

    @property
    def stream_arn(self) -> str:
        """ARN of the Kinesis stream."""
        return self.existing.stream_arn or self._arn("kinesis", f"stream/{self.stream}")

    @property
    def claims_table_arn(self) -> str:
        """ARN of the claims table."""
        return self._arn("dynamodb", f"table/{self.claims_table}")

    @property
    def function_arn(self) -> str:
        """ARN of the function, without a version."""
        return self._arn("lambda", f"function:{self.function}")

    @property
    def function_alias(self) -> str:
        """The alias of the version that is deployed."""
        return "deployed"

    @property
    def function_alias_arn(self) -> str:
        """ARN of the version that is deployed, which Firehose invokes."""
        return f"{self.function_arn}:{self.function_alias}"

    @property
    def mover_arn(self) -> str:
        """ARN of the function that takes moves further."""
        return self._arn("lambda", f"function:{self.mover}")

    @property
    def move_machine_arn(self) -> str:
        """ARN of the state machine of moves."""
        return self._arn("states", f"stateMachine:{self.move_machine}")

    @property
    def move_schedule_arn(self) -> str:
        """ARN of the schedule of moves."""
        return self._arn("scheduler", f"schedule/default/{self.move_machine}")

    @property
    def delivery_stream_arn(self) -> str:
        """ARN of the Firehose stream."""
        return self._arn("firehose", f"deliverystream/{self.delivery_stream}")

    def log_group_arn(self, log_group: str) -> str:
        """Returns the ARN of a log group, without the `:*` that IAM wants for its streams."""
        return self._arn("logs", f"log-group:{log_group}")

    @property
    def crawlers_log_group_arn(self) -> str:
        """ARN of the log group that Glue's crawlers of an account share."""
        return self.log_group_arn("/aws-glue/crawlers")

    @property
    def default_database_arn(self) -> str:
        """ARN of the database that Athena asks for in every Region, whatever the query reads."""
        return self._arn("glue", "database/default")

    @property
    def catalog_arn(self) -> str:
        """ARN of the account's Glue catalog."""
        return self._arn("glue", "catalog")

    @property
    def database_arn(self) -> str:
        """ARN of the Glue database."""
        return self._arn("glue", f"database/{self.database}")

    def table_arn(self, table: str) -> str:
        """Returns the ARN of a Glue table or view.

        Args:
            table: Its name, or `*` for all of the database.
        """
        return self._arn("glue", f"table/{self.database}/{table}")

    @property
    def crawler_arn(self) -> str:
        """ARN of the crawler."""
        return self._arn("glue", f"crawler/{self.crawler}")

    @property
    def workgroup_arn(self) -> str:
        """ARN of the operators' Athena workgroup."""
        return self._arn("athena", f"workgroup/{self.workgroup}")

    @property
    def analyst_workgroup_arn(self) -> str:
        """ARN of the analysts' Athena workgroup."""
        return self._arn("athena", f"workgroup/{self.analyst_workgroup}")

    @property
    def data_catalog_arn(self) -> str:
        """ARN of the Glue catalog as Athena names it."""
        return self._arn("athena", "datacatalog/AwsDataCatalog")

    def network_arn(self, kind: str) -> str:
        """Returns the ARN pattern of what EC2 has in the account and Region.

        Args:
            kind: Such as `network-interface`.
        """
        return self._arn("ec2", f"{kind}/*")

    @property
    def topic_arn(self) -> str:
        """ARN of the SNS topic."""
        return self.existing.topic_arn or self._arn("sns", self.topic)

    def alarm_arn(self, name: str) -> str:
        """Returns the ARN of a CloudWatch alarm.

        Args:
            name: What is unique about it, or `*` for all of the stack.
        """
        return self._arn("cloudwatch", f"alarm:{self.alarm(name)}")

    @property
    def root_arn(self) -> str:
        """ARN that stands for the account, whose IAM then decides."""
        return self.root_arn_of(self.account_id)

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

    def _arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"
