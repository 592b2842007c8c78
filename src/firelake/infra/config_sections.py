"""The sections of a stack's configuration on the way of an event, a class each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from firelake.contract.claim_schedule import ENTRY_FORM, ENTRY_PATTERN
from firelake.contract.facts import (
    DEFAULT_CLAIMS_CALLS_IN_FLIGHT,
    DEFAULT_RETENTION_HOURS,
    MAX_CLAIMS_CALLS_IN_FLIGHT,
    MAX_RETENTION_HOURS,
    MIN_RETENTION_HOURS,
)
from firelake.infra.config_limits import (
    LONGEST_INTERVAL_S,
    MOST_PARTITIONS,
    MOST_SHARDS,
    MOST_UNITS,
    PARTITION_QUOTA,
    days_kept,
)
from firelake.infra.config_setting import (
    CapacityMode,
    Form,
    Range,
    TableClass,
    choice,
    number,
    texts,
    truth,
    whole,
)
from firelake.infra.target import Architecture

# Application Auto Scaling reacts within minutes; the share above the target carries a burst.
CLAIMS_UTILIZATION_PERCENT: Final = 70
_HOURS_A_DAY: Final = 24

_FIREHOSE_API: Final = "https://docs.aws.amazon.com/firehose/latest/APIReference"
_FIREHOSE_GUIDE: Final = "https://docs.aws.amazon.com/firehose/latest/dev"
_KINESIS_API: Final = "https://docs.aws.amazon.com/kinesis/latest/APIReference"
_LAMBDA_API: Final = "https://docs.aws.amazon.com/lambda/latest/api"
_DYNAMODB_GUIDE: Final = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide"
_LOG_RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557),
    *(2922, 3288, 3653),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamConfig:
    """The Kinesis stream."""

    mode: CapacityMode = choice(
        CapacityMode.ON_DEMAND,
        tuple(CapacityMode),
        "Whether Kinesis finds the number of shards or stream.shardCount says it.",
        rule=f"{_KINESIS_API}/API_StreamModeDetails.html",
    )
    shard_count: int | None = whole(
        None,
        Range(1, MOST_SHARDS, "shards"),
        "Shards of a provisioned stream; each takes 1 MB or 1,000 records a second.",
        rule="only with mode provisioned; the highest quota that an account has unasked: "
        "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html",
    )
    retention_hours: int = whole(
        DEFAULT_RETENTION_HOURS,
        Range(MIN_RETENTION_HOURS, MAX_RETENTION_HOURS, "hours"),
        "How long Kinesis keeps a record: so long may everything behind it fail.",
        rule=f"{_KINESIS_API}/API_IncreaseStreamRetentionPeriod.html",
    )
    warm_throughput_mib_s: int | None = whole(
        None,
        Range(1, 10_240, "MiB/s"),
        "What an on-demand stream takes from the start.",
        rule=f"with On-demand Advantage: {_KINESIS_API}/API_UpdateStreamWarmThroughput.html",
    )
    takes_packed_records: bool = truth(
        "Whether `firelake produce` packs many small events into one record unless it is "
        "told otherwise: Firehose bills each record rounded up to 5 KB.",
        default=False,
        rule="no page tells that Firehose takes packed records together with partition keys of the "
        "function and conversion: true once `firelake verify` has shown packed-records to hold",
    )
    producer_accounts: tuple[str, ...] = texts(
        (),
        Form("[0-9]{12}", "a list of account ids of 12 digits, each in quotes"),
        "Other accounts whose identities may send, if policies there let them.",
        rule="the stream gets a policy, and the key's lets them encrypt for it: "
        "https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html",
    )

    @property
    def retention_days(self) -> int:
        """The retention in whole days, rounded up."""
        return -(-self.retention_hours // _HOURS_A_DAY)


def _scaled(which: str) -> int | None:
    *_, direction = which.split()
    return whole(
        None,
        Range(1, MOST_UNITS, f"{direction} capacity units"),
        f"The {which} capacity that autoscaling sets.",
        rule="only with mode provisioned; AWS's own quota of a table is 40000 unless raised: "
        f"{_DYNAMODB_GUIDE}/ServiceQuotas.html",
    )


def _warm(direction: str, lowest: int) -> int | None:
    return whole(
        None,
        Range(lowest, MOST_UNITS, f"{direction.lower()} units/s"),
        f"{direction}s that an on-demand table takes from the start. Paid once.",
        rule=f"only with mode on_demand; a new table has {lowest}, and it is never lowered: "
        f"{_DYNAMODB_GUIDE}/warm-throughput.html",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsConfig:
    """The DynamoDB table of the claims."""

    mode: CapacityMode = choice(
        CapacityMode.ON_DEMAND,
        tuple(CapacityMode),
        "Whether the claims table takes what comes or scales between the units below.",
        rule=f"{_DYNAMODB_GUIDE}/capacity-mode.html",
    )
    min_write_units: int | None = _scaled("least write")
    max_write_units: int | None = _scaled("greatest write")
    min_read_units: int | None = _scaled("least read")
    max_read_units: int | None = _scaled("greatest read")
    warm_write_units: int | None = _warm("Write", 4_000)
    warm_read_units: int | None = _warm("Read", 12_000)
    has_point_in_time_recovery: bool = truth(
        "Whether DynamoDB keeps backups of the claims of the last 35 days. Paid by what "
        "the table keeps, nearly as much again as for keeping it.",
        default=False,
        rule="a table that is lost without lets each copy pass that still comes; one that is "
        "restored late lets those pass that came meanwhile: "
        f"{_DYNAMODB_GUIDE}/Point-in-time-recovery.html",
    )
    table_class: TableClass = choice(
        TableClass.STANDARD,
        tuple(TableClass),
        "Whether writes are cheap or what is kept. The latter pays where dedupeDays is "
        "long: `firelake plan` tells.",
        rule="DynamoDB changes it twice in 30 days at most, and reserves no capacity for the other "
        "class than STANDARD: "
        f"{_DYNAMODB_GUIDE}/WorkingWithTables.tableclasses.html",
    )
    schedule: tuple[str, ...] = texts(
        ("items",),
        Form(ENTRY_PATTERN, f"a list of {ENTRY_FORM}"),
        "Which events have an item of their own in the claims table, and which share a "
        "page: windows of creation in seconds, and buckets of ids. Each entry holds for events "
        "that were created from its time on.",
        rule="an entry that is added to a living stack begins 30 hours later at the earliest, and "
        "the others stay as long as claims of theirs are kept: docs/scaling.md",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformConfig:
    """The transform function."""

    python_version: str = choice(
        "3.13",
        ("3.11", "3.12", "3.13", "3.14"),
        "Python of the function's runtime. Quote it in YAML, where it is a number else.",
        rule="runtimes of Lambda for which all that the function needs has wheels: "
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    )
    architecture: Architecture = choice(
        Architecture.ARM64,
        tuple(Architecture),
        "Processor of the function.",
        rule="https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html",
    )
    memory_mb: int = whole(
        1024,
        Range(128, 10_240, "MB"),
        "Memory of the function; its share of a processor grows with it.",
        rule=f"{_LAMBDA_API}/API_CreateFunction.html",
    )
    reserved_concurrency: int | None = whole(
        None,
        Range(1, 100_000, "invocations at once"),
        "Invocations that are kept for the function, and its limit. Firehose wants up to "
        "5 a shard; where it gets fewer it retries.",
        rule="0 would stop the function; an account keeps 100 unreserved: "
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    )
    log_retention_days: int = choice(
        30,
        _LOG_RETENTION_DAYS,
        "How long the logs of the function and of Firehose are kept.",
        rule="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"
        "API_PutRetentionPolicy.html",
        unit="days",
    )
    calls_in_flight: int = whole(
        DEFAULT_CLAIMS_CALLS_IN_FLIGHT,
        Range(1, MAX_CLAIMS_CALLS_IN_FLIGHT, "calls"),
        "Calls to DynamoDB that one invocation has under way at once.",
        rule="each call has a thread of the function",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryConfig:
    """The Firehose stream."""

    buffer_size_mb: int = whole(
        128,
        Range(64, 128, "MB"),
        "Firehose writes a partition's file when it has gathered so much.",
        rule="dynamic partitioning and conversion to Parquet want at least 64: "
        f"{_FIREHOSE_API}/API_BufferingHints.html",
    )
    buffer_interval_s: int = whole(
        300,
        Range(60, LONGEST_INTERVAL_S, "s"),
        "Firehose writes a partition's file when so much time has passed; an event is in "
        "the lake after 1.5 times it, at worst.",
        rule="dynamic partitioning has no zero buffering: "
        f"{_FIREHOSE_GUIDE}/dynamic-partitioning-s3bucketprefix.html",
    )
    batch_size_mb: float = number(
        0.5,
        Range(0.2, 3, "MB"),
        "Records that the function gets at once. What it answers must stay under 6 MB, "
        "and small events grow most.",
        rule="not 1, which is Firehose's default and would show as a change for ever: "
        f"{_FIREHOSE_GUIDE}/data-transformation.html",
    )
    batch_interval_s: int = whole(
        30,
        Range(0, LONGEST_INTERVAL_S, "s"),
        "How long Firehose gathers records for the function, at most.",
        rule="not 60, which is Firehose's default and would show as a change for ever: "
        f"{_FIREHOSE_API}/API_ProcessorParameter.html",
    )
    transform_retries: int = whole(
        60,
        Range(0, 300, "invocations"),
        "How often Firehose repeats a failed invocation before the batch goes to "
        "`errors/`: so long an outage of DynamoDB waits in Kinesis.",
        rule="not 3, which is Firehose's default and would show as a change for ever: "
        f"{_FIREHOSE_API}/API_ProcessorParameter.html",
    )
    active_partitions_quota: int = whole(
        PARTITION_QUOTA,
        Range(1, MOST_PARTITIONS, "partitions"),
        "The account's quota of open partitions of one Firehose stream. Event types times "
        "periods of the lateness window must fit into it.",
        rule=f"{PARTITION_QUOTA} unless AWS has raised it for you; what does not fit goes to "
        f"`errors/`: {_FIREHOSE_GUIDE}/limits.html",
    )
    accept_partition_overflow: bool = truth(
        "Whether to deploy although the partitions may exceed the quota.",
        default=False,
        rule="right where old events are known to be rare; the overflow comes back by backfill",
    )
    raw_expire_days: int = days_kept(30, "How long the source records under `raw/` are kept.")
    errors_expire_days: int = days_kept(
        400,
        "How long what failed is kept under `errors/`, and what replay noted of it. What nobody"
        " puts back until then is lost.",
        "`firelake errors`, and an alarm where files move into history by a schedule, tell 30 days"
        " before, or half of this time, what is about to expire",
    )
    old_versions_expire_days: int = days_kept(
        14,
        "How long an object that was deleted or overwritten can be brought back.",
        "what was erased is in such versions until then",
    )
    raw_buffer_interval_s: int = whole(
        300,
        Range(60, LONGEST_INTERVAL_S, "s"),
        "Firehose writes a file under `raw/` when so much time has passed.",
        rule=f"{_FIREHOSE_GUIDE}/create-configure-backup.html",
    )
