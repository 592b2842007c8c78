"""Tests of the guard on changes of the whole program: of its settings and of its contract."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import pytest

from firelake.infra.history import PastUpdate
from firelake.infra.losses.values import FIXED
from firelake.infra.preview import UNKNOWN, value_at
from firelake.infra.program import program
from firelake.infra.replacement import refusals
from tests.helpers.foreign_contracts import TINY
from tests.helpers.previews import change_of, preview_between, preview_of, with_value
from tests.helpers.pulumi_recorder import run, zip_at
from tests.unit.infra.components.recordings import START, TODAY, ZIP_PATH, deployed

if TYPE_CHECKING:
    from tests.helpers.pulumi_recorder import Recording

NOW = datetime(2026, 11, 30, tzinfo=UTC)
TABLE = "firelake-catalog-events (aws:glue/catalogTable:CatalogTable)"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
STREAM = "firelake-stream-stream (aws:kinesis/stream:Stream)"


def judged(before: Recording, after: Recording) -> list[str]:
    found = refusals(preview_between(before, after), None, NOW)
    return [str(each).partition(": ")[0] for each in found]


def contract_stack(contract: str) -> Recording:
    """The stack of a contract."""
    with NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(contract)
        file.flush()
        path = Path(file.name)
        return run(lambda: program(zip_at(ZIP_PATH), lambda: TODAY, path), START)


def contract(*, amount: str | None = "decimal(10,2)", refund: str = "payment:refunded") -> str:
    fields = f'amount = {{ type = "{amount}", description = "A.", since = 1 }}' if amount else ""
    return f"""
        version = 1
        [fields]
        note = {{ type = "string", description = "N.", since = 1 }}
        {fields}
        [events."{refund}"]
        description = "R."
        required = []
        optional = {json.dumps(["note", "amount"] if amount else ["note"])}
        """


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param(
            {},
            {"granularity": "month"},
            [f"{TABLE} would write dt as yyyy-MM instead of yyyy-MM-dd"],
            id="another granularity",
        ),
        pytest.param(
            {},
            {"startDate": "2026-11-02"},
            [
                f"{name} (aws:glue/catalogTable:CatalogTable) would have 2026-11-02,{end} instead "
                f"of 2026-11-01,{end} as projection.dt.range"
                for name, end in (
                    ("firelake-catalog-events", "NOW+1DAYS"),
                    ("firelake-catalog-events_errors", "NOW"),
                    ("firelake-catalog-events_raw", "NOW"),
                )
            ],
            id="a later start",
        ),
        pytest.param({"startDate": "2026-11-02"}, {}, [], id="an earlier start"),
        pytest.param(
            {"stream": {"retentionHours": 96}},
            {"stream": {"retentionHours": 95}},
            [f"{STREAM} would keep records for 95 hours instead of 96"],
            id="retention lowered by an hour",
        ),
        pytest.param(
            {"delivery": {"rawExpireDays": 30}},
            {"delivery": {"rawExpireDays": 29}},
            [
                (
                    f"firelake-lake-lifecycle ({LIFECYCLE}) would keep raw/ for 29 days instead of "
                    "30 days"
                )
            ],
            id="raw records kept for a shorter time",
        ),
        pytest.param(
            {},
            {"delivery": {"errorsExpireDays": 60}},
            [
                f"firelake-lake-lifecycle ({LIFECYCLE}) would keep {prefix} for 60 days instead of "
                "400 days"
                for prefix in ("errors/", "errors-replayed/")
            ],
            id="what failed kept for a shorter time",
        ),
        pytest.param({}, {"delivery": {"rawExpireDays": 31}}, [], id="for a longer time"),
        pytest.param({}, {"catalog": {"resultsExpireDays": 1}}, [], id="results, which are none"),
        pytest.param({"latenessDays": 7}, {"latenessDays": 1}, [], id="lateness lowered"),
        pytest.param({}, {"dedupeDays": 30}, [], id="claims kept for longer"),
        pytest.param({}, {"dedupeDays": 12}, [], id="for a shorter time that suffices"),
        pytest.param({}, {"transform": {"memoryMb": 2048}}, [], id="the function's memory"),
        pytest.param({}, {"isProtected": True}, [], id="protection"),
    ],
)
def test_a_setting_is_refused_by_what_it_would_lose(
    before: dict[str, object], after: dict[str, object], found: list[str]
) -> None:
    assert sorted(judged(deployed("dev", **before), deployed("dev", **after))) == sorted(found)


@pytest.mark.parametrize(
    ("after", "found"),
    [
        pytest.param(contract(), [], id="the same"),
        pytest.param(
            contract(amount="decimal(12,2)"),
            [f"{TABLE} would take amount for decimal(12,2) instead of decimal(10,2)"],
            id="a wider type",
        ),
        pytest.param(
            contract(amount="string"),
            [f"{TABLE} would take amount for string instead of decimal(10,2)"],
            id="another type",
        ),
        pytest.param(
            contract(amount=None), [f"{TABLE} would lose the column amount"], id="a field removed"
        ),
        pytest.param(
            contract(refund="refund:made"),
            [f"{TABLE} would leave payment out of projection.event_type.values"],
            id="an event type removed",
        ),
    ],
)
def test_a_contract_is_refused_by_what_it_would_lose(after: str, found: list[str]) -> None:
    assert judged(contract_stack(contract()), contract_stack(after)) == found


def test_what_is_added_to_a_contract_passes() -> None:
    assert judged(contract_stack(contract(amount=None)), contract_stack(contract())) == []
    assert judged(contract_stack(contract()), contract_stack(TINY)) != []


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("<a:date>", "<a:date,b:date>", []),
        (
            "<a:date,b:date>",
            "<a:date>",
            [f"{TABLE} would take amount for struct<a:date> instead of struct<a:date,b:date>"],
        ),
    ],
)
def test_a_struct_that_grows_is_taken_and_one_that_shrinks_is_refused(
    before: str, after: str, found: list[str]
) -> None:
    old = contract_stack(contract(amount=f"struct{before}"))
    assert judged(old, contract_stack(contract(amount=f"struct{after}"))) == found


@pytest.mark.parametrize("value", ["something else", UNKNOWN, None])
@pytest.mark.parametrize(("type_name", "path", "loss"), FIXED)
def test_a_value_that_must_stay_is_guarded_where_the_program_has_it(
    type_name: str, path: tuple[str, ...], loss: str, value: str | None
) -> None:
    (resource,) = deployed().all(type_name)
    if value_at(resource.inputs, *path) is None:
        pytest.skip("left to its default, and tested below")
    changed = with_value(resource.inputs, path, value)
    step = change_of(type_name, resource.name, resource.inputs, changed)
    (refusal,) = refusals(preview_of(step), None, NOW)
    assert (refusal.name, refusal.loss) == (resource.name, loss)


def test_what_is_on_by_default_is_not_switched_off() -> None:
    key = deployed().only("aws:kms/key:Key")
    step = change_of(key.type, key.name, key.inputs, {**key.inputs, "isEnabled": False})
    (refusal,) = refusals(preview_of(step), None, NOW)
    assert refusal.change == "would have False instead of None as isEnabled"


S3 = "extendedS3Configuration"
CONVERSION = (S3, "dataFormatConversionConfiguration")
DESERIALIZER = (*CONVERSION, "inputFormatConfiguration", "deserializer")


@pytest.mark.parametrize(
    ("path", "value", "change"),
    [
        pytest.param(
            (S3, "processingConfiguration", "processors"),
            [{"type": "AppendDelimiterToRecord"}],
            "would call no function",
            id="another processor",
        ),
        pytest.param(
            (*CONVERSION, "outputFormatConfiguration", "serializer"),
            {"orcSerDe": {}},
            "would write no Parquet",
            id="ORC",
        ),
        pytest.param(
            (*CONVERSION, "schemaConfiguration", "versionId"),
            "3",
            "would go by version 3 of its table instead of the latest",
            id="one version of the table",
        ),
        pytest.param(
            (*CONVERSION, "schemaConfiguration", "versionId"), "LATEST", None, id="the default"
        ),
        pytest.param(
            (*CONVERSION, "outputFormatConfiguration", "serializer", "parquetSerDe", "compression"),
            "GZIP",
            None,
            id="another compression",
        ),
        pytest.param(
            DESERIALIZER,
            {"openXJsonSerDe": {"caseInsensitive": True}},
            f"would no longer have caseInsensitive false in {'.'.join(DESERIALIZER)}",
            id="keys of maps lowered",
        ),
        pytest.param(
            DESERIALIZER,
            {"openXJsonSerDe": {"columnToJsonKeyMappings": {"a": "b"}}},
            "would have {'openXJsonSerDe': {'columnToJsonKeyMappings': {'a': 'b'}}} instead of"
            f" {{'openXJsonSerDe': {{'caseInsensitive': False}}}} as {'.'.join(DESERIALIZER)}",
            id="other keys",
        ),
        pytest.param(
            DESERIALIZER,
            UNKNOWN,
            "would have a value that the preview cannot tell instead of"
            f" {{'openXJsonSerDe': {{'caseInsensitive': False}}}} as {'.'.join(DESERIALIZER)}",
            id="a deserializer that is not known",
        ),
    ],
)
def test_what_firehose_calls_writes_and_goes_by_is_guarded(
    path: tuple[str, ...], value: object, change: str | None
) -> None:
    delivery = deployed().only("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream")
    changed = with_value(delivery.inputs, path, value)
    step = change_of(delivery.type, delivery.name, delivery.inputs, changed)
    found = refusals(preview_of(step), None, NOW)
    assert [each.change for each in found] == ([change] if change else [])


@pytest.mark.parametrize("before", [{}, {"caseInsensitive": True}])
def test_keys_may_be_taken_to_the_letter_from_now_on(before: dict[str, object]) -> None:
    delivery = deployed().only("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream")
    old = with_value(delivery.inputs, DESERIALIZER, {"openXJsonSerDe": before})
    step = change_of(delivery.type, delivery.name, old, delivery.inputs)
    assert refusals(preview_of(step), None, NOW) == ()


def test_a_function_under_another_name_keeps_its_claims() -> None:
    (function,) = deployed().all("Function")
    path = ("environment", "variables", "FIRELAKE_CLAIMS_TABLE")
    other = with_value(function.inputs, path, "another-table")
    gone = change_of(function.type, function.name, function.inputs, None)
    found = refusals(preview_of(gone, change_of(function.type, "f", None, other)), None, NOW)
    assert [(each.name, each.change.rpartition(" as ")[2]) for each in found] == [
        ("f", ".".join(path))
    ]
    same = change_of(function.type, "f", None, function.inputs)
    assert refusals(preview_of(gone, same), None, NOW) == ()


@pytest.mark.parametrize(
    ("path", "value", "is_refused"),
    [
        (("storageDescriptor", "location"), "s3://another/events/", True),
        (("storageDescriptor", "location"), UNKNOWN, True),
        (("storageDescriptor", "inputFormat"), "org.apache.hadoop.mapred.TextInputFormat", True),
        (("storageDescriptor", "serDeInfo", "serializationLibrary"), "another", True),
        (("storageDescriptor", "columns"), UNKNOWN, True),
        (("storageDescriptor"), UNKNOWN, True),
        (("partitionKeys",), [], True),
        (("parameters", "projection.enabled"), "false", True),
        (("parameters", "projection.dt.range"), "2026-11-01,NOW", True),
        (("parameters", "projection.dt.range"), "2025-01-01,NOW+1DAYS", False),
        (("parameters", "projection.dt.interval"), "2", True),
        (("parameters", "storage.location.template"), "s3://another/${dt}/", True),
        (("parameters", "parquet.compression"), "GZIP", False),
        (("description",), "Other words.", False),
    ],
)
def test_a_table_keeps_what_finds_its_files(
    path: tuple[str, ...] | str, value: object, is_refused: bool
) -> None:
    path = (path,) if isinstance(path, str) else path
    tables = deployed().all("aws:glue/catalogTable:CatalogTable")
    (events,) = (each for each in tables if each.name == "firelake-catalog-events")
    changed = with_value(events.inputs, path, value)
    step = change_of(events.type, events.name, events.inputs, changed)
    assert bool(refusals(preview_of(step), None, NOW)) is is_refused


def update(day: int, dedupe_days: float, *, has_succeeded: bool = True) -> PastUpdate:
    moment = datetime(2026, 11, day, tzinfo=UTC)
    return PastUpdate(moment, moment, has_succeeded, dedupe_days)


# 10 + 1 + 3 + 1 days of lateness, skew, retention and delivery: a claim must last 15.
@pytest.mark.parametrize(
    ("dedupe_days", "history", "reason"),
    [
        pytest.param(14, [update(1, 14)], "while claims are made for 14: deploy", id="too short"),
        pytest.param(15, None, "is not known: give --history", id="no history given"),
        pytest.param(15, [], "Pulumi has no history of the stack", id="none there is"),
        pytest.param(
            15,
            [update(1, 14), update(20, 15)],
            "while claims were made for 14 until 2026-11-20 00:00 UTC: deploy this after "
            "2026-12-05 00:00 UTC",
            id="ten days after it was raised",
        ),
        pytest.param(15, [update(1, 14), update(15, 15)], None, id="fifteen days after"),
        pytest.param(
            15,
            [update(1, 14), update(15, 15, has_succeeded=False), update(20, 15)],
            "until 2026-11-20 00:00 UTC",
            id="fifteen days after an update that failed",
        ),
        pytest.param(
            15,
            [update(1, 15), update(20, 13), update(21, 15)],
            "claims were made for 13 until 2026-11-21 00:00 UTC",
            id="lowered for a day in between",
        ),
        pytest.param(
            15, [update(29, 15)], None, id="a stack of yesterday, which has no older claim"
        ),
        pytest.param(20, [update(1, 14), update(15, 20)], None, id="longer than it must be"),
    ],
)
def test_lateness_is_raised_no_sooner_than_all_claims_last_long_enough(
    dedupe_days: int, history: list[PastUpdate] | None, reason: str | None
) -> None:
    preview = preview_between(
        deployed("dev", dedupeDays=dedupe_days),
        deployed("dev", dedupeDays=max(dedupe_days, 15), latenessDays=10),
    )
    found = refusals(preview, history, NOW)
    assert len(found) == (reason is not None)
    assert all(reason in each.change for each in found if reason)


def test_a_longer_retention_widens_the_window_as_lateness_does() -> None:
    preview = preview_between(
        deployed("dev", dedupeDays=12),
        deployed("dev", dedupeDays=13, stream={"retentionHours": 96}),
    )
    (refusal,) = refusals(preview, [update(1, 12)], NOW)
    assert "would take copies for 13 days after a claim instead of 12" in refusal.change


def test_claims_that_would_not_outlast_the_copies_are_refused_whatever_the_program_checks() -> None:
    function = deployed().only("aws:lambda/function:Function")
    path = ("environment", "variables", "FIRELAKE_DEDUPE_DAYS")
    step = change_of(
        function.type, function.name, function.inputs, with_value(function.inputs, path, "11")
    )
    outputs = {"latenessDays": 7, "dedupeDays": 14, "retentionHours": 72}
    (refusal,) = refusals(preview_of(step, outputs=outputs), None, NOW)
    assert refusal.change == (
        "would keep claims for 11 days, which must be at least 12: 7 (latenessDays) + 1 (clock "
        "skew) + 72 hours (stream.retentionHours) + 1 (delivery)"
    )


def test_a_first_deployment_passes() -> None:
    nothing = run(lambda: None)
    assert judged(nothing, deployed()) == []
