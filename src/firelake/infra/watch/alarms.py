"""All alarms of a stack as one table, in the order of the runbook and the dashboard.

A fresh stack sends nothing: no alarm tells that all is well, and where nothing has ever been
measured nothing is missing. Each is back to OK by itself when what it tells of is over. Where days
move into history by a schedule, one is on until the first move has ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.contract.facts import CLAIMS_DEADLINE_S
from firelake.contract.names import (
    METRIC_CLAIM_PAGES_FULL,
    METRIC_EVENTS_INVALID,
    METRIC_EVENTS_RECEIVED,
)
from firelake.infra.config import TRANSFORM_TIMEOUT_S
from firelake.infra.schedule import schedule_of
from firelake.infra.watch import thresholds
from firelake.infra.watch.alarm_rows import AlarmRow, computed, filled, largest, total
from firelake.infra.watch.event_rules import crawler_failures_rule, error_objects_rule
from firelake.infra.watch.metrics import (
    claims,
    event_rule,
    firehose,
    function,
    kinesis,
    quality,
)
from firelake.infra.watch.move_alarms import OF_MOVES, move_rows
from firelake.infra.watch.spec import (
    PERIOD_S,
    Advice,
    AlarmSpec,
    Comparison,
    Condition,
    MetricStat,
    MissingData,
    Statistic,
)

if TYPE_CHECKING:
    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names

DATA_FRESHNESS: Final = "data-freshness"
ITERATOR_AGE: Final = "iterator-age"
PARTITION_COUNT: Final = "partition-count"
CRAWLER_FAILURES: Final = "crawler-failures"
FUNCTION_DURATION: Final = "function-duration"
CLAIM_PAGES_FULL: Final = "claim-pages-full"

# Firehose's longest buffer interval: a steady trickle is one alarm, not one with every file.
_ERROR_OBJECTS_PERIOD_S: Final = 900
_INVALID_PERCENT: Final = 1
_ONCE: Final = 1
_SUSTAINED: Final = 3
_MINUTE_S: Final = 60
_S_TO_MS: Final = 1000
_HOUR_MS: Final = 3_600_000


def alarms(names: Names, config: LakeConfig) -> tuple[AlarmSpec, ...]:
    """Lists the alarms of a stack.

    Without a crawler there is none to fail, nor a page of claims without pages, nor a move without
    a schedule, which also tells of errors and erasures; and where overflow is accepted many open
    partitions are no news.

    Args:
        config: The stack's settings, from which the thresholds come.
    """
    absent: set[str] = set()
    if config.delivery.accept_partition_overflow:
        absent.add(PARTITION_COUNT)
    if not config.catalog.has_crawler:
        absent.add(CRAWLER_FAILURES)
    if not schedule_of(config).has_pages:
        absent.add(CLAIM_PAGES_FULL)
    if not config.catalog.moves_by_itself:
        absent |= OF_MOVES
    return tuple(
        AlarmSpec(
            key=row.key,
            name=names.alarm(row.key),
            condition=Condition(row.watched, *row.when, *row.no_data),
            advice=Advice(row.meaning, row.why, row.action),
            runbook_url=config.watch.runbook_url,
        )
        for row in _table(names, config)
        if row.key not in absent
    )


def _table(names: Names, config: LakeConfig) -> list[AlarmRow]:
    above, at_least, below = Comparison.ABOVE, Comparison.AT_LEAST, Comparison.BELOW
    keep, well, tell = MissingData.IGNORE, MissingData.NOT_BREACHING, MissingData.MISSING
    fresh_s, failures = thresholds.freshness_s(config), thresholds.failures(config)
    quota, retries = config.delivery.active_partitions_quota, config.delivery.transform_retries
    hours, minutes = config.stream.retention_hours, config.watch.no_data_minutes
    silent, undelivered = thresholds.silent_periods(config), thresholds.undelivered_periods(config)
    no_attempt = "no attempt to write says neither that writes work nor that they fail"
    no_record = "without records no partition is open"
    no_match = "EventBridge counts a rule's events when there are some"
    return [
        AlarmRow(
            DATA_FRESHNESS,
            largest(firehose(names, "DeliveryToS3.DataFreshness")),
            (above, fresh_s, _SUSTAINED),
            (keep, "a delivery that is blocked gives no data points either"),
            meaning="Events reach the lake late.",
            why=f"The oldest event in Firehose is above {fresh_s} s for 15 minutes: buffering, "
            "one call of the function and some retries take less.",
            action="Nothing is lost while the stream keeps it. Look whether the function fails or "
            "is throttled, then whether S3 or the key refuses writes.",
        ),
        AlarmRow(
            ITERATOR_AGE,
            # Not Kinesis's GetRecords.IteratorAgeMilliseconds: it is the greatest of all readers,
            # and somebody who reads the stream from its start is no danger.
            largest(firehose(names, "KinesisMillisBehindLatest")),
            (above, hours * _HOUR_MS / 2, _SUSTAINED),
            (keep, "a reader that has stopped gives no data points and is no better off"),
            meaning="Firehose is so far behind that events may expire in the stream unread.",
            why=f"It reads more than {hours / 2:g} hours behind, half of the stream's retention of "
            f"{hours} hours; beyond the retention the promise ends.",
            action="Raise the stream's retention at once, which gives time, then find what "
            "holds delivery up.",
        ),
        AlarmRow(
            "no-incoming-records",
            total(kinesis(names, "IncomingRecords")),
            (below, 1, silent),
            (tell, "a stream that nobody writes to any more has no data points"),
            meaning="Nobody has put a record on the stream.",
            why=f"It has been so for {minutes} minutes, which watch.noDataMinutes says is too "
            "long for this stack.",
            action="Look at the producers: their errors, their credentials, and whether they may "
            "use the stream's key.",
        ),
        AlarmRow(
            "no-delivery",
            total(firehose(names, "DeliveryToS3.Records")),
            (below, 1, undelivered),
            (tell, "a delivery that is blocked, or reads nothing any more, has no data points"),
            meaning="Firehose has written nothing to the lake.",
            why=f"It has been so for {undelivered * PERIOD_S // _MINUTE_S} minutes, longer than "
            "buffering takes; freshness and iterator age have no data points then.",
            action="If the alarm no-incoming-records is on too, look at the producers. If not, "
            "look whether Firehose may read the stream and use the key.",
        ),
        *(
            AlarmRow(
                key,
                MetricStat(firehose(names, metric), Statistic.AVERAGE),
                (below, 1, _SUSTAINED),
                (keep, no_attempt),
                meaning=f"Writes of Firehose to {prefix} fail.",
                why="Some have failed in each of three periods of five minutes: S3 refuses a write "
                "now and then, but not so long.",
                action="Firehose tries again until the stream drops the records. Read its log "
                "for the code; mend the role, the bucket policy or the key.",
            )
            for key, metric, prefix in (
                ("delivery-failures", "DeliveryToS3.Success", "events/"),
                ("backup-failures", "BackupToS3.Success", "raw/"),
            )
        ),
        AlarmRow(
            "error-objects",
            total(event_rule(error_objects_rule(names).name), _ERROR_OBJECTS_PERIOD_S),
            (at_least, 1, _ONCE),
            (well, no_match),
            meaning="Firehose has put objects under errors/: events that are not rows of the lake.",
            why="A single one is somebody's event. They stay there until they "
            "expire, so nothing is lost at once.",
            action="Count them by type and code with the SQL in the runbook, mend the cause, then "
            "put them back. OK only means that no more have come.",
        ),
        AlarmRow(
            "invalid-events",
            # The function writes both counts with every batch, so that neither is missing where
            # the other is there, and a batch that is counted twice does not change their share.
            computed(
                "share",
                "100 * invalid / received",
                "Invalid, %",
                invalid=quality(names, METRIC_EVENTS_INVALID),
                received=quality(names, METRIC_EVENTS_RECEIVED),
            ),
            (above, _INVALID_PERCENT, _SUSTAINED),
            (well, "without events none is invalid"),
            meaning="A producer sends events that break the contract.",
            why=f"More than {_INVALID_PERCENT} % of the events were invalid in each of three "
            "periods of five minutes: that is a release, not a bad device.",
            action="The dashboard shows the reasons, the function's log the fields. Have the "
            "producer taken back, or the contract extended; then put the events back.",
        ),
        AlarmRow(
            "conversion-failures",
            total(firehose(names, "FailedConversion.Records")),
            (at_least, 1, _ONCE),
            (well, "without records none fails to convert"),
            meaning="Firehose cannot write the function's rows by the Glue table.",
            why="Not one should fail, as the function checks every value against the same "
            "contract as the table's columns come from.",
            action="Compare the table with the contract: was it changed by hand, or was the "
            "function updated without it? Deploy both again, then put the rows back.",
        ),
        AlarmRow(
            "partition-overflow",
            largest(firehose(names, "PartitionCountExceeded")),
            (at_least, 1, _ONCE),
            (well, no_record),
            meaning="Firehose has more partitions open than it may, and sends valid events to "
            "errors/.",
            why="The metric is 1 as soon as the quota of active partitions is exceeded.",
            action="Stop who sends old events of many days at once, or ask AWS for more active "
            "partitions and set delivery.activePartitionsQuota.",
        ),
        AlarmRow(
            PARTITION_COUNT,
            largest(firehose(names, "PartitionCount")),
            (at_least, thresholds.many_partitions(config), _SUSTAINED),
            (well, no_record),
            meaning="Firehose will soon have more partitions open than it may.",
            why=f"For 15 minutes at least {thresholds.many_partitions(config):g} of the {quota} of "
            "delivery.activePartitionsQuota were open; each event type opens one for every "
            f"{config.granularity} of which events come. What is beyond goes to errors/.",
            action="See whether somebody sends old events; ask AWS for a higher quota before the "
            "contract gets more event types or lateness grows.",
        ),
        AlarmRow(
            CRAWLER_FAILURES,
            total(event_rule(crawler_failures_rule(names).name)),
            (at_least, 1, _ONCE),
            (well, no_match),
            meaning="The crawler has failed, so that the newest partitions are not registered.",
            why="It runs seldom, and every failed run leaves them out.",
            action="Athena is not affected: it projects partitions. For Spark, Redshift Spectrum "
            "and partition reads, see the crawler's log and start it again.",
        ),
        AlarmRow(
            "function-errors",
            total(function(names, "Errors")),
            (at_least, failures, _ONCE),
            (well, "Lambda counts errors, also none, whenever the function is called"),
            meaning="The transform function fails.",
            why=f"It did {failures} times or more within five minutes; Firehose repeats a failed "
            f"call {retries} times, then the batch goes to errors/.",
            action="Read the function's log: undecided claims mean that DynamoDB is slow or down; "
            "anything else after a deployment means that it should be taken back.",
        ),
        AlarmRow(
            FUNCTION_DURATION,
            largest(function(names, "Duration")),
            (above, thresholds.CALL_S * _S_TO_MS, _SUSTAINED),
            (well, "a function that is not called is not slow"),
            meaning="Calls of the transform function take nearly as long as they may.",
            why=f"The longest took over {thresholds.CALL_S:g} s in each of three periods of five "
            f"minutes; at {CLAIMS_DEADLINE_S} s with undecided claims it raises, at "
            f"{TRANSFORM_TIMEOUT_S} s Lambda ends it.",
            action="Look at the latency and the throttles of the claims table first, then raise "
            "transform.memoryMb or lower delivery.batchSizeMb.",
        ),
        AlarmRow(
            "function-throttles",
            total(function(names, "Throttles")),
            (at_least, failures, _ONCE),
            (well, "a function that is not called is not throttled"),
            meaning="Lambda throttles the transform function.",
            why=f"It did {failures} times or more within five minutes; Firehose repeats a "
            f"throttled call {retries} times, then the batch goes to errors/.",
            action="Raise transform.reservedConcurrency to 5 times the open shards, or the "
            "account's concurrency, or find what else uses it up.",
        ),
        AlarmRow(
            "claims-write-throttles",
            filled("write_throttles", claims(names, "WriteThrottleEvents")),
            (at_least, 1, _SUSTAINED),
            (well, "DynamoDB counts throttles when there are some: FILL makes the others zero"),
            meaning="DynamoDB throttles writes of claims.",
            why="It did in each of three periods of five minutes; a burst is over sooner, and the "
            "function waits it out.",
            action="On demand: wait, the table grows with its load, or look for one id that is "
            "sent over and over. Provisioned: raise claims.maxWriteUnits.",
        ),
        AlarmRow(
            "claims-read-throttles",
            filled("read_throttles", claims(names, "ReadThrottleEvents")),
            (at_least, 1, _SUSTAINED),
            (well, "DynamoDB counts throttles when there are some: FILL makes the others zero"),
            meaning="DynamoDB throttles reads of claims, which only duplicates and retries cause.",
            why="It did in each of three periods of five minutes; a burst is over sooner.",
            action="Look why there are so many copies: a producer that repeats itself, or a "
            "function that fails. Provisioned: raise claims.maxReadUnits.",
        ),
        AlarmRow(
            CLAIM_PAGES_FULL,
            total(quality(names, METRIC_CLAIM_PAGES_FULL)),
            (at_least, 1, _SUSTAINED),
            (well, "without claims on pages none is full"),
            meaning="Pages of claims fill up, and the events that find no place on them cost as "
            "much as an item each.",
            why="Some did in each of three periods of five minutes; a producer that stamps many "
            "events with one time fills a page now and then.",
            action="Add an entry to claims.schedule with a shorter window or more buckets, as "
            "firelake plan recommends for the load; nothing is lost or doubled meanwhile.",
        ),
        AlarmRow(
            "stream-write-throttles",
            total(kinesis(names, "WriteProvisionedThroughputExceeded")),
            (at_least, 1, _SUSTAINED),
            (well, "without records none is refused"),
            meaning="Kinesis refuses records of the producers.",
            why="It did in each of three periods of five minutes; a refused record is not in "
            "the stream, and only its producer can send it again.",
            action="Look whether producers retry what PutRecords reports as failed, and whether "
            "their partition keys spread. Provisioned: raise stream.shardCount.",
        ),
        *move_rows(names),
    ]
