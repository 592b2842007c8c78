"""What a lake takes from its surroundings: names of one's own, and what is there already.

The patterns are AWS's, as far as they can stand in ARNs, SQL and addresses without quotes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from firelake.infra.config_setting import Form, text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

Text = TypeVar("Text")

_DOCS: Final = "https://docs.aws.amazon.com"
_BUCKETS: Final = f"{_DOCS}/AmazonS3/latest/userguide/bucketnamingrules.html"
_DATABASES: Final = f"{_DOCS}/athena/latest/ug/tables-databases-columns-names.html"
_VPC: Final = f"{_DOCS}/lambda/latest/dg/configuration-vpc.html"
# Characters, as a pattern and in words.
_WORD: Final = ("[a-zA-Z0-9_-]", "letters, digits, - and _")
_DOTTED: Final = ("[a-zA-Z0-9._-]", "letters, digits, . - and _")
_LOWER: Final = ("[a-z0-9_]", "lower-case letters, digits and _")
_OF_IAM: Final = (r"[\w+=,.@-]", "letters, digits and _+=,.@-")
_KEY: Final = Form(
    r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]{1,100}",
    "the ARN of a KMS key, not of an alias",
)
_given: Final = partial(text, None)


def _at_most(longest: int, characters: tuple[str, str]) -> Form:
    pattern, words = characters
    return Form(f"{pattern}{{1,{longest}}}", f"at most {longest} {words}")


def _name(form: Form, page: str, meaning: str) -> str | None:
    return _given(form, meaning, rule=f"{_DOCS}/{page}")


_IAM: Final = "IAM/latest/UserGuide/reference_iam-quotas.html"
_role: Final = partial(_name, _at_most(64, _OF_IAM), _IAM)
_policy: Final = partial(_name, _at_most(128, _OF_IAM), _IAM)
_function: Final = partial(_name, _at_most(64, _WORD), "lambda/latest/api/API_CreateFunction.html")
_workgroup: Final = partial(
    _name, _at_most(128, _DOTTED), "athena/latest/APIReference/API_CreateWorkGroup.html"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNames:
    """Names that are given; each that is None is made of the prefix."""

    prefix: str | None = _given(
        Form("[a-z][a-z0-9]*(?:-[a-z0-9]+)*", "of a-z, 0-9 and single -, a letter first"),
        "What every name begins with that is not given, and what the function's metrics "
        "and logs call the lake; without it, the names of project and stack.",
        rule=f"the bucket bears it, and with _ for - the Glue database: {_BUCKETS}",
    )
    bucket: str | None = _given(
        Form("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", "3 to 63 lower-case letters, digits and -"),
        "Name of the bucket.",
        rule=_BUCKETS,
    )
    key_alias: str | None = _given(
        Form("alias/(?!aws/)[a-zA-Z0-9/_-]{1,250}", f"alias/ and at most 250 {_WORD[1]}"),
        "Alias of the KMS key.",
        rule=f"{_DOCS}/kms/latest/APIReference/API_CreateAlias.html",
    )
    stream: str | None = _name(
        _at_most(128, _DOTTED),
        "kinesis/latest/APIReference/API_CreateStream.html",
        "Name of the Kinesis stream.",
    )
    claims_table: str | None = _given(
        Form("[a-zA-Z0-9_.-]{3,255}", f"3 to 255 {_DOTTED[1]}"),
        "Name of the DynamoDB table of the claims.",
        rule=f"{_DOCS}/amazondynamodb/latest/APIReference/API_CreateTable.html",
    )
    function: str | None = _function(
        "Name of the function; Lambda names its log group /aws/lambda/ and so."
    )
    delivery_stream: str | None = _name(
        _at_most(64, _DOTTED),
        "firehose/latest/APIReference/API_CreateDeliveryStream.html",
        "Name of the Firehose stream; its log group is /aws/kinesisfirehose/ and so.",
    )
    database: str | None = _given(
        _at_most(255, _LOWER), "Name of the Glue database.", rule=_DATABASES
    )
    crawler: str | None = _name(
        _at_most(255, _DOTTED), "glue/latest/webapi/API_CreateCrawler.html", "Name of the crawler."
    )
    workgroup: str | None = _workgroup("Athena workgroup of operators.")
    analyst_workgroup: str | None = _workgroup("Athena workgroup of analysts.")
    dashboard: str | None = _name(
        _at_most(255, _WORD),
        "AmazonCloudWatch/latest/APIReference/API_PutDashboard.html",
        "Name of the dashboard.",
    )
    alarms: str | None = _given(
        _at_most(47, _DOTTED),
        "What the names of alarms and of EventBridge rules begin with.",
        rule="a rule's name has 64 characters: "
        f"{_DOCS}/eventbridge/latest/APIReference/API_PutRule.html",
    )
    topic: str | None = _name(
        _at_most(256, _WORD),
        "sns/latest/api/API_CreateTopic.html",
        "Name of the SNS topic of the alarms.",
    )
    function_role: str | None = _role("Role of the function.")
    delivery_role: str | None = _role("Role of Firehose.")
    crawler_role: str | None = _role("Role of the crawler.")
    mover: str | None = _function(
        "Name of the function that takes moves into history further, and of its log group."
    )
    move_machine: str | None = _name(
        _at_most(64, _WORD),
        "scheduler/latest/APIReference/API_CreateSchedule.html",
        "Name of the state machine of moves, and of their schedule.",
    )
    mover_role: str | None = _role("Role of that function.")
    move_machine_role: str | None = _role("Role of the state machine.")
    move_schedule_role: str | None = _role("Role of the schedule.")
    producer_policy: str | None = _policy("Managed policy for producers.")
    analyst_policy: str | None = _policy("Managed policy for analysts.")
    operator_policy: str | None = _policy("Managed policy for operators.")


# Python 3.11 cannot make an `Existing[str]` of a frozen class with slots.
@dataclass(frozen=True, kw_only=True)
class Existing(Generic[Text]):
    """What is there already, and is used instead of being made; None for what the lake makes.

    A program gives texts or Pulumi's outputs; what is made of them sees texts alone. A folder and a
    database are texts.
    """

    stream_arn: Text | None = _given(
        Form(
            r"arn:aws[a-z-]*:kinesis:[a-z0-9-]+:[0-9]{12}:stream/[a-zA-Z0-9_.-]{1,128}",
            "the ARN of a Kinesis stream of the account and Region",
        ),
        "A stream that is there: Firehose reads it beside its other readers. "
        "stream.retentionHours must be its retention.",
        rule="Firehose begins to read where the stream is when it is made: "
        f"{_DOCS}/firehose/latest/dev/writing-with-kinesis-streams.html",
    )
    stream_key_arn: Text | None = _given(
        _KEY,
        "The key of that stream; none where it is not encrypted, or by AWS's own key.",
        rule=f"{_DOCS}/streams/latest/dev/permissions-user-key-KMS.html",
    )
    key_arn: Text | None = _given(
        _KEY,
        "A key that is there, for all data that the lake keeps. The output "
        "keyPolicyStatements has what its policy must allow.",
        rule=f"{_DOCS}/kms/latest/developerguide/key-policies.html",
    )
    bucket: Text | None = _given(
        Form("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "the name of a bucket of the Region"),
        "A bucket that is there. Its policy, encryption, lifecycle and notifications stay "
        "its owner's: the output lifecycleRules has what should expire, and the alarm on error "
        "objects counts what the bucket sends to EventBridge.",
        rule=_BUCKETS,
    )
    bucket_folder: str | None = _given(
        Form(
            "(?=.{1,200}$)(?:[a-zA-Z0-9_-][a-zA-Z0-9._-]*/)+",
            "a prefix such as lakes/shop/, of at most 200 letters, digits and ._-/",
        ),
        "What every key of the lake begins with in that bucket; fixed for a stack's life. "
        "No lake may lie within the folder of another.",
        rule=f"only with existing.bucket: {_DOCS}/firehose/latest/dev/s3-prefixes.html",
    )
    bucket_key_arn: Text | None = _given(
        _KEY,
        "The key by which that bucket encrypts; none where it encrypts by S3's own.",
        rule="only with existing.bucket: "
        f"{_DOCS}/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    )
    topic_arn: Text | None = _given(
        Form(
            r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}",
            "the ARN of an SNS topic of the Region",
        ),
        "A topic that is there, which alarms go to. The output topicPolicyStatements has "
        "what its policy must allow.",
        rule=f"{_DOCS}/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
    )
    database: str | None = _given(
        _at_most(255, _LOWER),
        "A Glue database that is there, for tables and views. No other lake may use it, as "
        "every lake has a table `events`.",
        rule=_DATABASES,
    )
    subnet_ids: Sequence[Text] = texts(
        (),
        Form("subnet-[0-9a-f]{8,32}", "a list of ids of subnets"),
        "Subnets of a VPC in which the function runs. From there it must reach DynamoDB, "
        "by gateway endpoint or NAT.",
        rule=_VPC,
    )
    security_group_ids: Sequence[Text] = texts(
        (),
        Form("sg-[0-9a-f]{8,32}", "a list of ids of security groups"),
        "Security groups of the function in the VPC, which let HTTPS out.",
        rule=f"only with existing.subnetIds: {_VPC}",
    )
