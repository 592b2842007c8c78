"""The keys of names of one's own, and of what is there already: a part of the table of every key.

The patterns are AWS's, as far as they can stand in ARNs, SQL and addresses without quotes.
"""

from __future__ import annotations

from typing import Final

from firelake.infra.config_setting import Kind, Setting

_DOCS: Final = "https://docs.aws.amazon.com"
_IAM: Final = f"{_DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html"
_GLUE: Final = f"{_DOCS}/glue/latest/webapi"
_WORD: Final = "letters, digits, - and _"
_DOTTED: Final = "letters, digits, . - and _"
_LOWER: Final = "lower-case letters, digits and _"


def _name(  # noqa: PLR0913, PLR0917 -- the columns of a table
    key: str, meaning: str, characters: str, longest: int, form: str, rule: str
) -> Setting:
    return Setting(
        key=f"names.{key}",
        kind=Kind.TEXT,
        pattern=f"{characters}{{1,{longest}}}",
        form=f"at most {longest} {form}",
        meaning=meaning,
        rule=rule,
    )


_ROLE: Final = (r"[\w+=,.@-]", 64, "letters, digits and _+=,.@-", _IAM)
_POLICY: Final = (r"[\w+=,.@-]", 128, "letters, digits and _+=,.@-", _IAM)
_WORKGROUP: Final = (
    r"[a-zA-Z0-9._-]",
    128,
    _DOTTED,
    f"{_DOCS}/athena/latest/APIReference/API_CreateWorkGroup.html",
)

NAMES: Final = (
    Setting(
        key="names.prefix",
        kind=Kind.TEXT,
        pattern="[a-z][a-z0-9]*(?:-[a-z0-9]+)*",
        form="of a-z, 0-9 and single -, a letter first",
        meaning="What every name begins with that is not given, and what the function's metrics "
        "and logs call the lake; without it, the names of project and stack.",
        rule="the bucket bears it, and with _ for - the Glue database: "
        f"{_DOCS}/AmazonS3/latest/userguide/bucketnamingrules.html",
    ),
    Setting(
        key="names.bucket",
        kind=Kind.TEXT,
        pattern="[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
        form="3 to 63 lower-case letters, digits and -",
        meaning="Name of the bucket.",
        rule=f"{_DOCS}/AmazonS3/latest/userguide/bucketnamingrules.html",
    ),
    Setting(
        key="names.keyAlias",
        kind=Kind.TEXT,
        pattern="alias/(?!aws/)[a-zA-Z0-9/_-]{1,250}",
        form=f"alias/ and at most 250 {_WORD}",
        meaning="Alias of the KMS key.",
        rule=f"{_DOCS}/kms/latest/APIReference/API_CreateAlias.html",
    ),
    _name(
        "stream",
        "Name of the Kinesis stream.",
        "[a-zA-Z0-9_.-]",
        128,
        _DOTTED,
        f"{_DOCS}/kinesis/latest/APIReference/API_CreateStream.html",
    ),
    Setting(
        key="names.claimsTable",
        kind=Kind.TEXT,
        pattern="[a-zA-Z0-9_.-]{3,255}",
        form=f"3 to 255 {_DOTTED}",
        meaning="Name of the DynamoDB table of the claims.",
        rule=f"{_DOCS}/amazondynamodb/latest/APIReference/API_CreateTable.html",
    ),
    _name(
        "function",
        "Name of the function; Lambda names its log group /aws/lambda/ and so.",
        "[a-zA-Z0-9_-]",
        64,
        _WORD,
        f"{_DOCS}/lambda/latest/api/API_CreateFunction.html",
    ),
    _name(
        "deliveryStream",
        "Name of the Firehose stream; its log group is /aws/kinesisfirehose/ and so.",
        "[a-zA-Z0-9_.-]",
        64,
        _DOTTED,
        f"{_DOCS}/firehose/latest/APIReference/API_CreateDeliveryStream.html",
    ),
    _name(
        "database",
        "Name of the Glue database.",
        "[a-z0-9_]",
        255,
        _LOWER,
        f"{_DOCS}/athena/latest/ug/tables-databases-columns-names.html",
    ),
    _name(
        "crawler",
        "Name of the crawler.",
        "[a-zA-Z0-9_.-]",
        255,
        _DOTTED,
        f"{_GLUE}/API_CreateCrawler.html",
    ),
    _name("workgroup", "Athena workgroup of operators.", *_WORKGROUP),
    _name("analystWorkgroup", "Athena workgroup of analysts.", *_WORKGROUP),
    _name(
        "dashboard",
        "Name of the dashboard.",
        "[A-Za-z0-9_-]",
        255,
        _WORD,
        f"{_DOCS}/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html",
    ),
    _name(
        "alarms",
        "What the names of alarms and of EventBridge rules begin with.",
        "[A-Za-z0-9_.-]",
        47,
        _DOTTED,
        "a rule's name has 64 characters: "
        f"{_DOCS}/eventbridge/latest/APIReference/API_PutRule.html",
    ),
    _name(
        "topic",
        "Name of the SNS topic of the alarms.",
        "[A-Za-z0-9_-]",
        256,
        _WORD,
        f"{_DOCS}/sns/latest/api/API_CreateTopic.html",
    ),
    _name("functionRole", "Role of the function.", *_ROLE),
    _name("deliveryRole", "Role of Firehose.", *_ROLE),
    _name("crawlerRole", "Role of the crawler.", *_ROLE),
    _name(
        "mover",
        "Name of the function that takes moves into history further, and of its log group.",
        "[a-zA-Z0-9_-]",
        64,
        _WORD,
        f"{_DOCS}/lambda/latest/api/API_CreateFunction.html",
    ),
    _name(
        "moveMachine",
        "Name of the state machine of moves, and of their schedule.",
        "[a-zA-Z0-9_-]",
        64,
        _WORD,
        f"{_DOCS}/scheduler/latest/APIReference/API_CreateSchedule.html",
    ),
    _name("moverRole", "Role of that function.", *_ROLE),
    _name("moveMachineRole", "Role of the state machine.", *_ROLE),
    _name("moveScheduleRole", "Role of the schedule.", *_ROLE),
    _name("producerPolicy", "Managed policy for producers.", *_POLICY),
    _name("analystPolicy", "Managed policy for analysts.", *_POLICY),
    _name("operatorPolicy", "Managed policy for operators.", *_POLICY),
)
"""Settings of the section `names`."""

_KEY: Final = r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]{1,100}"
_KEY_FORM: Final = "the ARN of a KMS key, not of an alias"

EXISTING: Final = (
    Setting(
        key="existing.streamArn",
        kind=Kind.TEXT,
        pattern=r"arn:aws[a-z-]*:kinesis:[a-z0-9-]+:[0-9]{12}:stream/[a-zA-Z0-9_.-]{1,128}",
        form="the ARN of a Kinesis stream of the account and Region",
        meaning="A stream that is there: Firehose reads it beside its other readers. "
        "stream.retentionHours must be its retention.",
        rule="Firehose begins to read where the stream is when it is made: "
        f"{_DOCS}/firehose/latest/dev/writing-with-kinesis-streams.html",
    ),
    Setting(
        key="existing.streamKeyArn",
        kind=Kind.TEXT,
        pattern=_KEY,
        form=_KEY_FORM,
        meaning="The key of that stream; none where it is not encrypted, or by AWS's own key.",
        rule=f"{_DOCS}/streams/latest/dev/permissions-user-key-KMS.html",
    ),
    Setting(
        key="existing.keyArn",
        kind=Kind.TEXT,
        pattern=_KEY,
        form=_KEY_FORM,
        meaning="A key that is there, for all data that the lake keeps. The output "
        "keyPolicyStatements has what its policy must allow.",
        rule=f"{_DOCS}/kms/latest/developerguide/key-policies.html",
    ),
    Setting(
        key="existing.bucket",
        kind=Kind.TEXT,
        pattern="[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        form="the name of a bucket of the Region",
        meaning="A bucket that is there. Its policy, encryption, lifecycle and notifications stay "
        "its owner's: the output lifecycleRules has what should expire, and the alarm on error "
        "objects counts what the bucket sends to EventBridge.",
        rule=f"{_DOCS}/AmazonS3/latest/userguide/bucketnamingrules.html",
    ),
    Setting(
        key="existing.bucketFolder",
        kind=Kind.TEXT,
        pattern="(?=.{1,200}$)(?:[a-zA-Z0-9_-][a-zA-Z0-9._-]*/)+",
        form="a prefix such as lakes/shop/, of at most 200 letters, digits and ._-/",
        meaning="What every key of the lake begins with in that bucket; fixed for a stack's life. "
        "No lake may lie within the folder of another.",
        rule=f"only with existing.bucket: {_DOCS}/firehose/latest/dev/s3-prefixes.html",
    ),
    Setting(
        key="existing.bucketKeyArn",
        kind=Kind.TEXT,
        pattern=_KEY,
        form=_KEY_FORM,
        meaning="The key by which that bucket encrypts; none where it encrypts by S3's own.",
        rule="only with existing.bucket: "
        f"{_DOCS}/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    ),
    Setting(
        key="existing.topicArn",
        kind=Kind.TEXT,
        pattern=r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}",
        form="the ARN of an SNS topic of the Region",
        meaning="A topic that is there, which alarms go to. The output topicPolicyStatements has "
        "what its policy must allow.",
        rule=f"{_DOCS}/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
    ),
    Setting(
        key="existing.database",
        kind=Kind.TEXT,
        pattern="[a-z0-9_]{1,255}",
        form=f"at most 255 {_LOWER}",
        meaning="A Glue database that is there, for tables and views. No other lake may use it, as "
        "every lake has a table `events`.",
        rule=f"{_DOCS}/athena/latest/ug/tables-databases-columns-names.html",
    ),
    Setting(
        key="existing.subnetIds",
        kind=Kind.LIST,
        pattern="subnet-[0-9a-f]{8,32}",
        form="a list of ids of subnets",
        meaning="Subnets of a VPC in which the function runs. From there it must reach DynamoDB, "
        "by gateway endpoint or NAT.",
        rule=f"{_DOCS}/lambda/latest/dg/configuration-vpc.html",
    ),
    Setting(
        key="existing.securityGroupIds",
        kind=Kind.LIST,
        pattern="sg-[0-9a-f]{8,32}",
        form="a list of ids of security groups",
        meaning="Security groups of the function in the VPC, which let HTTPS out.",
        rule=f"only with existing.subnetIds: {_DOCS}/lambda/latest/dg/configuration-vpc.html",
    ),
)
"""Settings of the section `existing`."""
