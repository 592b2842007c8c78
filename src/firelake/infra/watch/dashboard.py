"""The dashboard of a stack: is it fresh, is it complete, what is wrong, what does it cost.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.contract.names import (
    METRIC_EVENTS_DELIVERED,
    METRIC_EVENTS_DUPLICATE,
    METRIC_EVENTS_INVALID,
    METRIC_EVENTS_RECEIVED,
)
from firelake.infra.watch.alarms import alarms
from firelake.infra.watch.dashboard_flow import completeness_rows, freshness_rows
from firelake.infra.watch.dashboard_load import cost_rows, fault_rows, history_rows
from firelake.infra.watch.event_rules import error_objects_rule
from firelake.infra.watch.metrics import event_rule, firehose, function, kinesis, quality
from firelake.infra.watch.widgets import AlarmStates, Line, Numbers, Row, Text, place

if TYPE_CHECKING:
    from firelake.contract.events import EventContract
    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names
    from firelake.infra.watch.spec import AlarmSpec

_HEADING: Final = 1


def dashboard_body(names: Names, config: LakeConfig, contract: EventContract) -> dict[str, object]:
    """Returns the body of a stack's dashboard, as JSON values.

    Args:
        config: The stack's settings, whose thresholds are drawn into the graphs.
        contract: The contract, whose event types have a line each.
    """
    specs, has_moves = alarms(names, config), config.catalog.moves_by_itself
    rows = [
        Row(2, (_introduction(names, config),)),
        Row(4, (_is_it_fresh(names), _is_it_complete(names), _is_anything_wrong(names))),
        *_alarm_states(names, specs if config.watch.has_alarms else ()),
        _heading("Is it fresh?"),
        *freshness_rows(names, specs),
        _heading("Is it complete?"),
        *completeness_rows(names, contract.event_types if config.watch.has_type_metrics else ()),
        _heading("What is wrong?"),
        *fault_rows(names, config, specs),
        *([_heading("What has moved?"), *history_rows(names)] if has_moves else []),
        _heading("What does it cost?"),
        *cost_rows(names),
    ]
    return {
        "start": "-PT12H",
        # A graph's own period holds, however much time is on screen: sums stay comparable.
        "periodOverride": "inherit",
        "widgets": place(rows, names.region),
    }


def _introduction(names: Names, config: LakeConfig) -> Text:
    return Text(
        f"# {names.prefix}\n"
        "Made by `pulumi up`, which undoes changes made here. "
        f"What to do when an alarm is on: {config.watch.runbook_url}\n\n"
        "The function's counts are of attempts: a batch that Firehose repeats is counted again. "
        "Totals that add up come from the named queries of the Athena workgroup "
        f"`{names.workgroup}`."
    )


def _heading(text: str) -> Row:
    return Row(_HEADING, (Text(f"## {text}"),))


def _is_it_fresh(names: Names) -> Numbers:
    return Numbers(
        title="Fresh: now",
        lines=(
            Line(
                "Oldest event in Firehose, s",
                firehose(names, "DeliveryToS3.DataFreshness"),
                "Maximum",
            ),
            Line(
                "Firehose reads behind, ms",
                firehose(names, "KinesisMillisBehindLatest"),
                "Maximum",
            ),
        ),
        is_of_whole_range=False,
    )


def _is_it_complete(names: Names) -> Numbers:
    return Numbers(
        title="Complete: on this screen",
        lines=(
            Line("Records in", kinesis(names, "IncomingRecords")),
            Line("Events received", quality(names, METRIC_EVENTS_RECEIVED)),
            Line("Delivered", quality(names, METRIC_EVENTS_DELIVERED)),
            Line("Duplicate", quality(names, METRIC_EVENTS_DUPLICATE)),
            Line("Invalid", quality(names, METRIC_EVENTS_INVALID)),
        ),
        is_of_whole_range=True,
    )


def _is_anything_wrong(names: Names) -> Numbers:
    return Numbers(
        title="Wrong: on this screen",
        lines=(
            Line("Error objects", event_rule(error_objects_rule(names).name)),
            Line("Function errors", function(names, "Errors")),
            Line("Function throttles", function(names, "Throttles")),
            Line("Failed conversions", firehose(names, "FailedConversion.Records")),
        ),
        is_of_whole_range=True,
    )


def _alarm_states(names: Names, specs: tuple[AlarmSpec, ...]) -> tuple[Row, ...]:
    arns = tuple(_alarm_arn(names, each.name) for each in specs)
    return (Row(4, (AlarmStates("Alarms", arns),)),) if arns else ()


def _alarm_arn(names: Names, alarm_name: str) -> str:
    return f"arn:{names.partition}:cloudwatch:{names.region}:{names.account_id}:alarm:{alarm_name}"
