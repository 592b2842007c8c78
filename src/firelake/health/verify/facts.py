"""Facts about AWS that no page tells, and which of them hold where the canaries went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.health.verify import looks
from firelake.health.verify.findings import Finding, Result

if TYPE_CHECKING:
    from firelake.health.verify.evidence import Evidence
    from firelake.health.verify.looks import Look


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about AWS that no page tells, and that this project relies on or allows for.

    Attributes:
        observed_by: How verify sees it; of facts that it cannot see, what would show them.
        look: Whether it holds, of what was gathered; None where that cannot be seen.
        is_relied_on: Whether the lake is wrong where it does not hold.
    """

    name: str
    statement: str
    observed_by: str
    look: Look | None = None
    is_relied_on: bool = False


def facts_of(evidence: Evidence) -> list[Finding]:
    """Returns for each fact whether it holds."""
    return [_finding(fact, evidence) for fact in FACTS]


def _finding(fact: Fact, evidence: Evidence) -> Finding:
    try:
        sight = fact.observed_by if fact.look is None else fact.look(evidence)
    except looks.UnseenError as error:
        sight = str(error)
    if isinstance(sight, str):
        return Finding(fact.name, Result.UNKNOWN, sight)
    holds, detail = sight
    return Finding(fact.name, Result.HOLDS if holds else Result.FAILS, detail)


FACTS: Final = (
    Fact(
        "packed-records",
        "Firehose takes several JSON objects in one record together with partition keys of the"
        " function and conversion to Parquet",
        "the packed canary is one row an event",
        looks.packed,
    ),
    Fact(
        "partition-columns",
        "Firehose leaves the table's partition keys out of the files that it converts to",
        "columns of a Parquet file with canaries",
        looks.partition_columns,
        is_relied_on=True,
    ),
    Fact(
        "parquet-timestamps",
        "Firehose writes timestamps as INT96",
        "physical type in a Parquet file with canaries",
        looks.timestamps,
    ),
    Fact(
        "error-members",
        "a line of a processing-failed object has the members of one of the two known forms",
        "lines of the canaries that must fail",
        looks.error_members,
    ),
    Fact(
        "error-data",
        "rawData of a record from Kinesis holds the bytes as they were sent",
        "lines of the canaries that must fail",
        looks.error_data,
        is_relied_on=True,
    ),
    Fact(
        "duplicate-item",
        "a PartiQL INSERT of a key that exists fails alone, and the rest of its batch is written",
        "of an event sent twice one row comes, of a reused id one row and one failure",
        looks.duplicate_item,
        is_relied_on=True,
    ),
    Fact(
        "positions",
        "a row has the stream position that its claim has, also of packed records",
        "rows and claims of the canaries",
        looks.positions,
        is_relied_on=True,
    ),
    Fact(
        "source-backup",
        "the source backup has every record as it came, whatever becomes of it",
        "objects under raw/",
        looks.backup,
        is_relied_on=True,
    ),
    Fact(
        "freshness-metric",
        "DeliveryToS3.DataFreshness has a point for a stream with dynamic partitioning",
        "the metric",
        looks.freshness,
        is_relied_on=True,
    ),
    Fact(
        "rule-metric",
        "an EventBridge rule without a target publishes MatchedEvents",
        "the metric of the rule for objects under errors/, after the canaries that must fail",
        looks.rule_metric,
        is_relied_on=True,
    ),
    Fact(
        "crawler-rights",
        "a crawler that only adds partitions does without glue:UpdateTable",
        "its last run, and a partition of the canaries that it registered; --crawl runs it",
        looks.crawler_rights,
        is_relied_on=True,
    ),
    Fact(
        "kms-conditions",
        "calls of Firehose and Athena to KMS carry what the conditions of the policies ask for",
        "a file with canaries is encrypted with the key, and Athena read it",
        looks.kms_context,
        is_relied_on=True,
    ),
    Fact(
        "empty-arrays",
        "Firehose writes an empty array as one",
        "the canary with an empty array, as Athena shows it",
        looks.empty_arrays,
    ),
    Fact(
        "old-dates",
        "Firehose writes dates before 1582 as they are, and Athena shows them so",
        "the canary with the date 0001-01-01, as Athena shows it",
        looks.old_dates,
    ),
    Fact(
        "number-literals",
        "a number without an exponent, 1.5, is a double in Athena's SQL",
        "typeof(1.5)",
        looks.number_literals,
    ),
    Fact(
        "double-texts",
        "Athena casts the double 1 to the text 1.0E0",
        "CAST(1e0 AS varchar)",
        looks.double_texts,
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
