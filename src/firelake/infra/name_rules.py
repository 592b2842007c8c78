"""Which names AWS takes: their lengths and characters, for each kind of resource."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from firelake.infra.errors import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.infra.naming import Names

_DOCS: Final = "https://docs.aws.amazon.com"
# Names that S3 keeps for itself: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_KEPT_BUCKET_PREFIXES: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_PREFIX: Final = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ACCOUNT_ID: Final = re.compile("[0-9]{12}")
# The longest name of an alarm behind the stack's prefix; `firelake.infra.watch` keeps below it.
_LONGEST_ALARM: Final = "x" * 40
_LONGEST_RULE: Final = "crawler-failures"


def name_problems(names: Names) -> Iterator[ConfigProblem]:
    """List the names that AWS would refuse.

    The prefix decides about characters: what is appended to it suits every service.
    """
    if _PREFIX.fullmatch(names.prefix) is None:
        rule = (
            "must be of a-z, 0-9 and single -, a letter first: the bucket bears it, and with _"
            " for - the Glue database, which Athena wants quoted else"
            f" ({_DOCS}/AmazonS3/latest/userguide/bucketnamingrules.html)"
        )
        yield ConfigProblem("name of project and stack", names.prefix, rule)
    if names.bucket.startswith(_KEPT_BUCKET_PREFIXES):
        rule = (
            f"must not begin with {', '.join(_KEPT_BUCKET_PREFIXES)}, which S3 keeps for itself"
            f" ({_DOCS}/AmazonS3/latest/userguide/bucketnamingrules.html)"
        )
        key = "names.bucket" if names.own.bucket else "name of project and stack"
        yield ConfigProblem(key, names.own.bucket or names.prefix, rule)
    if _ACCOUNT_ID.fullmatch(names.account_id) is None:
        yield ConfigProblem("account", names.account_id, "must be twelve digits")
    for what, name, longest, page in _limited(names):
        if len(name) > longest:
            rule = (
                f"has {len(name)} characters: AWS takes {longest}; shorten the name of the"
                f" project or of the stack by {len(name) - longest}, or give names.prefix or"
                f" the name itself ({_DOCS}/{page})"
            )
            yield ConfigProblem(f"name of the {what}", name, rule)


def _limited(names: Names) -> tuple[tuple[str, str, int, str], ...]:
    """What is named and how; how long AWS lets that be, and the page that says so."""
    iam = "IAM/latest/UserGuide/reference_iam-quotas.html"
    logs = "AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"
    glue = "glue/latest/webapi/API_CreateDatabase.html"
    athena = "athena/latest/APIReference/API_CreateWorkGroup.html"
    s3 = "AmazonS3/latest/userguide/bucketnamingrules.html"
    kms = "kms/latest/APIReference/API_CreateAlias.html"
    kinesis = "kinesis/latest/APIReference/API_CreateStream.html"
    dynamodb = "amazondynamodb/latest/APIReference/API_CreateTable.html"
    function = "lambda/latest/api/API_CreateFunction.html"
    firehose = "firehose/latest/APIReference/API_CreateDeliveryStream.html"
    cloudwatch = "AmazonCloudWatch/latest/APIReference"
    events = "eventbridge/latest/APIReference/API_PutRule.html"
    scheduler = "scheduler/latest/APIReference/API_CreateSchedule.html"
    sns = "sns/latest/api/API_CreateTopic.html"
    return (
        ("bucket", names.bucket, 63, s3),
        ("key alias", names.key_alias, 256, kms),
        ("stream", names.stream, 128, kinesis),
        ("claims table", names.claims_table, 255, dynamodb),
        ("function", names.function, 64, function),
        ("Firehose stream", names.delivery_stream, 64, firehose),
        ("function's log group", names.function_log_group, 512, logs),
        ("Firehose's log group", names.delivery_log_group, 512, logs),
        ("state machine's log group", names.move_machine_log_group, 512, logs),
        ("database", names.database, 255, glue),
        ("crawler", names.crawler, 255, glue),
        ("workgroup", names.analyst_workgroup, 128, athena),
        ("dashboard", names.dashboard, 255, f"{cloudwatch}/API_PutDashboard.html"),
        ("alarms", names.alarm(_LONGEST_ALARM), 255, f"{cloudwatch}/API_PutMetricAlarm.html"),
        ("EventBridge rules", names.alarm(_LONGEST_RULE), 64, events),
        ("topic", names.topic, 256, sns),
        ("function's role", names.function_role, 64, iam),
        ("Firehose's role", names.delivery_role, 64, iam),
        ("crawler's role", names.crawler_role, 64, iam),
        ("mover's function", names.mover, 64, function),
        ("schedule of moves", names.move_machine, 64, scheduler),
        ("mover's role", names.mover_role, 64, iam),
        ("state machine's role", names.move_machine_role, 64, iam),
        ("schedule's role", names.move_schedule_role, 64, iam),
        ("producer's policy", names.producer_policy, 128, iam),
        ("analyst's policy", names.analyst_policy, 128, iam),
        ("operator's policy", names.operator_policy, 128, iam),
    )
