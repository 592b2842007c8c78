"""The configuration of a stack, checked and typed."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Final, cast

from firelake.contract.facts import (
    CLOCK_SKEW_DAYS,
    DEFAULT_DEDUPE_DAYS,
    DEFAULT_LATENESS_DAYS,
    MAX_DEDUPE_DAYS,
)
from firelake.contract.layout import (
    ATHENA_PREFIX,
    ERRORS_PREFIX,
    RAW_PREFIX,
    RECEIPTS_PREFIX,
    Granularity,
)
from firelake.infra.config_catalog import CatalogConfig
from firelake.infra.config_limits import MOST_DAYS
from firelake.infra.config_reader import read_config
from firelake.infra.config_sections import (
    ClaimsConfig,
    DeliveryConfig,
    StreamConfig,
    TransformConfig,
)
from firelake.infra.config_setting import (
    Form,
    Kind,
    Range,
    Setting,
    choice,
    fields_of,
    known,
    section,
    settings_of,
    tags,
    text,
    truth,
    whole,
)
from firelake.infra.config_watch import WatchConfig
from firelake.infra.own_names import Existing, OwnNames

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pulumi

# The function's own time-out, and the longest way from Kinesis to S3.
TRANSFORM_TIMEOUT_S: Final = 60
DELIVERY_DAYS: Final = 1

_HOURS_A_DAY: Final = 24
_IAM_PATH: Final = r"(?:[\w+=,.@-]+/)*"


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeConfig:
    """The configuration of a stack; `firelake.infra.rules` checks its parts against each other."""

    start_date: date = field(
        metadata=known(
            Setting(
                kind=Kind.DATE,
                unit="UTC",
                form="a date yyyy-MM-dd from 1970-01-01 on",
                meaning="First day that Athena looks for in `events`, `events_raw` and "
                "`events_errors`.",
                rule="at most the day of the first deployment less latenessDays and one day: "
                "partition projection finds nothing before its range, and says nothing: "
                "https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html",
            )
        )
    )
    granularity: Granularity = choice(
        Granularity.DAY,
        tuple(Granularity),
        "How much time one `dt` partition of `events` spans; fixed for a stack's life.",
        rule="the prefixes of the files hold it, and nothing moves files",
    )
    lateness_days: int = whole(
        DEFAULT_LATENESS_DAYS,
        Range(1, MOST_DAYS, "days"),
        "How long before its arrival an event may have been created; an older one is "
        "invalid. Raise it no sooner than dedupeDays after dedupeDays was raised for it.",
        rule="every period of it may be an open partition of Firehose: see "
        "delivery.activePartitionsQuota",
    )
    dedupe_days: int = whole(
        DEFAULT_DEDUPE_DAYS,
        Range(1, MAX_DEDUPE_DAYS, "days"),
        "How long the claim of an id is kept.",
        rule="at least latenessDays + 1 (clock skew) + stream.retentionHours in whole days + 1 "
        "(delivery), or a copy could be accepted after its claim has gone",
    )
    is_protected: bool = truth(
        "Whether Pulumi refuses to delete bucket, key, stream, claims and Firehose.",
        default=False,
        rule="what these hold is made by nothing else",
    )
    permissions_boundary: str | None = text(
        None,
        Form(
            rf"(?:arn:aws[a-z-]*:iam::(?:[0-9]{{12}}|aws):policy/)?{_IAM_PATH}[\w+=,.@-]{{1,128}}",
            "the name of a managed policy of the account, behind its path if any, or an ARN",
        ),
        "The policy that no role of the stack may go beyond; the bootstrap makes one for "
        "each of its stacks.",
        rule="the deploy roles of the bootstrap may make no role without it: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    )
    iam_path: str = text(
        "/",
        Form(rf"(?=.{{1,512}}$)/{_IAM_PATH}", "a path such as /data/lake/"),
        "The path of roles and managed policies; fixed once they are made, as another one "
        "replaces them.",
        rule="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
    )
    tags: Mapping[str, str] = tags(
        "a map of at most 40 tags: names of 1 to 128 characters that do not begin with aws:, "
        "texts of at most 256, both of letters, digits, spaces and _.:/=+-@",
        "Tags of every resource that has tags, besides Firelake's own.",
        rule="AWS takes 50 tags a resource and keeps aws: for itself: "
        "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    )
    names: OwnNames = section(OwnNames)
    existing: Existing[pulumi.Input[str]] = section(
        cast("type[Existing[pulumi.Input[str]]]", Existing)
    )
    stream: StreamConfig = section(StreamConfig)
    claims: ClaimsConfig = section(ClaimsConfig)
    transform: TransformConfig = section(TransformConfig)
    delivery: DeliveryConfig = section(DeliveryConfig)
    catalog: CatalogConfig = section(CatalogConfig)
    watch: WatchConfig = section(WatchConfig)

    @property
    def expire_days(self) -> dict[str, int]:
        """After how many days objects expire, by the prefixes of those that do.

        What replay noted of an error is written after it, so that no error outlives its receipt.
        """
        return {
            RAW_PREFIX: self.delivery.raw_expire_days,
            ERRORS_PREFIX: self.delivery.errors_expire_days,
            RECEIPTS_PREFIX: self.delivery.errors_expire_days,
            ATHENA_PREFIX: self.catalog.results_expire_days,
        }

    @classmethod
    def parse(cls, values: Mapping[str, object]) -> LakeConfig:
        """Check values and build the configuration.

        Raises:
            ConfigError: As `read_config`.
        """
        return read_config(cls, values)


SETTINGS: Final = settings_of(LakeConfig)


def least_dedupe_days(lateness_days: float, retention_hours: float) -> int:
    """Returns the days that a claim must last, or a copy could come after it has gone.

    Args:
        lateness_days: How long after its creation an event is accepted.
        retention_hours: How long the stream keeps a record.
    """
    retention_days = ceil(retention_hours / _HOURS_A_DAY)
    return ceil(lateness_days) + CLOCK_SKEW_DAYS + retention_days + DELIVERY_DAYS


def defaults() -> dict[str, object]:
    """Give the default of every key, by its path; keys without one (required) are left out."""
    return {
        setting.key: each.default
        for _, each, setting in fields_of(LakeConfig)
        if each.default is not MISSING
    }


def values_of(config: LakeConfig) -> dict[str, object]:
    """Give a configuration's values by the paths of their keys; inverse of `LakeConfig.parse`.

    Args:
        config: The configuration.
    """
    return {
        setting.key: getattr(getattr(config, section) if section else config, each.name)
        for section, each, setting in fields_of(LakeConfig)
    }
