"""Tests of the guard against changes that would replace or delete what must stay."""

from __future__ import annotations

import io
import json
import sys
from datetime import date
from typing import TYPE_CHECKING

import pytest

from catalog.location import LakeLocation
from catalog.tables import events_table
from contract.events import load_contract
from contract.layout import Granularity
from infra.bootstrap.resource_types import RESOURCE_TYPES
from infra.errors import PreviewError
from infra.replacement import GRANULARITY, LOSSES, GranularityRefusal, Refusal, main, refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
URN = f"urn:pulumi:prod::firelake::firelake:delivery:Delivery${FIREHOSE}::delivery-delivery-stream"
STACK = {"op": "same", "urn": "urn:pulumi:prod::firelake::pulumi:pulumi:Stack::firelake-prod"}
# As Pulumi's engine reports it: the step is in the preview of a protected resource, too.
PROTECTED = {
    "urn": URN,
    "message": f'error: unable to replace resource "{URN}"\nas it is currently marked for '
    "protection.\n",
    "severity": "error",
}


def preview(*steps: Mapping[str, object], **others: object) -> str:
    return json.dumps({"config": {}, "steps": [STACK, *steps], **others}, indent=4)


def replaced(
    urn: str = URN,
    *,
    reasons: list[str] | None = None,
    diff_reasons: list[str] | None = None,
    detailed: Mapping[str, str] | None = None,
) -> dict[str, object]:
    kinds = {path: {"kind": kind, "inputDiff": False} for path, kind in (detailed or {}).items()}
    return {
        "op": "replace",
        "urn": urn,
        "replaceReasons": reasons or [],
        "diffReasons": diff_reasons or [],
        "detailedDiff": kinds or None,
    }


@pytest.mark.parametrize(
    ("step", "properties"),
    [
        pytest.param(replaced(reasons=["name"]), ("name",), id="reasons alone"),
        pytest.param(
            replaced(
                reasons=["extendedS3Configuration"],
                detailed={
                    "extendedS3Configuration.dynamicPartitioningConfiguration.enabled": (
                        "update-replace"
                    ),
                    "extendedS3Configuration.bufferingInterval": "update",
                },
            ),
            ("extendedS3Configuration.dynamicPartitioningConfiguration.enabled",),
            id="the path within a reason",
        ),
        pytest.param(
            replaced(
                reasons=["kinesisSourceConfiguration", "name"],
                detailed={"kinesisSourceConfiguration.roleArn": "add-replace"},
            ),
            ("kinesisSourceConfiguration.roleArn", "name"),
            id="a path and another reason",
        ),
        pytest.param(
            replaced(
                reasons=["tags"],
                detailed={"tagsAll.owner": "delete-replace"},
            ),
            ("tagsAll.owner", "tags"),
            id="a path that only begins like a reason",
        ),
        pytest.param(
            replaced(diff_reasons=["destination"], detailed={"destination": "update"}),
            ("destination",),
            id="no reason but a difference",
        ),
        pytest.param(replaced(), (), id="no property at all"),
    ],
)
def test_a_replacement_is_refused_by_the_properties_that_cause_it(
    step: dict[str, object], properties: tuple[str, ...]
) -> None:
    assert refusals(preview(step)) == (
        Refusal(FIREHOSE, "delivery-delivery-stream", is_deleted=False, properties=properties),
    )


def test_the_steps_of_one_replacement_are_one_refusal() -> None:
    steps = [
        {"op": "create-replacement", "urn": URN, "replaceReasons": ["name"]},
        replaced(reasons=["name"]),
        {"op": "delete-replaced", "urn": URN},
    ]
    assert refusals(preview(*steps)) == (
        Refusal(FIREHOSE, "delivery-delivery-stream", is_deleted=False, properties=("name",)),
    )


def test_a_deletion_is_refused() -> None:
    (refusal,) = refusals(preview({"op": "delete", "urn": URN, "detailedDiff": None}))
    assert str(refusal) == (
        f"delivery-delivery-stream ({FIREHOSE}) would be deleted: the program has it no more, or "
        "under another name or parent: a new Firehose begins to read the stream at its own "
        "creation: what the old one had not delivered by then is left out, until it is replayed "
        "from the stream or from raw/"
    )


@pytest.mark.parametrize("type_name", LOSSES)
def test_every_type_that_must_stay_is_guarded(type_name: str) -> None:
    urn = f"urn:pulumi:dev::firelake::firelake:lake:Lake${type_name}::kept"
    (refusal,) = refusals(preview(replaced(urn, reasons=["name"])))
    assert str(refusal) == (
        f"kept ({type_name}) would be replaced because of name: {LOSSES[type_name]}"
    )


def test_what_must_stay_is_what_holds_data() -> None:
    assert LOSSES.keys() == {type_.type_name for type_ in RESOURCE_TYPES if type_.holds_data}


@pytest.mark.parametrize("operation", ["create", "update", "same", "refresh", "read", "import"])
def test_other_changes_of_them_pass(operation: str) -> None:
    step = {"op": operation, "urn": URN, "diffReasons": ["extendedS3Configuration"]}
    assert refusals(preview(step)) == ()


def test_other_resources_may_be_replaced() -> None:
    urn = "urn:pulumi:dev::firelake::firelake:watch:Watch$aws:sns/topic:Topic::watch-topic"
    assert refusals(preview(replaced(urn, reasons=["name"]))) == ()


def test_a_resource_of_another_type_with_such_a_parent_may_be_replaced() -> None:
    urn = f"urn:pulumi:dev::firelake::{FIREHOSE}$aws:sns/topic:Topic::topic"
    assert refusals(preview(replaced(urn, reasons=["name"]))) == ()


TABLE = "aws:glue/catalogTable:CatalogTable"
TABLE_URN = f"urn:pulumi:dev::firelake::firelake:catalog:Catalog${TABLE}::catalog-events"


def updated(before: str | None, after: str | None) -> dict[str, object]:
    states = {
        state: {"type": TABLE, "inputs": {"parameters": {GRANULARITY: form}}}
        for state, form in (("oldState", before), ("newState", after))
        if form is not None
    }
    return {"op": "update", "urn": TABLE_URN, "diffReasons": ["parameters"], **states}


def test_another_granularity_of_a_living_table_is_refused() -> None:
    found = refusals(preview(updated("yyyy-MM-dd", "yyyy-MM")))
    assert found == (GranularityRefusal("catalog-events", "yyyy-MM-dd", "yyyy-MM"),)
    assert str(found[0]) == (
        f"catalog-events ({TABLE}) would write dt as yyyy-MM instead of yyyy-MM-dd: a stack keeps "
        "its granularity, as no query would find the partitions that are there; another "
        "granularity is another stack, filled by backfill"
    )


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(updated("yyyy-MM", "yyyy-MM"), id="the same granularity"),
        pytest.param(updated(None, "yyyy-MM"), id="a new table"),
        pytest.param(updated("yyyy-MM", None), id="a table that goes"),
    ],
)
def test_other_changes_of_a_table_pass(step: dict[str, object]) -> None:
    assert refusals(preview(step)) == ()


@pytest.mark.parametrize("granularity", list(Granularity))
def test_the_guard_reads_what_the_events_table_tells(granularity: Granularity) -> None:
    lake = LakeLocation("a-bucket", "a_database", date(2026, 11, 1), granularity)
    assert events_table(load_contract(), lake)["Parameters"][GRANULARITY] == granularity.pattern


def test_a_protected_resource_is_refused_by_property_although_the_preview_failed() -> None:
    text = preview(replaced(reasons=["name"]), diagnostics=[PROTECTED])
    assert refusals(text) == (
        Refusal(FIREHOSE, "delivery-delivery-stream", is_deleted=False, properties=("name",)),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "not one JSON document", id="nothing"),
        pytest.param("error: no stack selected\n", "not one JSON document", id="an error"),
        pytest.param('{"steps": []}\n{"steps": []}', "not one JSON document", id="events"),
        pytest.param("[]", "a preview is a JSON object, not list", id="another value"),
        pytest.param("{}", "the preview has no steps", id="no steps"),
        pytest.param('{"steps": [1]}', "the preview has no steps", id="steps of another form"),
        pytest.param(
            preview(diagnostics=[{"severity": "error", "message": "error: no zip\n"}]),
            "the preview failed:\nerror: no zip",
            id="a failed preview",
        ),
    ],
)
def test_what_is_no_whole_preview_is_no_leave_to_go_on(text: str, message: str) -> None:
    with pytest.raises(PreviewError) as raised:
        refusals(text)
    assert str(raised.value).startswith(message)


def test_warnings_do_not_matter() -> None:
    assert refusals(preview(diagnostics=[{"severity": "warning", "message": "old"}])) == ()


@pytest.mark.parametrize(
    ("text", "code", "report"),
    [
        pytest.param(preview(), 0, "", id="nothing to refuse"),
        pytest.param(
            preview(replaced(reasons=["name"])),
            1,
            f"refused: delivery-delivery-stream ({FIREHOSE}) would be replaced because of name: ",
            id="a replacement",
        ),
        pytest.param("{}", 2, "the preview has no steps", id="no preview"),
    ],
)
def test_the_command_reports_and_tells_by_its_exit_code(
    text: str,
    code: int,
    report: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert main() == code
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(report)
    assert bool(output.err) is bool(code)
