"""What a resource has not is left out of what Pulumi is told: none of it is told to be null.

The SDK leaves out what is None at the top, and tells the engine of every None further down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from google.protobuf import json_format

from firelake.infra.program import program
from firelake.local.monitor import Monitor
from tests.helpers.contracts import LESSONS_FILE
from tests.helpers.pulumi_recorder import run, zip_at
from tests.unit.infra.components.recordings import TODAY, ZIP_PATH, stack_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from pulumi.runtime.proto import resource_pb2

# Every part that is there only where it is asked for.
EVERYTHING = {
    "firelake:catalog": {"hasHistory": True, "hasLakeFormation": True},
    "firelake:claims": {
        "mode": "provisioned",
        "minWriteUnits": 5,
        "maxWriteUnits": 50,
        "minReadUnits": 5,
        "maxReadUnits": 50,
    },
    "firelake:stream": {"producerAccounts": ["444455556666"]},
    "firelake:watch": {"alarmEmail": "lake@example.org", "hasTypeMetrics": True},
}


def nulls(value: object, path: str) -> Iterator[str]:
    if value is None:
        yield path
    elif isinstance(value, dict):
        for key, member in cast("dict[str, object]", value).items():
            yield from nulls(member, f"{path}.{key}")
    elif isinstance(value, list):
        for member in cast("list[object]", value):
            yield from nulls(member, f"{path}[]")


def test_nothing_that_is_told_of_a_resource_is_null(monkeypatch: pytest.MonkeyPatch) -> None:
    told = dict[str, set[str]]()
    register = Monitor.RegisterResource

    def note(
        monitor: Monitor, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        inputs = json_format.MessageToDict(request.object)
        told.setdefault(request.type, set()).update(nulls(inputs, request.type))
        return register(monitor, request)

    monkeypatch.setattr(Monitor, "RegisterResource", note)
    run(
        lambda: program(zip_at(ZIP_PATH), lambda: TODAY, LESSONS_FILE),
        {**stack_config("prod"), **EVERYTHING},
    )
    assert {"aws:glue/catalogTable:CatalogTable", "aws:cloudwatch/metricAlarm:MetricAlarm"} <= set(
        told
    )
    assert [path for paths in told.values() for path in sorted(paths)] == []
