"""What verify finds: checks of the promise, and facts about AWS that no page tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final


@unique
class Result(StrEnum):
    """How a check or a fact came out."""

    HOLDS = "holds"
    FAILS = "does not hold"
    UNKNOWN = "not observable here"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result.

    Attributes:
        name: Of a check what was looked at; of a fact its name in docs/verification.md.
        detail: What was seen; text from outside, to be shown harmlessly.
    """

    name: str
    result: Result
    detail: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about AWS that no page tells, and that this project relies on or allows for.

    Attributes:
        observed_by: How verify sees it; of facts that it cannot see, what would show them.
        is_relied_on: Whether the lake is wrong where it does not hold.
    """

    name: str
    statement: str
    observed_by: str
    is_relied_on: bool = False


PACKED: Final = "packed-records"
PARTITION_COLUMNS: Final = "partition-columns"
TIMESTAMPS: Final = "parquet-timestamps"
ERROR_MEMBERS: Final = "error-members"
ERROR_DATA: Final = "error-data"
DUPLICATE_ITEM: Final = "duplicate-item"
POSITIONS: Final = "positions"
BACKUP: Final = "source-backup"
RULE_METRIC: Final = "rule-metric"
CRAWLER_RIGHTS: Final = "crawler-rights"
KMS_CONTEXT: Final = "kms-conditions"
FRESHNESS: Final = "freshness-metric"
EMPTY_ARRAYS: Final = "empty-arrays"
OLD_DATES: Final = "old-dates"
NUMBER_LITERALS: Final = "number-literals"
DOUBLE_TEXTS: Final = "double-texts"

FACTS: Final = (
    Fact(
        PACKED,
        "Firehose takes several JSON objects in one record together with partition keys of the"
        " function and conversion to Parquet",
        "the packed canary is one row an event",
    ),
    Fact(
        PARTITION_COLUMNS,
        "Firehose leaves the table's partition keys out of the files that it converts to",
        "columns of a Parquet file with canaries",
        is_relied_on=True,
    ),
    Fact(
        TIMESTAMPS,
        "Firehose writes timestamps as INT96",
        "physical type in a Parquet file with canaries",
    ),
    Fact(
        ERROR_MEMBERS,
        "a line of a processing-failed object has the members of one of the two known forms",
        "lines of the canaries that must fail",
    ),
    Fact(
        ERROR_DATA,
        "rawData of a record from Kinesis holds the bytes as they were sent",
        "lines of the canaries that must fail",
        is_relied_on=True,
    ),
    Fact(
        DUPLICATE_ITEM,
        "a PartiQL INSERT of a key that exists fails alone, and the rest of its batch is written",
        "of an event sent twice one row comes, of a reused id one row and one failure",
        is_relied_on=True,
    ),
    Fact(
        POSITIONS,
        "a row has the stream position that its claim has, also of packed records",
        "rows and claims of the canaries",
        is_relied_on=True,
    ),
    Fact(
        BACKUP,
        "the source backup has every record as it came, whatever becomes of it",
        "objects under raw/",
        is_relied_on=True,
    ),
    Fact(
        FRESHNESS,
        "DeliveryToS3.DataFreshness has a point for a stream with dynamic partitioning",
        "the metric",
        is_relied_on=True,
    ),
    Fact(
        RULE_METRIC,
        "an EventBridge rule without a target publishes MatchedEvents",
        "the metric of the rule for objects under errors/, after the canaries that must fail",
        is_relied_on=True,
    ),
    Fact(
        CRAWLER_RIGHTS,
        "a crawler that only adds partitions does without glue:UpdateTable",
        "its last run, and a partition of the canaries that it registered; --crawl runs it",
        is_relied_on=True,
    ),
    Fact(
        KMS_CONTEXT,
        "calls of Firehose and Athena to KMS carry what the conditions of the policies ask for",
        "a file with canaries is encrypted with the key, and Athena read it",
        is_relied_on=True,
    ),
    Fact(
        EMPTY_ARRAYS,
        "Firehose writes an empty array as one",
        "the canary with an empty array, as Athena shows it",
    ),
    Fact(
        OLD_DATES,
        "Firehose writes dates before 1582 as they are, and Athena shows them so",
        "the canary with the date 0001-01-01, as Athena shows it",
    ),
    Fact(
        NUMBER_LITERALS,
        "a number without an exponent, 1.5, is a double in Athena's SQL",
        "typeof(1.5)",
    ),
    Fact(
        DOUBLE_TEXTS,
        "Athena casts the double 1 to the text 1.0E0",
        "CAST(1e0 AS varchar)",
    ),
    Fact(
        "record-ids",
        "recordId and the order of records stay when a shard is read again",
        "nothing brings it about; the function relies on neither",
    ),
    Fact(
        "schema-pickup",
        "how soon Firehose converts by a new version of the table",
        "only a deployment shows it; a young field stays in extras, too, for a week and more",
    ),
    Fact(
        "partition-overflow",
        "error type, code and members of records beyond the quota of active partitions",
        "500 partitions open at once",
    ),
    Fact(
        "missing-key",
        "error type and members of a record for which the function gives no partition key",
        "the function always gives both",
    ),
    Fact(
        "time-out-code",
        "the code of a batch whose function timed out, and the wait between tries",
        "a function that times out",
    ),
    Fact(
        "numbers",
        "what becomes of numbers that do not fit their column",
        "the function lets none pass",
    ),
    Fact(
        "duplicate-keys",
        "what becomes of a JSON object that has a key twice, also in letters of another case",
        "the function writes each key once",
    ),
    Fact(
        "boolean-texts",
        "what becomes of a text in a boolean column",
        "the function lets none pass",
    ),
    Fact(
        "insert-units",
        "a PartiQL INSERT of a key that exists costs a write unit",
        "ConsumedWriteCapacityUnits of a quiet table, by hand",
    ),
    Fact(
        "billed-sizes",
        "Firehose bills a packed record as one, rounded up to 5 KB once",
        "the bill",
    ),
    Fact(
        "silent-metrics",
        "Kinesis and Firehose publish no data points of a stream that nobody has sent to",
        "a stack without producers: no-incoming-records and no-delivery stay silent",
    ),
    Fact(
        "filled-throttles",
        "an alarm on FILL of a metric of DynamoDB is back to OK when no throttle follows",
        "the state of the alarm on throttles after the last one",
    ),
)
