"""What the houses must say alike though they do not know each other: rows, names, metrics."""

from __future__ import annotations

import base64
import importlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest
import sqlglot
from aws_lambda_powertools import Logger
from sqlglot import exp

from firelake.contract.facts import CLAIMS_DEADLINE_S
from firelake.contract.layout import parse_events_key
from firelake.contract.names import UNREGISTERED, view_name
from firelake.contract.reasons import Reason
from firelake.contract.types import Kind
from firelake.infra.components.transform import environment
from firelake.infra.config import TRANSFORM_TIMEOUT_S
from firelake.infra.watch.alarms import alarms
from firelake.infra.watch.dashboard import dashboard_body
from firelake.transform.claims import PageCounts
from firelake.transform.settings import Settings
from tests.fakes.claim_store import InMemoryClaimStore
from tests.fakes.clock import FakeClock
from tests.helpers.contracts import LEARNING, LEARNING_FILE
from tests.helpers.transform_calls import Function, invocation_of, rows_in
from tests.helpers.transform_parts import contract_of, event_text, reader_of
from tests.unit.infra.components.recordings import NAMES, config_of, deployed_with

if TYPE_CHECKING:
    from firelake.contract.events import Event
    from firelake.contract.types import FieldType

VALUES: dict[Kind, object] = {
    Kind.STRING: "text",
    Kind.BIGINT: 7,
    Kind.DOUBLE: 1.5,
    Kind.BOOLEAN: True,
    Kind.DECIMAL: "0.5",
    Kind.TIMESTAMP: "2026-01-15T12:00:00Z",
    Kind.DATE: "2026-01-15",
    Kind.JSON: {"a": 1},
}
EVENTS = LEARNING.events
every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)


def value_of(field_type: FieldType) -> object:
    value = VALUES[field_type.kind]
    if field_type.is_map:
        return {"a": value}
    return [value] if field_type.is_array else value


def whole_event(event: Event) -> str:
    """An event that has every field that it may have, and one that the contract does not know."""
    fields = {name: value_of(LEARNING.fields[name].type) for name in event.fields}
    return event_text(event_name=event.name, surprise=1, **fields)


def row_of(event: Event) -> dict[str, Any]:
    (answer,) = Function().call(invocation_of([whole_event(event)]))
    assert answer["result"] == "Ok"
    (row,) = rows_in(answer)
    return row


def glue_table(name: str) -> Mapping[str, Any]:
    return deployed_with(LEARNING_FILE).only("CatalogTable", f"firelake-catalog-{name}").inputs


def column_names(table: Mapping[str, Any]) -> list[str]:
    return [column["name"] for column in table["storageDescriptor"]["columns"]]


def view_columns(table: Mapping[str, Any]) -> list[str]:
    """The columns of a view: those that Athena and Glue show are to be those that it selects."""
    match = re.fullmatch(r"/\* Presto View: (\S+) \*/", table["viewOriginalText"])
    assert match is not None
    view: dict[str, Any] = json.loads(base64.b64decode(match[1]))
    selected = sqlglot.parse_one(view["originalSql"], dialect="athena", into=exp.Select)
    names = [column["name"] for column in view["columns"]]
    assert names == column_names(table)
    assert names == selected.named_selects
    return names


@every_event
def test_a_row_of_the_function_has_the_columns_of_its_view_in_glues_spelling(event: Event) -> None:
    row = row_of(event)
    columns = view_columns(glue_table(view_name(event.name)))
    assert columns[-2:] == ["event_type", "dt"]
    null = set[str]() if event.event_subtype else {"event_subtype"}
    assert set(row) == set(columns[:-2]) - null
    assert len(columns) == len(set(columns))


def test_the_rows_of_all_events_have_the_columns_of_the_table_and_no_other() -> None:
    in_rows = {name for event in EVENTS.values() for name in row_of(event)}
    declared = {name for event in EVENTS.values() for name in event.fields}
    columns = column_names(glue_table("events"))
    # A field of the dictionary that no event has yet is a column that stays empty.
    assert set(columns) - in_rows == set(LEARNING.fields) - declared
    assert in_rows <= set(columns)


def test_the_unique_view_has_the_columns_and_keys_of_the_table() -> None:
    table = glue_table("events")
    keys = [key["name"] for key in table["partitionKeys"]]
    assert view_columns(glue_table("events_unique")) == column_names(table) + keys


def test_the_partition_keys_of_an_answer_are_those_of_firehose_and_of_glue() -> None:
    (answer,) = Function().call(invocation_of([whole_event(EVENTS["lesson:started"])]))
    keys = answer.get("metadata", {}).get("partitionKeys", {})
    firehose = (
        deployed_with(LEARNING_FILE)
        .only("FirehoseDeliveryStream")
        .inputs["extendedS3Configuration"]
    )
    expression = re.compile(r"!\{partitionKeyFromLambda:(\w+)\}")
    table = glue_table("events")
    assert expression.findall(firehose["prefix"]) == list(keys)
    assert [key["name"] for key in table["partitionKeys"]] == list(keys)

    prefix = expression.sub(lambda match: keys[match[1]], firehose["prefix"])
    assert prefix == "events/event_type=lesson/dt=2026-01-15/"
    parsed = parse_events_key(f"{prefix}file.parquet")
    assert (parsed.event_type, parsed.dt) == ("lesson", "2026-01-15")
    template = table["parameters"]["storage.location.template"]
    location = re.sub(r"\$\{(\w+)\}", lambda match: keys[match[1]], template)
    assert (
        location == f"s3://{deployed_with(LEARNING_FILE).only('Bucket').inputs['bucket']}/{prefix}"
    )


def test_athena_looks_for_every_type_that_the_function_may_answer() -> None:
    values = glue_table("events")["parameters"]["projection.event_type.values"].split(",")
    assert set(values) == {event.event_type for event in EVENTS.values()} | {UNREGISTERED}


class ReadEnvironment(Mapping[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def test_the_function_reads_the_environment_that_it_is_given_and_all_of_it() -> None:
    config = config_of(
        granularity="month", latenessDays=3, dedupeDays=11, transform={"callsInFlight": 5}
    )
    given = ReadEnvironment(environment(NAMES, config, 3))
    assert Settings.from_environment(given) == Settings(
        claims_table="firelake-dev-claims",
        lateness_days=3,
        dedupe_days=11,
        granularity=config.granularity,
        oldest_contract_version=3,
        claims_deadline_s=45,
        claims_calls_in_flight=5,
    )
    of_powertools = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"}
    assert set(given) == given.asked | of_powertools


def test_powertools_takes_its_service_and_level_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in environment(NAMES, config_of(), 1).items():
        monkeypatch.setenv(name, value)
    logger = Logger()
    assert logger.service == "firelake-dev"
    assert logger.log_level == 20  # INFO


def test_the_handler_that_lambda_is_told_is_there() -> None:
    module, _, name = (
        deployed_with(LEARNING_FILE).only("Function").inputs["handler"].rpartition(".")
    )
    assert callable(getattr(importlib.import_module(module), name))


def test_the_function_raises_before_lambda_ends_it_and_firehose_waits_for_lambda() -> None:
    # Firehose waits for five minutes:
    # https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
    assert CLAIMS_DEADLINE_S < TRANSFORM_TIMEOUT_S <= 300


Series = tuple[str, frozenset[str]]


def published(capsys: pytest.CaptureFixture[str]) -> set[Series]:
    """Name and dimensions of every metric that a batch with some of everything publishes."""
    contract = contract_of({"price": "bigint"})
    store = InMemoryClaimStore(FakeClock().read)
    store.counts = PageCounts(calls=2, ids=60, full=1)
    function = Function(reader=reader_of(contract), service=NAMES.prefix, store=store)
    events = [
        event_text(event_uuid="one"),
        event_text(event_uuid="one"),
        event_text(event_uuid="two", event_name="other:thing"),
        event_text(event_uuid="three", event_name="unheard:of"),
        event_text(event_uuid="four", price="dear"),
        "no event",
    ]
    capsys.readouterr()
    results = function.results(invocation_of(events))
    assert results == ["Ok", "Dropped", "Ok", "Ok", "ProcessingFailed", "ProcessingFailed"]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["service"] for line in lines} == {NAMES.prefix}
    return {
        (metric["Name"], frozenset(dimensions))
        for line in lines
        for directive in line["_aws"]["CloudWatchMetrics"]
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
        if directive["Namespace"] == "Firelake"
    }


def on_the_dashboard(**watch: object) -> list[tuple[str, dict[str, str]]]:
    """Name and dimensions of the function's metrics that the dashboard shows."""
    config = config_of(watch=watch)
    body: dict[str, Any] = json.loads(json.dumps(dashboard_body(NAMES, config, LEARNING)))
    lines = [
        [part for part in line if isinstance(part, str)]
        for widget in body["widgets"]
        for line in widget["properties"].get("metrics", [])
    ]
    return [
        (name, dict(zip(dimensions[::2], dimensions[1::2], strict=True)))
        for namespace, name, *dimensions in (line for line in lines if line)
        if namespace == "Firelake"
    ]


def in_alarms() -> list[tuple[str, dict[str, str]]]:
    """Name and dimensions of the function's metrics that alarms look at."""
    stats = [
        stat
        for spec in alarms(NAMES, config_of())
        for stat in (spec.stat, *(query.stat for query in spec.queries))
        if stat is not None
    ]
    return [
        (stat.metric.name, dict(stat.metric.dimensions))
        for stat in stats
        if stat.metric.namespace == "Firelake"
    ]


def test_the_dashboard_shows_the_metrics_that_the_function_publishes_and_all_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = {(name, frozenset(dimensions)) for name, dimensions in on_the_dashboard()}
    assert shown == published(capsys)


def test_alarms_look_at_metrics_that_the_function_publishes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    watched = {(name, frozenset(dimensions)) for name, dimensions in in_alarms()}
    assert watched == {
        ("EventsInvalid", frozenset({"service"})),
        ("EventsReceived", frozenset({"service"})),
    }
    assert watched < published(capsys)


def test_metrics_are_looked_up_under_the_values_that_the_function_gives_its_dimensions() -> None:
    seen: dict[str, set[str]] = {}
    for _, dimensions in [*on_the_dashboard(hasTypeMetrics=True), *in_alarms()]:
        for name, value in dimensions.items():
            seen.setdefault(name, set()).add(value)
    function = deployed_with(LEARNING_FILE).only("Function").inputs["environment"]["variables"]
    assert seen == {
        "service": {function["POWERTOOLS_SERVICE_NAME"]},
        "event_type": {event.event_type for event in EVENTS.values()} | {UNREGISTERED},
        "reason": {reason.value for reason in Reason},
    }
