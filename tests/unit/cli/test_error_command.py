"""What `firelake errors` shows: hostile text does no harm, and what was not read is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from firelake.cli.app import app
from firelake.cli.commands import errors
from firelake.operations import moments
from tests.unit.failures.errors.object_samples import NOON, FakeS3, event, key_of, line_of

if TYPE_CHECKING:
    from pathlib import Path

SINCE = ["--since", "2026-11-20", "--until", "2026-11-24T00:00+00:00"]
HOSTILE = '{"event_name": "\x1b[2J", "a": "[bold red]\\u202e\\u009b31m\u202e\u009b"}'


class Clients:
    """AWS without AWS: a bucket, and a table that nobody may ask."""

    def __init__(self, s3: FakeS3) -> None:
        self._s3 = s3

    def s3(self) -> FakeS3:
        return self._s3

    def dynamodb(self) -> None:
        pass


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> FakeS3:
    bucket = FakeS3()

    def clients(_calls_in_flight: int) -> Clients:
        return Clients(bucket)

    monkeypatch.setattr(errors, "AwsClients", clients)
    monkeypatch.setenv("FIRELAKE_BUCKET", "lake")
    monkeypatch.setenv("FIRELAKE_CLAIMS_TABLE", "claims")
    monkeypatch.setenv("FIRELAKE_GRANULARITY", "day")
    monkeypatch.setenv("FIRELAKE_LATENESS_DAYS", "7")
    monkeypatch.setenv("FIRELAKE_DEDUPE_DAYS", "14")
    return bucket


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["errors", *arguments], env={"COLUMNS": "200"})
    return result.exit_code, result.stdout, result.stderr


def test_counts_are_shown_by_reason_name_and_hour(s3: FakeS3) -> None:
    s3.put(key_of("processing-failed"), line_of(event() + event("u-2")) + b"\n" + line_of(b"{"))
    code, shown, told = run(*SINCE)
    assert (code, told) == (0, "")
    assert shown.startswith(
        "3 events failed that arrived from 2026-11-20 00:00 to 2026-11-24 00:00 UTC\n"
        "0 of them were sent again and are not seen in the lake yet; 0 more are back and left out"
    )
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.splitlines()]
    failed = "The events are valid: it failed for this reason of Firehose's."
    assert ["Lambda.FunctionError", failed, "2"] in rows
    assert ["other:done", "2"] in rows
    assert ["2026-11-22T12:00:00+00:00", "3"] in rows


def test_what_expires_soon_is_told_whenever_it_arrived(s3: FakeS3) -> None:
    # Kept for twice as long as it is old, and never warned of for more than 30 days.
    age_days = (datetime.now(UTC) - NOON).days
    days = age_days + min(20, age_days - 1)
    s3.lifecycle = [
        {"Status": "Enabled", "Filter": {"Prefix": "errors/"}, "Expiration": {"Days": days}}
    ]
    s3.put(key_of("processing-failed"), line_of(event()) + b"\n" + line_of(b"{"))
    code, shown, _ = run("--since", "1h")
    assert (code, shown.count("\n")) == (0, 3)
    assert shown.startswith("0 events failed")
    assert "2 events that arrived before" in shown
    assert "days: put them back, or nobody can any more" in shown
    assert json.loads(run("--since", "1h", "--json")[1])["expiring"]["events"] == 2


@pytest.mark.parametrize("later", [31, 400])
def test_what_is_kept_for_longer_is_no_matter_yet(s3: FakeS3, later: int) -> None:
    days = (datetime.now(UTC) - NOON).days + later
    s3.lifecycle = [{"Status": "Enabled", "Prefix": "", "Expiration": {"Days": days}}]
    s3.put(key_of("processing-failed"), line_of(event()))
    assert "expire" not in run("--since", "1h")[1]


def test_text_of_events_does_no_harm(s3: FakeS3) -> None:
    s3.put(key_of("processing-failed"), line_of(HOSTILE.encode(), code="[red]\x1b"))
    for arguments in (SINCE, [*SINCE, "--json"]):
        code, shown, _ = run(*arguments)
        assert code == 0
        assert not any(harm in shown for harm in ("\x1b", "\u202e", "\u009b"))
        assert "[bold red]" in shown


def test_one_json_object_tells_all(s3: FakeS3) -> None:
    s3.put(key_of("processing-failed"), line_of(event(), code="Lambda.FunctionError") + b"\n{")
    code, shown, told = run(*SINCE, "--json")
    assert code == 1
    assert told.startswith(
        f"not read: {key_of('processing-failed')}:2 (byte 347): it is no line of Firehose's"
    )
    document = json.loads(shown)
    assert document["groups"] == [
        {
            "reason": "Lambda.FunctionError",
            "event_name": "other:done",
            "hour": "2026-11-22T12:00:00+00:00",
            "events": 1,
        }
    ]
    assert [(each["reason"], each["field"], each["events"]) for each in document["causes"]] == [
        ("Lambda.FunctionError", "", 1)
    ]
    (created,) = (each["created_by_hour"] for each in document["causes"])
    assert sum(created.values()) == 1
    assert document["samples"]["Lambda.FunctionError"][0]["event"] == event().decode()
    assert document["unreadable"]["count"] == 1
    assert (document["events"], document["sent"], document["done"]) == (1, 0, 0)


def test_chosen_events_are_written_to_files(s3: FakeS3, tmp_path: Path) -> None:
    s3.put(key_of("processing-failed"), line_of(event()) + b"\n" + line_of(b"{"))
    code, _, _ = run(*SINCE, "--reason", "not_json", "--out", str(tmp_path / "out"))
    assert code == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["not_json.jsonl"]


def test_nothing_is_said_beyond_the_counts_where_nothing_failed(s3: FakeS3) -> None:
    s3.put(key_of("processing-failed"), line_of(event()))
    assert run(*SINCE, "--event", "lesson:*")[1].count("\n") == 2
    assert run(*SINCE, "--type", "activePartitionExceeded")[1].startswith("0 events failed")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--reason", "nonsense"],
            "--reason 'nonsense' is no reason: there are not_utf8, not_json,",
        ),
        (
            ["--reason", "Not_Utf8"],
            "--reason 'Not_Utf8' is no reason: there are not_utf8, not_json,",
        ),
        (["--reason", "No.Such"], "--reason 'No.Such' is no reason: there are not_utf8, not_json,"),
        (["--reason", ""], "--reason '' is no reason: there are not_utf8, not_json,"),
        (
            ["--type", "nonsense"],
            "--type 'nonsense' is no type of error: Firehose has activePartitionExceeded, format-",
        ),
        (
            ["--event", "lesson:startet"],
            "--event 'lesson:startet' is no event: the contract has none of that name, and none",
        ),
        (["--event", "nothing:*"], "--event 'nothing:*' is no event: the contract has none of"),
    ],
)
def test_what_is_on_no_list_is_refused_with_what_there_is(
    s3: FakeS3, arguments: list[str], message: str
) -> None:
    s3.put(key_of("processing-failed"), line_of(event()))
    code, shown, told = run(*SINCE, *arguments)
    assert (code, shown) == (2, "")
    assert told.startswith(f"firelake: {message}")


def test_what_an_event_has_is_known_whatever_the_lists_say(s3: FakeS3) -> None:
    s3.put(key_of("processing-failed"), line_of(event(), code="Lambda.Newest"))
    for arguments in (["--event", "other:*"], ["--reason", "Lambda.Newest"]):
        code, shown, _ = run(*SINCE, *arguments)
        assert code == 0
        assert shown.startswith("1 event failed")


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        ("yesterday", "now", "'yesterday' is no time from 1970 to 2262: give a day"),
        ("now", "now", "there is no time between 'now' and 'now'"),
        ("99999999d", "now", "'99999999d' is no time"),
        ("999999d", "now", "'999999d' is no time"),
        ("1969-12-31", "now", "'1969-12-31' is no time from 1970"),
        ("7d", "9999-12-31", "'9999-12-31' is no time from 1970"),
    ],
)
@pytest.mark.usefixtures("s3")
def test_a_time_that_is_none_is_told(since: str, until: str, message: str) -> None:
    code, _, told = run("--since", since, "--until", until)
    assert code == 2
    assert told.startswith(f"firelake: {message}")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOON),
        ("90m", NOON - timedelta(minutes=90)),
        ("36h", NOON - timedelta(hours=36)),
        ("7d", NOON - timedelta(days=7)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20T10:30", datetime(2026, 11, 20, 10, 30, tzinfo=UTC)),
        ("2026-11-20T10:30Z", datetime(2026, 11, 20, 10, 30, tzinfo=UTC)),
        ("2026-11-20T10:30+02:00", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
    ],
)
def test_times_are_days_moments_or_so_long_ago(text: str, moment: datetime) -> None:
    assert moments.moment(text, NOON) == moment
