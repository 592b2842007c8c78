"""Alarms about events that do not become rows, and about the crawler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from contract.names import METRIC_EVENTS_INVALID, METRIC_EVENTS_RECEIVED
from infra.watch.event_rules import crawler_failures_rule, error_objects_rule
from infra.watch.metrics import event_rule, firehose, quality
from infra.watch.spec import (
    PERIOD_S,
    Advice,
    AlarmSpec,
    Comparison,
    Condition,
    MetricQuery,
    MetricStat,
    MissingData,
    Statistic,
)

if TYPE_CHECKING:
    from infra.config import LakeConfig
    from infra.naming import Names

PARTITION_COUNT: Final = "partition-count"

# Firehose's longest buffer interval: a steady trickle is one alarm, not one with every file.
_ERROR_OBJECTS_PERIOD_S: Final = 900
_INVALID_PERCENT: Final = 1
_QUOTA_SHARE: Final = 0.8
_SUSTAINED: Final = 3


def error_alarms(names: Names, config: LakeConfig) -> tuple[AlarmSpec, ...]:
    """List the alarms about events that do not become rows, and about the crawler.

    Args:
        names: The stack's names.
        config: The stack's settings: without a crawler there is none to fail, and where overflow
            is accepted many open partitions are no news.
    """
    alarms = [
        _error_objects(names, config),
        _invalid_events(names, config),
        _conversion_failures(names, config),
        _partition_overflow(names, config),
    ]
    if not config.delivery.accept_partition_overflow:
        alarms.append(_partition_count(names, config))
    if config.catalog.has_crawler:
        alarms.append(_crawler_failures(names, config))
    return tuple(alarms)


def _error_objects(names: Names, config: LakeConfig) -> AlarmSpec:
    key = "error-objects"
    return AlarmSpec(
        key=key,
        name=names.alarm(key),
        condition=Condition(
            watched=MetricStat(
                event_rule(error_objects_rule(names).name), Statistic.SUM, _ERROR_OBJECTS_PERIOD_S
            ),
            comparison=Comparison.AT_LEAST,
            threshold=1,
            periods=1,
            missing=MissingData.NOT_BREACHING,
            missing_because="EventBridge counts a rule's events when there are some",
        ),
        advice=Advice(
            meaning="Firehose has put objects under errors/: events that are not rows of the lake.",
            why="A single one is somebody's event. They stay there for good, so nothing is lost.",
            action="Count them by type and code with the SQL in the runbook, mend the cause, then "
            "put them back. OK only means that no more have come.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _invalid_events(names: Names, config: LakeConfig) -> AlarmSpec:
    key = "invalid-events"
    invalid = MetricQuery(
        id="invalid",
        stat=MetricStat(quality(names, METRIC_EVENTS_INVALID), Statistic.SUM, PERIOD_S),
    )
    received = MetricQuery(
        id="received",
        stat=MetricStat(quality(names, METRIC_EVENTS_RECEIVED), Statistic.SUM, PERIOD_S),
    )
    # The function writes both counts with every batch, so that neither is missing where the other
    # is there, and a batch that is counted twice does not change their share.
    share = MetricQuery(
        id="share", expression="100 * invalid / received", label="Invalid, %", is_result=True
    )
    return AlarmSpec(
        key=key,
        name=names.alarm(key),
        condition=Condition(
            watched=(share, invalid, received),
            comparison=Comparison.ABOVE,
            threshold=_INVALID_PERCENT,
            periods=_SUSTAINED,
            missing=MissingData.NOT_BREACHING,
            missing_because="without events none is invalid",
        ),
        advice=Advice(
            meaning="A producer sends events that break the contract.",
            why=f"More than {_INVALID_PERCENT} % of the events were invalid in each of three "
            "periods of five minutes: that is a release, not a bad device.",
            action="The dashboard shows the reasons, the function's log the fields. Have the "
            "producer taken back, or the contract extended; then put the events back.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _conversion_failures(names: Names, config: LakeConfig) -> AlarmSpec:
    key = "conversion-failures"
    return AlarmSpec(
        key=key,
        name=names.alarm(key),
        condition=Condition(
            watched=MetricStat(
                firehose(names, "FailedConversion.Records"), Statistic.SUM, PERIOD_S
            ),
            comparison=Comparison.AT_LEAST,
            threshold=1,
            periods=1,
            missing=MissingData.NOT_BREACHING,
            missing_because="without records none fails to convert",
        ),
        advice=Advice(
            meaning="Firehose cannot write the function's rows by the Glue table.",
            why="Not one should fail, as the function checks every value against the same "
            "contract as the table's columns come from.",
            action="Compare the table with the contract: was it changed by hand, or was the "
            "function updated without it? Deploy both again, then put the rows back.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _partition_overflow(names: Names, config: LakeConfig) -> AlarmSpec:
    key = "partition-overflow"
    return AlarmSpec(
        key=key,
        name=names.alarm(key),
        condition=Condition(
            watched=MetricStat(
                firehose(names, "PartitionCountExceeded"), Statistic.MAXIMUM, PERIOD_S
            ),
            comparison=Comparison.AT_LEAST,
            threshold=1,
            periods=1,
            missing=MissingData.NOT_BREACHING,
            missing_because="without records no partition is open",
        ),
        advice=Advice(
            meaning="Firehose has more partitions open than it may, and sends valid events to "
            "errors/.",
            why="The metric is 1 as soon as the quota of active partitions is exceeded.",
            action="Stop who sends old events of many days at once, or ask AWS for more active "
            "partitions and set delivery.activePartitionsQuota.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _partition_count(names: Names, config: LakeConfig) -> AlarmSpec:
    quota = config.delivery.active_partitions_quota
    return AlarmSpec(
        key=PARTITION_COUNT,
        name=names.alarm(PARTITION_COUNT),
        condition=Condition(
            watched=MetricStat(firehose(names, "PartitionCount"), Statistic.MAXIMUM, PERIOD_S),
            comparison=Comparison.AT_LEAST,
            threshold=_QUOTA_SHARE * quota,
            periods=_SUSTAINED,
            missing=MissingData.NOT_BREACHING,
            missing_because="without records no partition is open",
        ),
        advice=Advice(
            meaning="Firehose will soon have more partitions open than it may.",
            why=f"For 15 minutes at least {_QUOTA_SHARE * quota:g} of the {quota} of "
            f"delivery.activePartitionsQuota were open; each event type opens one for every "
            f"{config.granularity} of which events come. What is beyond goes to errors/.",
            action="See whether somebody sends old events; ask AWS for a higher quota before the "
            "contract gets more event types or lateness grows.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _crawler_failures(names: Names, config: LakeConfig) -> AlarmSpec:
    key = "crawler-failures"
    return AlarmSpec(
        key=key,
        name=names.alarm(key),
        condition=Condition(
            watched=MetricStat(
                event_rule(crawler_failures_rule(names).name), Statistic.SUM, PERIOD_S
            ),
            comparison=Comparison.AT_LEAST,
            threshold=1,
            periods=1,
            missing=MissingData.NOT_BREACHING,
            missing_because="EventBridge counts a rule's events when there are some",
        ),
        advice=Advice(
            meaning="The crawler has failed, so that the newest partitions are not registered.",
            why="It runs seldom, and every failed run leaves them out.",
            action="Athena is not affected: it projects partitions. For Spark, Redshift Spectrum "
            "and partition reads, see the crawler's log and start it again.",
        ),
        runbook_url=config.watch.runbook_url,
    )
