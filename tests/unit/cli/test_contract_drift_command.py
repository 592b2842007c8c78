"""The command `firelake contract drift`: what it asks, what it shows, how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast
from unittest.mock import MagicMock

import pytest
from typer.testing import CliRunner

from firelake.aws.clients import AwsClients
from firelake.cli.app import app
from tests.fakes.athena_client import FakeAnswer, FakeAthena

if TYPE_CHECKING:
    from typer.testing import Result

COUNTS = ("null", "boolean", "integer", "fraction", "timestamp", "text", "json")
COLUMNS = [
    ("event_name", "varchar"),
    ("field", "varchar"),
    ("row_count", "bigint"),
    *[(f"{name}_count", "bigint") for name in COUNTS],
    ("first_dt", "varchar"),
    ("sample", "varchar"),
]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRELAKE_DATABASE", "a_lake")
    monkeypatch.setenv("FIRELAKE_WORKGROUP", "analysts")
    monkeypatch.setenv("FIRELAKE_GRANULARITY", "hour")


def row(event_name: str, field: str, *, sample: str, **counts: int) -> list[str | None]:
    numbers = [str(counts.get(name, 0)) for name in COUNTS]
    total = str(sum(counts.values()))
    return [event_name, field, total, *numbers, "2026-11-20-08", sample]


def run(fake: FakeAthena, *arguments: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AwsClients, "athena", MagicMock(return_value=fake))
        return CliRunner().invoke(app, ["contract", "drift", *arguments])


def finding(*rows: list[str | None]) -> FakeAthena:
    answer = FakeAnswer(columns=COLUMNS, rows=rows)
    return FakeAthena(lambda _sql, _parameters: answer)


def test_without_drift_all_is_well() -> None:
    # A field of this version is in extras besides its column.
    known = row("lesson:started", "generator_version", sample='"1.2"', text=3)
    result = run(finding(known))
    assert (result.exit_code, result.stdout) == (
        0,
        "0 events and 0 fields that the contract does not know\n",
    )


def test_each_field_is_told_with_its_likely_type_and_the_exit_code_says_so() -> None:
    result = run(
        finding(
            row("lesson:started", "mood", sample='"good\x1b[2J"', text=1200),
            row("lesson:started", "order_id", sample='"o-1"', text=1),
            row("lesson:completed", "mood", sample='"bad"', text=34),
            row("lesson:sung", "song", sample="null", null=2),
            *(row("lesson:sung", name, sample='"x"', text=3) for name in ("user_id", "a", "b")),
        )
    )
    assert (result.exit_code, result.stdout) == (
        1,
        """\
event lesson:sung: 3 rows since 2026-11-20-08, with a, b, song and 1 more
field mood of lesson:completed, lesson:started: likely string; 1,234 rows since 2026-11-20-08, \
such as "bad"
field order_id of lesson:started: likely string, string in other events; 1 row since \
2026-11-20-08, such as "o-1"
1 event and 2 fields that the contract does not know
""",
    )


def test_drift_is_told_to_programs() -> None:
    result = run(
        finding(
            row("lesson:started", "mood", sample="1", integer=2),
            row("lesson:sung", "song", sample="null", null=1),
        ),
        "--json",
        "--since",
        "2026-11-22T08:30Z",
    )
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "since": "2026-11-22T08:30:00Z",
        "events": [
            {
                "event_name": "lesson:sung",
                "fields": ["song"],
                "row_count": 1,
                "first_dt": "2026-11-20-08",
            }
        ],
        "fields": [
            {
                "field": "mood",
                "event_names": ["lesson:started"],
                "row_count": 2,
                "likely_type": "bigint",
                "known_type": None,
                "first_dt": "2026-11-20-08",
                "sample": "1",
            }
        ],
    }


def test_only_partitions_since_then_are_read() -> None:
    fake = finding()
    assert run(fake, "--since", "2026-11-22T08:30Z").exit_code == 0
    assert "WHERE dt >= ? AND \"event_uuid\" NOT LIKE 'canary-%'\n" in str(
        fake.started[0]["QueryString"]
    )
    assert fake.started[0]["ExecutionParameters"] == ["'2026-11-22-08'"]


def test_by_default_it_is_the_last_seven_days() -> None:
    fake = finding()
    run(fake)
    (first,) = cast("list[str]", fake.started[0]["ExecutionParameters"])
    asked = datetime.strptime(first.strip("'"), "%Y-%m-%d-%H").replace(tzinfo=UTC)
    assert 7 <= (datetime.now(UTC) - asked).total_seconds() / 86_400 < 7.1


def test_a_query_that_fails_is_told() -> None:
    failed = FakeAthena(lambda _sql, _parameters: FakeAnswer(states=["FAILED"], reason="boom"))
    result = run(failed)
    assert (result.exit_code, result.stderr) == (1, "firelake: query query-0 failed: boom\n")
