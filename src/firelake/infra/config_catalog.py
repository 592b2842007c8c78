"""The section `catalog` of a stack's configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from firelake.infra.config_limits import days_kept
from firelake.infra.config_setting import Form, Range, text, texts, truth, whole

_LF_GUIDE: Final = "https://docs.aws.amazon.com/lake-formation/latest/dg"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogConfig:
    """Glue and Athena."""

    has_crawler: bool = truth(
        "Whether a crawler registers partitions, for engines that cannot project them.",
        default=True,
        rule="Athena does not need it",
    )
    crawler_schedule: str = text(
        "cron(30 2 * * ? *)",
        Form(
            r"cron\([^ ()]+(?: [^ ()]+){5}\)",
            "cron(...) with six fields, such as cron(30 2 * * ? *)",
        ),
        "When the crawler runs.",
        rule="at most every five minutes: "
        "https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html",
        unit="UTC",
    )
    scan_limit_bytes: int = whole(
        100_000_000_000,
        Range(10_000_000, 7_000_000_000_000_000_000, "bytes"),
        "Athena stops a query of the workgroup that reads more.",
        rule="https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html",
    )
    results_expire_days: int = days_kept(14, "How long query results under `athena/` are kept.")
    has_history: bool = truth(
        "Whether files move into an Iceberg table.",
        default=False,
        rule="history.md says how; what has moved stays readable without it",
    )
    history_schedule: str = text(
        "cron(15 3 * * ? *)",
        Form(
            r"off|rate\([1-9][0-9]{0,3} (?:minute|hour|day)s?\)|cron\([^ ()]+(?: [^ ()]+){5}\)",
            "off, rate(...) or cron(...) with six fields, such as cron(15 3 * * ? *)",
        ),
        "When a move begins by itself, with catalog.hasHistory; off for "
        "`firelake history move` alone.",
        rule="once a day or oftener, or an alarm tells: "
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html",
        unit="UTC",
    )
    has_lake_formation: bool = truth(
        "Whether Lake Formation decides here: Firehose and the crawler get its grants.",
        default=False,
        rule=f"whoever deploys must administer the data lake: {_LF_GUIDE}/initial-lf-config.html",
    )
    lake_formation_principals: tuple[str, ...] = texts(
        (),
        Form(
            r"arn:aws[a-z-]*:iam::[0-9]{12}:(?:role|user)/[\w+=,.@/-]{1,576}",
            "a list of ARNs of IAM roles and users",
        ),
        "Analysts and operators whom Lake Formation lets query; IAM decides on objects.",
        rule=f"only with catalog.hasLakeFormation: {_LF_GUIDE}/lf-permissions-reference.html",
    )

    @property
    def moves_by_itself(self) -> bool:
        """Whether files move into history by a schedule."""
        return self.has_history and self.history_schedule != "off"
