"""Tests of the guard's command, on what the real `pulumi preview --json` (3.274.1) wrote."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firelake.infra.errors import PreviewError
from firelake.infra.replacement import main, refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

PREVIEWS = Path(__file__).parents[2] / "data" / "previews"
STREAM = "stream-stream (aws:kinesis/stream:Stream)"
FIREHOSE = "delivery-delivery-stream (aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream)"
NO_STREAM = (
    "a new stream is empty: what the old one held and Firehose had not delivered is lost, and "
    "Firehose must be replaced with it"
)
NO_FIREHOSE = (
    "a new Firehose begins to read the stream at its own creation: what the old one had not "
    "delivered by then is left out, until it is replayed from the stream or from raw/"
)
STACK = {"op": "same", "urn": "urn:pulumi:prod::firelake::pulumi:pulumi:Stack::firelake-prod"}


def real(name: str) -> str:
    return (PREVIEWS / f"{name}.json").read_text()


def preview(*steps: Mapping[str, object], **others: object) -> str:
    return json.dumps({"config": {}, "steps": [STACK, *steps], **others}, indent=4)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param(
            "stream_renamed",
            (
                f"{STREAM} would be replaced because of name: {NO_STREAM}",
                (
                    f"{FIREHOSE} would be replaced with stream-stream, on which its "
                    f"kinesisSourceConfiguration depends: {NO_FIREHOSE}"
                ),
            ),
            id="a protected stream renamed, and Firehose with it, by --ignore-protect",
        ),
        pytest.param(
            "stream_renamed_protection_ends_it",
            (
                (f"{STREAM} would be replaced; Pulumi names no property as the cause: {NO_STREAM}"),
                f"{FIREHOSE} would be replaced with stream-stream: {NO_FIREHOSE}",
            ),
            id="the same where protection ended the preview without a step",
        ),
        pytest.param(
            "stream_under_another_name",
            (
                (
                    f"{FIREHOSE} would be replaced because of kinesisSourceConfiguration: "
                    f"{NO_FIREHOSE}"
                ),
                (
                    f"{STREAM} would be deleted: the program has it no more, or under another name "
                    f"or parent: {NO_STREAM}"
                ),
            ),
            id="a stream deleted",
        ),
        pytest.param("protection_switched_on", (), id="protection switched on"),
        pytest.param("emulator_differences", (), id="what an emulator reads back differently"),
    ],
)
def test_a_real_preview_is_judged(name: str, found: tuple[str, ...]) -> None:
    assert tuple(map(str, refusals(real(name)))) == found


def test_of_a_program_that_failed_its_own_message_is_shown_without_the_traceback() -> None:
    with pytest.raises(PreviewError) as raised:
        refusals(real("wrong_setting"))
    assert str(raised.value).splitlines()[:4] == [
        "the preview failed:",
        "error: Program failed with an unhandled exception:",
        "infra.errors.ConfigError: the configuration has 2 problems:",
        (
            "  delivery.batchSizeMb: '0.4': must be a number from 0.2 to 3; not 1, which is "
            "Firehose's default and would show as a change for ever: "
            "https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html"
        ),
    ]
    assert "File " not in str(raised.value)


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
        pytest.param(
            preview(
                diagnostics=[
                    {
                        "severity": "error",
                        "message": 'error: unable to replace resource "urn:pulumi:dev::firelake::'
                        'firelake:watch:Watch$aws:sns/topic:Topic::watch-topic"\nas it is currently'
                        " marked for protection.",
                    }
                ]
            ),
            "the preview failed:\nerror: unable to replace",
            id="protection of what holds no data",
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
    ("text", "arguments", "code", "reports"),
    [
        pytest.param(preview(), (), 0, [], id="nothing to refuse"),
        pytest.param(
            real("stream_renamed"),
            (),
            1,
            [f"refused: {STREAM} would be", f"refused: {FIREHOSE} would be"],
            id="two replacements",
        ),
        pytest.param(
            real("stream_renamed"),
            ("--accept", "stream-stream"),
            1,
            [f"accepted: {STREAM} would be", f"refused: {FIREHOSE} would be"],
            id="one of them accepted",
        ),
        pytest.param(
            real("stream_renamed"),
            ("--accept", "stream-stream", "--accept", "delivery-delivery-stream"),
            0,
            [f"accepted: {STREAM} would be", f"accepted: {FIREHOSE} would be"],
            id="both accepted",
        ),
        pytest.param(
            real("stream_renamed_protection_ends_it"),
            ("--accept", "stream-stream", "--accept", "delivery-delivery-stream"),
            1,
            [
                f"accepted: {STREAM} would be",
                f"accepted: {FIREHOSE} would be",
                (
                    "the preview ended before its end, so there may be more: mend this, or let it "
                    "go on with --ignore-protect where protection ended it:"
                ),
            ],
            id="both accepted, but the preview did not tell all",
        ),
        pytest.param("{}", (), 2, ["the preview has no steps"], id="no preview"),
        pytest.param(
            preview(), ("--history", "no such file"), 2, ["[Errno 2]"], id="no such history"
        ),
    ],
)
def test_the_command_reports_and_tells_by_its_exit_code(  # noqa: PLR0913, PLR0917 (a row has four values)
    text: str,
    arguments: tuple[str, ...],
    code: int,
    reports: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert main(arguments) == code
    output = capsys.readouterr()
    assert output.out == ""
    lines = output.err.splitlines()[: len(reports)]
    assert [line[: len(report)] for line, report in zip(lines, reports, strict=True)] == reports
    assert bool(output.err) is bool(reports)


def test_a_stack_from_before_the_component_is_moved_into_it_and_nothing_else_changes() -> None:
    moved = json.loads(real("moved_into_the_component"))
    assert moved["changeSummary"] == {"create": 1, "same": 178}
    assert [each["urn"] for each in moved["steps"] if each["op"] != "same"] == [
        "urn:pulumi:prod::firelake::firelake:index:Lake::firelake"
    ]
    assert refusals(json.dumps(moved)) == ()
