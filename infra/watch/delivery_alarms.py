"""Alarms about the way of events into the lake: late, stuck, or not there at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from infra.config import TRANSFORM_TIMEOUT_S
from infra.watch.metrics import firehose, kinesis
from infra.watch.spec import (
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
    from infra.config import LakeConfig
    from infra.naming import Names

DATA_FRESHNESS: Final = "data-freshness"
ITERATOR_AGE: Final = "iterator-age"

# Firehose buffers in stages: an event waits for up to one and a half intervals.
# https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-s3bucketprefix.html
_BUFFER_STAGES: Final = 1.5
# Some retries of one batch are no reason to wake anybody.
_RETRY_MARGIN_S: Final = 300
_SUSTAINED: Final = 3
_MINUTE_S: Final = 60
_HOUR_MS: Final = 3_600_000


def freshness_threshold_s(config: LakeConfig) -> int:
    """Give the age in seconds that no event in Firehose reaches while everything is well."""
    delivery = config.delivery
    return (
        math.ceil(_BUFFER_STAGES * delivery.buffer_interval_s)
        + delivery.batch_interval_s
        + TRANSFORM_TIMEOUT_S
        + _RETRY_MARGIN_S
    )


def delivery_alarms(names: Names, config: LakeConfig) -> tuple[AlarmSpec, ...]:
    """List the alarms about delivery.

    Args:
        names: The stack's names.
        config: The stack's settings, from which the thresholds come.
    """
    return (
        _data_freshness(names, config),
        _iterator_age(names, config),
        _no_incoming_records(names, config),
        _no_delivery(names, config),
        _failed_writes(names, config, "delivery-failures", "DeliveryToS3.Success", "events/"),
        _failed_writes(names, config, "backup-failures", "BackupToS3.Success", "raw/"),
    )


def _data_freshness(names: Names, config: LakeConfig) -> AlarmSpec:
    threshold_s = freshness_threshold_s(config)
    return AlarmSpec(
        key=DATA_FRESHNESS,
        name=names.alarm(DATA_FRESHNESS),
        condition=Condition(
            watched=MetricStat(
                firehose(names, "DeliveryToS3.DataFreshness"), Statistic.MAXIMUM, PERIOD_S
            ),
            comparison=Comparison.ABOVE,
            threshold=threshold_s,
            periods=_SUSTAINED,
            missing=MissingData.IGNORE,
            missing_because="a delivery that is blocked gives no data points either",
        ),
        advice=Advice(
            meaning="Events reach the lake late.",
            why=f"The oldest event in Firehose is above {threshold_s} s for 15 minutes: buffering, "
            "one call of the function and some retries take less.",
            action="Nothing is lost while the stream keeps it. Look whether the function fails or "
            "is throttled, then whether S3 or the key refuses writes.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _iterator_age(names: Names, config: LakeConfig) -> AlarmSpec:
    hours = config.stream.retention_hours
    return AlarmSpec(
        key=ITERATOR_AGE,
        name=names.alarm(ITERATOR_AGE),
        condition=Condition(
            # Not Kinesis's GetRecords.IteratorAgeMilliseconds: it is the greatest of all readers,
            # and somebody who reads the stream from its start is no danger.
            watched=MetricStat(
                firehose(names, "KinesisMillisBehindLatest"), Statistic.MAXIMUM, PERIOD_S
            ),
            comparison=Comparison.ABOVE,
            threshold=hours * _HOUR_MS / 2,
            periods=_SUSTAINED,
            missing=MissingData.IGNORE,
            missing_because="a reader that has stopped gives no data points and is no better off",
        ),
        advice=Advice(
            meaning="Firehose is so far behind that events may expire in the stream unread.",
            why=f"It reads more than {hours / 2:g} hours behind, half of the stream's retention of "
            f"{hours} hours; beyond the retention the promise ends.",
            action="Raise the stream's retention at once, which gives time, then find what "
            "holds delivery up.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _no_incoming_records(names: Names, config: LakeConfig) -> AlarmSpec:
    minutes = config.watch.no_data_minutes
    key = "no-incoming-records"
    return AlarmSpec(
        key=key,
        name=names.alarm(key),
        condition=Condition(
            watched=MetricStat(kinesis(names, "IncomingRecords"), Statistic.SUM, PERIOD_S),
            comparison=Comparison.BELOW,
            threshold=1,
            periods=_periods(minutes * _MINUTE_S),
            missing=MissingData.BREACHING,
            missing_because="a stream that nobody writes to has no data points",
        ),
        advice=Advice(
            meaning="Nobody has put a record on the stream.",
            why=f"It has been so for {minutes} minutes, which watch.noDataMinutes says is too "
            "long for this stack.",
            action="Look at the producers: their errors, their credentials, and whether they may "
            "use the stream's key.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _no_delivery(names: Names, config: LakeConfig) -> AlarmSpec:
    # Shorter than the way to the lake, the time would be an alarm after every quiet hour.
    silent_s = max(config.watch.no_data_minutes * _MINUTE_S, freshness_threshold_s(config))
    periods = _periods(silent_s)
    key = "no-delivery"
    return AlarmSpec(
        key=key,
        name=names.alarm(key),
        condition=Condition(
            watched=MetricStat(firehose(names, "DeliveryToS3.Records"), Statistic.SUM, PERIOD_S),
            comparison=Comparison.BELOW,
            threshold=1,
            periods=periods,
            missing=MissingData.BREACHING,
            missing_because="a delivery that is blocked, or reads nothing, has no data points",
        ),
        advice=Advice(
            meaning="Firehose has written nothing to the lake.",
            why=f"It has been so for {periods * PERIOD_S // _MINUTE_S} minutes, longer than "
            "buffering takes; freshness and iterator age have no data points then.",
            action="If the alarm no-incoming-records is on too, look at the producers. If not, "
            "look whether Firehose may read the stream and use the key.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _failed_writes(
    names: Names, config: LakeConfig, key: str, metric: str, prefix: str
) -> AlarmSpec:
    return AlarmSpec(
        key=key,
        name=names.alarm(key),
        condition=Condition(
            watched=MetricStat(firehose(names, metric), Statistic.AVERAGE, PERIOD_S),
            comparison=Comparison.BELOW,
            threshold=1,
            periods=_SUSTAINED,
            missing=MissingData.IGNORE,
            missing_because="no attempt to write says neither that writes work nor that they fail",
        ),
        advice=Advice(
            meaning=f"Writes of Firehose to {prefix} fail.",
            why="Some have failed in each of three periods of five minutes: S3 refuses a write now "
            "and then, but not so long.",
            action="Firehose tries again until the stream drops the records. Read its log for the "
            "code; mend the role, the bucket policy or the key.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _periods(seconds: int) -> int:
    return math.ceil(seconds / PERIOD_S)
