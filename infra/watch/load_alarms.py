"""Alarms about what the stack runs on: the function, the claims table and the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infra.config import CLAIMS_DEADLINE_S, TRANSFORM_TIMEOUT_S
from infra.watch.metrics import claims, function, kinesis
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
    from infra.watch.metrics import Metric

FUNCTION_DURATION: Final = "function-duration"

# A lone failure is what the retries are for.
_TOLERATED: Final = 5
_SUSTAINED: Final = 3
_DURATION_SHARE: Final = 0.8
_S_TO_MS: Final = 1000


def load_alarms(names: Names, config: LakeConfig) -> tuple[AlarmSpec, ...]:
    """List the alarms about the function, the claims table and the stream.

    Args:
        names: The stack's names.
        config: The stack's settings, from which the thresholds come.
    """
    return (
        _function_errors(names, config),
        _function_duration(names, config),
        _function_throttles(names, config),
        _throttles(
            "claims-write-throttles",
            claims(names, "WriteThrottleEvents"),
            Advice(
                meaning="DynamoDB throttles writes of claims.",
                why="It did in each of three periods of five minutes; a burst is over sooner, and "
                "the function waits it out.",
                action="On demand: wait, the table grows with its load, or look for one id that is "
                "sent over and over. Provisioned: raise claims.maxWriteUnits.",
            ),
            names,
            config,
        ),
        _throttles(
            "claims-read-throttles",
            claims(names, "ReadThrottleEvents"),
            Advice(
                meaning="DynamoDB throttles reads of claims, which only duplicates and retries "
                "cause.",
                why="It did in each of three periods of five minutes; a burst is over sooner.",
                action="Look why there are so many copies: a producer that repeats itself, or a "
                "function that fails. Provisioned: raise claims.maxReadUnits.",
            ),
            names,
            config,
        ),
        _throttles(
            "stream-write-throttles",
            kinesis(names, "WriteProvisionedThroughputExceeded"),
            Advice(
                meaning="Kinesis refuses records of the producers.",
                why="It did in each of three periods of five minutes; a refused record is not in "
                "the stream, and only its producer can send it again.",
                action="Look whether producers retry what PutRecords reports as failed, and "
                "whether their partition keys spread. Provisioned: raise stream.shardCount.",
            ),
            names,
            config,
        ),
    )


def _failures_threshold(config: LakeConfig) -> int:
    """Failed calls in one period that are too many: no batch may use up its retries unseen."""
    return min(_TOLERATED, config.delivery.transform_retries + 1)


def _function_errors(names: Names, config: LakeConfig) -> AlarmSpec:
    threshold = _failures_threshold(config)
    key = "function-errors"
    return AlarmSpec(
        key=key,
        name=names.alarm(key),
        condition=Condition(
            watched=MetricStat(function(names, "Errors"), Statistic.SUM, PERIOD_S),
            comparison=Comparison.AT_LEAST,
            threshold=threshold,
            periods=1,
            missing=MissingData.NOT_BREACHING,
            missing_because="Lambda counts errors, also none, whenever the function is called",
        ),
        advice=Advice(
            meaning="The transform function fails.",
            why=f"It did {threshold} times or more within five minutes; Firehose repeats a failed "
            f"call {config.delivery.transform_retries} times, then the batch goes to errors/.",
            action="Read the function's log: undecided claims mean that DynamoDB is slow or down; "
            "anything else after a deployment means that it should be taken back.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _function_duration(names: Names, config: LakeConfig) -> AlarmSpec:
    threshold_s = _DURATION_SHARE * CLAIMS_DEADLINE_S
    return AlarmSpec(
        key=FUNCTION_DURATION,
        name=names.alarm(FUNCTION_DURATION),
        condition=Condition(
            watched=MetricStat(function(names, "Duration"), Statistic.MAXIMUM, PERIOD_S),
            comparison=Comparison.ABOVE,
            threshold=threshold_s * _S_TO_MS,
            periods=_SUSTAINED,
            missing=MissingData.NOT_BREACHING,
            missing_because="a function that is not called is not slow",
        ),
        advice=Advice(
            meaning="Calls of the transform function take nearly as long as they may.",
            why=f"The longest took over {threshold_s:g} s in each of three periods of five minutes;"
            f" at {CLAIMS_DEADLINE_S} s with undecided claims it raises, at {TRANSFORM_TIMEOUT_S} s"
            " Lambda ends it.",
            action="Look at the latency and the throttles of the claims table first, then raise "
            "transform.memoryMb or lower delivery.batchSizeMb.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _function_throttles(names: Names, config: LakeConfig) -> AlarmSpec:
    threshold = _failures_threshold(config)
    key = "function-throttles"
    return AlarmSpec(
        key=key,
        name=names.alarm(key),
        condition=Condition(
            watched=MetricStat(function(names, "Throttles"), Statistic.SUM, PERIOD_S),
            comparison=Comparison.AT_LEAST,
            threshold=threshold,
            periods=1,
            missing=MissingData.NOT_BREACHING,
            missing_because="a function that is not called is not throttled",
        ),
        advice=Advice(
            meaning="Lambda throttles the transform function.",
            why=f"It did {threshold} times or more within five minutes; Firehose repeats a "
            f"throttled call {config.delivery.transform_retries} times, then the batch goes to "
            "errors/.",
            action="Raise transform.reservedConcurrency to 5 times the open shards, or the "
            "account's concurrency, or find what else uses it up.",
        ),
        runbook_url=config.watch.runbook_url,
    )


def _throttles(
    key: str, metric: Metric, advice: Advice, names: Names, config: LakeConfig
) -> AlarmSpec:
    return AlarmSpec(
        key=key,
        name=names.alarm(key),
        condition=Condition(
            watched=MetricStat(metric, Statistic.SUM, PERIOD_S),
            comparison=Comparison.AT_LEAST,
            threshold=1,
            periods=_SUSTAINED,
            missing=MissingData.NOT_BREACHING,
            missing_because="throttles are published when there are some",
        ),
        advice=advice,
        runbook_url=config.watch.runbook_url,
    )
