"""Which names AWS takes: their lengths and characters, for each kind of resource."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.infra.errors import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.infra.naming import Names

_DOCS: Final = "https://docs.aws.amazon.com"
_IAM_NAMES: Final = f"{_DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html"
# Names that S3 keeps for itself: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_KEPT_BUCKET_PREFIXES: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_PREFIX: Final = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ACCOUNT_ID: Final = re.compile("[0-9]{12}")
# The longest name of an alarm behind the stack's prefix; `firelake.infra.watch` keeps below it.
_LONGEST_ALARM: Final = "x" * 40
_LONGEST_RULE: Final = "crawler-failures"


@dataclass(frozen=True, slots=True)
class _Limit:
    """How long a name may be, and where AWS says so."""

    longest: int
    source: str


def name_problems(names: Names) -> Iterator[ConfigProblem]:
    """List the names that AWS would refuse.

    The prefix decides about characters: what is appended to it suits every service.

    Args:
        names: The stack's names.
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
    for what, name, limit in _limited(names):
        if len(name) > limit.longest:
            rule = (
                f"has {len(name)} characters: AWS takes {limit.longest}; shorten the name of the"
                f" project or of the stack by {len(name) - limit.longest}, or give names.prefix or"
                f" the name itself ({limit.source})"
            )
            yield ConfigProblem(f"name of the {what}", name, rule)


def _limited(names: Names) -> tuple[tuple[str, str, _Limit], ...]:
    role = _Limit(64, _IAM_NAMES)
    policy = _Limit(128, _IAM_NAMES)
    log_group = _Limit(
        512, f"{_DOCS}/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"
    )
    glue = _Limit(255, f"{_DOCS}/glue/latest/webapi/API_CreateDatabase.html")
    cloudwatch = f"{_DOCS}/AmazonCloudWatch/latest/APIReference"
    return (
        (
            "bucket",
            names.bucket,
            _Limit(63, f"{_DOCS}/AmazonS3/latest/userguide/bucketnamingrules.html"),
        ),
        (
            "key alias",
            names.key_alias,
            _Limit(256, f"{_DOCS}/kms/latest/APIReference/API_CreateAlias.html"),
        ),
        (
            "stream",
            names.stream,
            _Limit(128, f"{_DOCS}/kinesis/latest/APIReference/API_CreateStream.html"),
        ),
        (
            "claims table",
            names.claims_table,
            _Limit(255, f"{_DOCS}/amazondynamodb/latest/APIReference/API_CreateTable.html"),
        ),
        (
            "function",
            names.function,
            _Limit(64, f"{_DOCS}/lambda/latest/api/API_CreateFunction.html"),
        ),
        (
            "Firehose stream",
            names.delivery_stream,
            _Limit(64, f"{_DOCS}/firehose/latest/APIReference/API_CreateDeliveryStream.html"),
        ),
        ("function's log group", names.function_log_group, log_group),
        ("Firehose's log group", names.delivery_log_group, log_group),
        ("database", names.database, glue),
        ("crawler", names.crawler, glue),
        (
            "workgroup",
            names.analyst_workgroup,
            _Limit(128, f"{_DOCS}/athena/latest/APIReference/API_CreateWorkGroup.html"),
        ),
        ("dashboard", names.dashboard, _Limit(255, f"{cloudwatch}/API_PutDashboard.html")),
        (
            "alarms",
            names.alarm(_LONGEST_ALARM),
            _Limit(255, f"{cloudwatch}/API_PutMetricAlarm.html"),
        ),
        (
            "EventBridge rules",
            names.alarm(_LONGEST_RULE),
            _Limit(64, f"{_DOCS}/eventbridge/latest/APIReference/API_PutRule.html"),
        ),
        ("topic", names.topic, _Limit(256, f"{_DOCS}/sns/latest/api/API_CreateTopic.html")),
        ("function's role", names.function_role, role),
        ("Firehose's role", names.delivery_role, role),
        ("crawler's role", names.crawler_role, role),
        ("producer's policy", names.producer_policy, policy),
        ("analyst's policy", names.analyst_policy, policy),
        ("operator's policy", names.operator_policy, policy),
    )
