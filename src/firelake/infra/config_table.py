"""Every key of the configuration: what it means, its unit, its range, and whose rule that is.

The defaults stand in the classes of `firelake.infra.config`; docs/configuration.md is compared with
both.
"""

from __future__ import annotations

from typing import Final

from firelake.contract.claim_schedule import ENTRY_FORM, ENTRY_PATTERN
from firelake.contract.facts import (
    MAX_CLAIMS_CALLS_IN_FLIGHT,
    MAX_DEDUPE_DAYS,
    MAX_RETENTION_HOURS,
    MIN_RETENTION_HOURS,
)
from firelake.contract.layout import Granularity
from firelake.infra.config_catalog_table import CATALOG
from firelake.infra.config_expiry_table import EXPIRY
from firelake.infra.config_limits import (
    LONGEST_INTERVAL_S,
    MOST_DAYS,
    MOST_PARTITIONS,
    MOST_SHARDS,
    MOST_UNITS,
    PARTITION_QUOTA,
)
from firelake.infra.config_names_table import EXISTING, NAMES
from firelake.infra.config_setting import CapacityMode, Kind, Setting, TableClass
from firelake.infra.config_watch_table import WATCH
from firelake.infra.target import Architecture

_FIREHOSE_API: Final = "https://docs.aws.amazon.com/firehose/latest/APIReference"
_FIREHOSE_GUIDE: Final = "https://docs.aws.amazon.com/firehose/latest/dev"
_KINESIS_API: Final = "https://docs.aws.amazon.com/kinesis/latest/APIReference"
_LAMBDA_API: Final = "https://docs.aws.amazon.com/lambda/latest/api"

_DYNAMODB_UNITS: Final = (
    "only with mode provisioned; AWS's own quota of a table is 40000 unless raised: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"
)
_IAM_PATH: Final = r"(?:[\w+=,.@-]+/)*"
_LOG_RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557),
    *(2922, 3288, 3653),
)

_LAKE: Final = (
    Setting(
        key="startDate",
        kind=Kind.DATE,
        unit="UTC",
        form="a date yyyy-MM-dd from 1970-01-01 on",
        meaning="First day that Athena looks for in `events`, `events_raw` and `events_errors`.",
        rule="at most the day of the first deployment less latenessDays and one day: partition "
        "projection finds nothing before its range, and says nothing: "
        "https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html",
    ),
    Setting(
        key="granularity",
        kind=Kind.CHOICE,
        choices=tuple(Granularity),
        meaning="How much time one `dt` partition of `events` spans; fixed for a stack's life.",
        rule="the prefixes of the files hold it, and nothing moves files",
    ),
    Setting(
        key="latenessDays",
        kind=Kind.WHOLE,
        unit="days",
        lowest=1,
        highest=MOST_DAYS,
        meaning="How long before its arrival an event may have been created; an older one is "
        "invalid. Raise it no sooner than dedupeDays after dedupeDays was raised for it.",
        rule="every period of it may be an open partition of Firehose: see "
        "delivery.activePartitionsQuota",
    ),
    Setting(
        key="dedupeDays",
        kind=Kind.WHOLE,
        unit="days",
        lowest=1,
        highest=MAX_DEDUPE_DAYS,
        meaning="How long the claim of an id is kept.",
        rule="at least latenessDays + 1 (clock skew) + stream.retentionHours in whole days + 1 "
        "(delivery), or a copy could be accepted after its claim has gone",
    ),
    Setting(
        key="isProtected",
        kind=Kind.TRUTH,
        meaning="Whether Pulumi refuses to delete bucket, key, stream, claims and Firehose.",
        rule="what these hold is made by nothing else",
    ),
    Setting(
        key="permissionsBoundary",
        kind=Kind.TEXT,
        pattern=rf"(?:arn:aws[a-z-]*:iam::(?:[0-9]{{12}}|aws):policy/)?{_IAM_PATH}[\w+=,.@-]{{1,128}}",
        form="the name of a managed policy of the account, behind its path if any, or an ARN",
        meaning="The policy that no role of the stack may go beyond; the bootstrap makes one for "
        "each of its stacks.",
        rule="the deploy roles of the bootstrap may make no role without it: "
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    ),
    Setting(
        key="iamPath",
        kind=Kind.TEXT,
        pattern=rf"(?=.{{1,512}}$)/{_IAM_PATH}",
        form="a path such as /data/lake/",
        meaning="The path of roles and managed policies; fixed once they are made, as another one "
        "replaces them.",
        rule="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
    ),
    Setting(
        key="tags",
        kind=Kind.TAGS,
        form="a map of at most 40 tags: names of 1 to 128 characters that do not begin with aws:, "
        "texts of at most 256, both of letters, digits, spaces and _.:/=+-@",
        meaning="Tags of every resource that has tags, besides Firelake's own.",
        rule="AWS takes 50 tags a resource and keeps aws: for itself: "
        "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    ),
)
_STREAM: Final = (
    Setting(
        key="stream.mode",
        kind=Kind.CHOICE,
        choices=tuple(CapacityMode),
        meaning="Whether Kinesis finds the number of shards or stream.shardCount says it.",
        rule=f"{_KINESIS_API}/API_StreamModeDetails.html",
    ),
    Setting(
        key="stream.shardCount",
        kind=Kind.WHOLE,
        unit="shards",
        lowest=1,
        highest=MOST_SHARDS,
        meaning="Shards of a provisioned stream; each takes 1 MB or 1,000 records a second.",
        rule="only with mode provisioned; the highest quota that an account has unasked: "
        "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html",
    ),
    Setting(
        key="stream.retentionHours",
        kind=Kind.WHOLE,
        unit="hours",
        lowest=MIN_RETENTION_HOURS,
        highest=MAX_RETENTION_HOURS,
        meaning="How long Kinesis keeps a record: so long may everything behind it fail.",
        rule=f"{_KINESIS_API}/API_IncreaseStreamRetentionPeriod.html",
    ),
    Setting(
        key="stream.warmThroughputMibS",
        kind=Kind.WHOLE,
        unit="MiB/s",
        lowest=1,
        highest=10_240,
        meaning="What an on-demand stream takes from the start.",
        rule=f"with On-demand Advantage: {_KINESIS_API}/API_UpdateStreamWarmThroughput.html",
    ),
    Setting(
        key="stream.takesPackedRecords",
        kind=Kind.TRUTH,
        meaning="Whether `firelake produce` packs many small events into one record unless it is "
        "told otherwise: Firehose bills each record rounded up to 5 KB.",
        rule="no page tells that Firehose takes packed records together with partition keys of the "
        "function and conversion: true once `firelake verify` has shown packed-records to hold",
    ),
    Setting(
        key="stream.producerAccounts",
        kind=Kind.LIST,
        pattern="[0-9]{12}",
        form="a list of account ids of 12 digits, each in quotes",
        meaning="Other accounts whose identities may send, if policies there let them.",
        rule="the stream gets a policy, and the key's lets them encrypt for it: "
        "https://docs.aws.amazon.com/streams/latest/dev/resource-based-policy-examples.html",
    ),
)
_CLAIMS: Final = (
    Setting(
        key="claims.mode",
        kind=Kind.CHOICE,
        choices=tuple(CapacityMode),
        meaning="Whether the claims table takes what comes or scales between the units below.",
        rule="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html",
    ),
    *(
        Setting(
            key=f"claims.{least_or_most}{direction}Units",
            kind=Kind.WHOLE,
            unit=f"{direction.lower()} capacity units",
            lowest=1,
            highest=MOST_UNITS,
            meaning=f"The {word} {direction.lower()} capacity that autoscaling sets.",
            rule=_DYNAMODB_UNITS,
        )
        for direction in ("Write", "Read")
        for least_or_most, word in (("min", "least"), ("max", "greatest"))
    ),
    *(
        Setting(
            key=f"claims.warm{direction}Units",
            kind=Kind.WHOLE,
            unit=f"{direction.lower()} units/s",
            lowest=lowest,
            highest=MOST_UNITS,
            meaning=f"{direction}s that an on-demand table takes from the start. Paid once.",
            rule=f"only with mode on_demand; a new table has {lowest}, and it is never lowered: "
            "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html",
        )
        for direction, lowest in (("Write", 4_000), ("Read", 12_000))
    ),
    Setting(
        key="claims.hasPointInTimeRecovery",
        kind=Kind.TRUTH,
        meaning="Whether DynamoDB keeps backups of the claims of the last 35 days. Paid by what "
        "the table keeps, nearly as much again as for keeping it.",
        rule="a table that is lost without lets each copy pass that still comes; one that is "
        "restored late lets those pass that came meanwhile: "
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html",
    ),
    Setting(
        key="claims.tableClass",
        kind=Kind.CHOICE,
        choices=tuple(TableClass),
        meaning="Whether writes are cheap or what is kept. The latter pays where dedupeDays is "
        "long: `firelake plan` tells.",
        rule="DynamoDB changes it twice in 30 days at most, and reserves no capacity for the other "
        "class than STANDARD: "
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.tableclasses.html",
    ),
    Setting(
        key="claims.schedule",
        kind=Kind.LIST,
        pattern=ENTRY_PATTERN,
        form=f"a list of {ENTRY_FORM}",
        meaning="Which events have an item of their own in the claims table, and which share a "
        "page: windows of creation in seconds, and buckets of ids. Each entry holds for events "
        "that were created from its time on.",
        rule="an entry that is added to a living stack begins 30 hours later at the earliest, and "
        "the others stay as long as claims of theirs are kept: docs/scaling.md",
    ),
)
_TRANSFORM: Final = (
    Setting(
        key="transform.pythonVersion",
        kind=Kind.CHOICE,
        choices=("3.11", "3.12", "3.13", "3.14"),
        meaning="Python of the function's runtime. Quote it in YAML, where it is a number else.",
        rule="runtimes of Lambda for which all that the function needs has wheels: "
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    ),
    Setting(
        key="transform.architecture",
        kind=Kind.CHOICE,
        choices=tuple(Architecture),
        meaning="Processor of the function.",
        rule="https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html",
    ),
    Setting(
        key="transform.memoryMb",
        kind=Kind.WHOLE,
        unit="MB",
        lowest=128,
        highest=10_240,
        meaning="Memory of the function; its share of a processor grows with it.",
        rule=f"{_LAMBDA_API}/API_CreateFunction.html",
    ),
    Setting(
        key="transform.reservedConcurrency",
        kind=Kind.WHOLE,
        unit="invocations at once",
        lowest=1,
        highest=100_000,
        meaning="Invocations that are kept for the function, and its limit. Firehose wants up to "
        "5 a shard; where it gets fewer it retries.",
        rule="0 would stop the function; an account keeps 100 unreserved: "
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",
    ),
    Setting(
        key="transform.logRetentionDays",
        kind=Kind.CHOICE,
        unit="days",
        choices=_LOG_RETENTION_DAYS,
        meaning="How long the logs of the function and of Firehose are kept.",
        rule="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"
        "API_PutRetentionPolicy.html",
    ),
    Setting(
        key="transform.callsInFlight",
        kind=Kind.WHOLE,
        unit="calls",
        lowest=1,
        highest=MAX_CLAIMS_CALLS_IN_FLIGHT,
        meaning="Calls to DynamoDB that one invocation has under way at once.",
        rule="each call has a thread of the function",
    ),
)
_DELIVERY: Final = (
    Setting(
        key="delivery.bufferSizeMb",
        kind=Kind.WHOLE,
        unit="MB",
        lowest=64,
        highest=128,
        meaning="Firehose writes a partition's file when it has gathered so much.",
        rule="dynamic partitioning and conversion to Parquet want at least 64: "
        f"{_FIREHOSE_API}/API_BufferingHints.html",
    ),
    Setting(
        key="delivery.bufferIntervalS",
        kind=Kind.WHOLE,
        unit="s",
        lowest=60,
        highest=LONGEST_INTERVAL_S,
        meaning="Firehose writes a partition's file when so much time has passed; an event is in "
        "the lake after 1.5 times it, at worst.",
        rule="dynamic partitioning has no zero buffering: "
        f"{_FIREHOSE_GUIDE}/dynamic-partitioning-s3bucketprefix.html",
    ),
    Setting(
        key="delivery.batchSizeMb",
        kind=Kind.NUMBER,
        unit="MB",
        lowest=0.2,
        highest=3,
        meaning="Records that the function gets at once. What it answers must stay under 6 MB, "
        "and small events grow most.",
        rule="not 1, which is Firehose's default and would show as a change for ever: "
        f"{_FIREHOSE_GUIDE}/data-transformation.html",
    ),
    Setting(
        key="delivery.batchIntervalS",
        kind=Kind.WHOLE,
        unit="s",
        lowest=0,
        highest=LONGEST_INTERVAL_S,
        meaning="How long Firehose gathers records for the function, at most.",
        rule="not 60, which is Firehose's default and would show as a change for ever: "
        f"{_FIREHOSE_API}/API_ProcessorParameter.html",
    ),
    Setting(
        key="delivery.transformRetries",
        kind=Kind.WHOLE,
        unit="invocations",
        lowest=0,
        highest=300,
        meaning="How often Firehose repeats a failed invocation before the batch goes to "
        "`errors/`: so long an outage of DynamoDB waits in Kinesis.",
        rule="not 3, which is Firehose's default and would show as a change for ever: "
        f"{_FIREHOSE_API}/API_ProcessorParameter.html",
    ),
    Setting(
        key="delivery.activePartitionsQuota",
        kind=Kind.WHOLE,
        unit="partitions",
        lowest=1,
        highest=MOST_PARTITIONS,
        meaning="The account's quota of open partitions of one Firehose stream. Event types times "
        "periods of the lateness window must fit into it.",
        rule=f"{PARTITION_QUOTA} unless AWS has raised it for you; what does not fit goes to "
        f"`errors/`: {_FIREHOSE_GUIDE}/limits.html",
    ),
    Setting(
        key="delivery.acceptPartitionOverflow",
        kind=Kind.TRUTH,
        meaning="Whether to deploy although the partitions may exceed the quota.",
        rule="right where old events are known to be rare; the overflow comes back by backfill",
    ),
    *EXPIRY,
    Setting(
        key="delivery.rawBufferIntervalS",
        kind=Kind.WHOLE,
        unit="s",
        lowest=60,
        highest=LONGEST_INTERVAL_S,
        meaning="Firehose writes a file under `raw/` when so much time has passed.",
        rule=f"{_FIREHOSE_GUIDE}/create-configure-backup.html",
    ),
)
SETTINGS: Final = (
    *_LAKE,
    *NAMES,
    *EXISTING,
    *_STREAM,
    *_CLAIMS,
    *_TRANSFORM,
    *_DELIVERY,
    *CATALOG,
    *WATCH,
)
