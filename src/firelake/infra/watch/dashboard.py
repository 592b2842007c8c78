"""The dashboard of a stack: is it fresh, is it complete, what is wrong, what does it cost.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.contract.names import (
    METRIC_EVENTS_DELIVERED,
    METRIC_EVENTS_DUPLICATE,
    METRIC_EVENTS_INVALID,
    METRIC_EVENTS_RECEIVED,
)
from firelake.infra.watch.alarms import alarms
from firelake.infra.watch.dashboard_flow import completeness_rows, freshness_row
from firelake.infra.watch.dashboard_load import cost_rows, fault_rows, history_row
from firelake.infra.watch.event_rules import error_objects_rule
from firelake.infra.watch.metrics import event_rule, firehose, function, kinesis, quality
from firelake.infra.watch.widgets import Line, alarm_states, numbers, place, row, text

if TYPE_CHECKING:
    from firelake.contract.events import EventContract
    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names
    from firelake.infra.watch.widgets import Row, Widget


def dashboard_body(names: Names, config: LakeConfig, contract: EventContract) -> dict[str, object]:
    """Returns the body of a stack's dashboard, as JSON values.

    Args:
        config: The stack's settings, whose thresholds are drawn into the graphs.
        contract: The contract, whose event types have a line each.
    """
    specs, has_moves = alarms(names, config), config.catalog.moves_by_itself
    arns = [names.alarm_arn(each.key) for each in specs] if config.watch.has_alarms else []
    rows = [
        row(_introduction(names, config), height=2),
        row(_is_it_fresh(names), _is_it_complete(names), _is_anything_wrong(names), height=4),
        *([row(alarm_states("Alarms", arns), height=4)] if arns else []),
        _heading("Is it fresh?"),
        freshness_row(names, specs),
        _heading("Is it complete?"),
        *completeness_rows(names, contract.event_types if config.watch.has_type_metrics else ()),
        _heading("What is wrong?"),
        *fault_rows(names, config, specs),
        *([_heading("What has moved?"), history_row(names)] if has_moves else []),
        _heading("What does it cost?"),
        *cost_rows(names),
    ]
    return {
        "start": "-PT12H",
        # A graph's own period holds, however much time is on screen: sums stay comparable.
        "periodOverride": "inherit",
        "widgets": place(rows, names.region),
    }


def _introduction(names: Names, config: LakeConfig) -> Widget:
    return text(
        f"# {names.prefix}\n"
        "Made by `pulumi up`, which undoes changes made here. "
        f"What to do when an alarm is on: {config.watch.runbook_url}\n\n"
        "The function's counts are of attempts: a batch that Firehose repeats is counted again. "
        "Totals that add up come from the named queries of the Athena workgroup "
        f"`{names.workgroup}`."
    )


def _heading(words: str) -> Row:
    return row(text(f"## {words}"), height=1)


def _is_it_fresh(names: Names) -> Widget:
    freshness = firehose(names, "DeliveryToS3.DataFreshness")
    behind = firehose(names, "KinesisMillisBehindLatest")
    return numbers(
        "Fresh: now",
        Line("Oldest event in Firehose, s", freshness, "Maximum"),
        Line("Firehose reads behind, ms", behind, "Maximum"),
        is_of_whole_range=False,
    )


def _is_it_complete(names: Names) -> Widget:
    return numbers(
        "Complete: on this screen",
        Line("Records in", kinesis(names, "IncomingRecords")),
        Line("Events received", quality(names, METRIC_EVENTS_RECEIVED)),
        Line("Delivered", quality(names, METRIC_EVENTS_DELIVERED)),
        Line("Duplicate", quality(names, METRIC_EVENTS_DUPLICATE)),
        Line("Invalid", quality(names, METRIC_EVENTS_INVALID)),
        is_of_whole_range=True,
    )


def _is_anything_wrong(names: Names) -> Widget:
    return numbers(
        "Wrong: on this screen",
        Line("Error objects", event_rule(error_objects_rule(names).name)),
        Line("Function errors", function(names, "Errors")),
        Line("Function throttles", function(names, "Throttles")),
        Line("Failed conversions", firehose(names, "FailedConversion.Records")),
        is_of_whole_range=True,
    )
