"""The keys of Glue and Athena: a part of the table of every key."""

from __future__ import annotations

from typing import Final

from firelake.infra.config_limits import MOST_DAYS, NO_BOUND, S3_API
from firelake.infra.config_setting import Kind, Setting

_LF_GUIDE: Final = "https://docs.aws.amazon.com/lake-formation/latest/dg"

CATALOG: Final = (
    Setting(
        key="catalog.hasCrawler",
        kind=Kind.TRUTH,
        meaning="Whether a crawler registers partitions, for engines that cannot project them.",
        rule="Athena does not need it",
    ),
    Setting(
        key="catalog.crawlerSchedule",
        kind=Kind.TEXT,
        unit="UTC",
        pattern=r"cron\([^ ()]+(?: [^ ()]+){5}\)",
        form="cron(...) with six fields, such as cron(30 2 * * ? *)",
        meaning="When the crawler runs.",
        rule="at most every five minutes: "
        "https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html",
    ),
    Setting(
        key="catalog.scanLimitBytes",
        kind=Kind.WHOLE,
        unit="bytes",
        lowest=10_000_000,
        highest=7_000_000_000_000_000_000,
        meaning="Athena stops a query of the workgroup that reads more.",
        rule="https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html",
    ),
    Setting(
        key="catalog.resultsExpireDays",
        kind=Kind.WHOLE,
        unit="days",
        lowest=1,
        highest=MOST_DAYS,
        meaning="How long query results under `athena/` are kept.",
        rule=f"{NO_BOUND}: {S3_API}/API_LifecycleExpiration.html",
    ),
    Setting(
        key="catalog.hasHistory",
        kind=Kind.TRUTH,
        meaning="Whether files move into an Iceberg table.",
        rule="history.md says how; what has moved stays readable without it",
    ),
    Setting(
        key="catalog.historySchedule",
        kind=Kind.TEXT,
        unit="UTC",
        pattern=r"off|rate\([1-9][0-9]{0,3} (?:minute|hour|day)s?\)|cron\([^ ()]+(?: [^ ()]+){5}\)",
        form="off, rate(...) or cron(...) with six fields, such as cron(15 3 * * ? *)",
        meaning="When a move begins by itself, with catalog.hasHistory; off for "
        "`firelake history move` alone.",
        rule="once a day or oftener, or an alarm tells: "
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
    ),
    Setting(
        key="catalog.hasLakeFormation",
        kind=Kind.TRUTH,
        meaning="Whether Lake Formation decides here: Firehose and the crawler get its grants.",
        rule=f"whoever deploys must administer the data lake: {_LF_GUIDE}/initial-lf-config.html",
    ),
    Setting(
        key="catalog.lakeFormationPrincipals",
        kind=Kind.LIST,
        pattern=r"arn:aws[a-z-]*:iam::[0-9]{12}:(?:role|user)/[\w+=,.@/-]{1,576}",
        form="a list of ARNs of IAM roles and users",
        meaning="Analysts and operators whom Lake Formation lets query; IAM decides on objects.",
        rule=f"only with catalog.hasLakeFormation: {_LF_GUIDE}/lf-permissions-reference.html",
    ),
)
"""Settings of the section `catalog`."""
