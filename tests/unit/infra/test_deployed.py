"""What a deployment makes of the table that is there: told to the function, kept in the table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from firelake.formats.emulation import FunctionRefusedError
from firelake.infra.program import program
from tests.helpers.contracts import LESSONS, LESSONS_FILE
from tests.helpers.pulumi_recorder import RecordingProvider, run, zip_at
from tests.unit.infra.components.recordings import (
    TODAY,
    ZIP_PATH,
    deployed_with,
    stack_config,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.helpers.pulumi_recorder import Recording

NOW = datetime(2026, 11, 30, 4, tzinfo=UTC)
PARAMETER = "firelake.new_columns"
NEW_IN_2 = (
    '{"generator_version":"2026-11-30T04:00:00+00:00","risk_score":"2026-11-30T04:00:00+00:00"}'
)


def shown(
    columns: Sequence[Mapping[str, object]], parameters: Mapping[str, str]
) -> Mapping[str, Any]:
    """A table as the provider's data source shows it."""
    return {
        "name": "events",
        "parameters": parameters,
        "storageDescriptors": [{"columns": columns}],
    }


def table_of(recording: Recording) -> Mapping[str, Any]:
    """The table that a recording made, as Glue shows it to the next deployment."""
    inputs = events_table(recording)
    columns = [
        {"name": each["name"], "type": each["type"]}
        for each in inputs["storageDescriptor"]["columns"]
    ]
    return shown(columns, inputs["parameters"])


def without_the_second_version(table: Mapping[str, Any]) -> Mapping[str, Any]:
    (descriptor,) = table["storageDescriptors"]
    old = {name for name, each in LESSONS.fields.items() if each.since == 2}
    columns = [each for each in descriptor["columns"] if each["name"] not in old]
    return shown(columns, table["parameters"])


def deployed_over(table: Mapping[str, object] | None) -> Recording:
    return run(
        lambda: program(zip_at(ZIP_PATH), lambda: TODAY, LESSONS_FILE, now=lambda: NOW),
        stack_config("dev"),
        events_table=table,
    )


def oldest_of(recording: Recording) -> str:
    variables = recording.only("aws:lambda/function:Function").inputs["environment"]["variables"]
    return variables["FIRELAKE_OLDEST_CONTRACT_VERSION"]


def events_table(recording: Recording) -> Mapping[str, Any]:
    (found,) = (
        each for each in recording.all("CatalogTable") if each.name == "firelake-catalog-events"
    )
    return found.inputs


def test_a_first_deployment_finds_no_table_and_nothing_new() -> None:
    assert oldest_of(deployed_with(LESSONS_FILE)) == "2"
    assert PARAMETER not in events_table(deployed_with(LESSONS_FILE))["parameters"]


def test_a_table_without_the_new_columns_makes_the_function_keep_them_in_extras() -> None:
    upgraded = deployed_over(without_the_second_version(table_of(deployed_with(LESSONS_FILE))))
    assert oldest_of(upgraded) == "1"
    assert events_table(upgraded)["parameters"][PARAMETER] == NEW_IN_2

    again = deployed_over(table_of(upgraded))
    assert oldest_of(again) == "1"
    assert events_table(again) == events_table(upgraded)


def test_a_table_with_every_column_changes_nothing() -> None:
    again = deployed_over(table_of(deployed_with(LESSONS_FILE)))
    assert oldest_of(again) == "2"
    assert events_table(again) == events_table(deployed_with(LESSONS_FILE))


@pytest.mark.parametrize(
    ("words", "oldest"),
    [
        ("GetTable: AccessDeniedException: not authorized", "1"),
        ("No Glue table events found for catalog_id : 1, database_name: firelake_dev", "2"),
        ("GetTable: EntityNotFoundException: Database firelake_dev not found.", "2"),
    ],
    ids=["no answer", "the provider's words", "AWS's words"],
)
def test_a_glue_that_does_not_answer_leaves_all_but_the_first_version_in_extras(
    words: str, oldest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    invoke = RecordingProvider.invoke

    def refuse(
        provider: RecordingProvider, token: str, arguments: Mapping[str, object]
    ) -> Mapping[str, object]:
        if token == "aws:glue/getCatalogTable:getCatalogTable":
            raise FunctionRefusedError(words)
        return invoke(provider, token, arguments)

    monkeypatch.setattr(RecordingProvider, "invoke", refuse)
    assert oldest_of(deployed_over(None)) == oldest
