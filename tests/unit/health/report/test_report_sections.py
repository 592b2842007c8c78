"""The numbers of the sections, against findings reckoned by hand."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from firelake.health.drift import Drift, DriftedEvent
from firelake.health.report.drift import drift
from firelake.health.report.findings import Arrival, Span
from firelake.health.report.heat_map import heat_map
from firelake.operations.page.charts import INK, draw_chart, label
from tests.unit.health.report.report_findings import drifted, findings_of, hour, whole_sections

if TYPE_CHECKING:
    from firelake.operations.page.tables import Table


def rows(table: Table | None) -> list[tuple[str, ...]]:
    assert table is not None
    assert all(len(row) == len(table.columns) for row in table.rows)
    return list(table.rows)


def test_what_was_sent_is_delivered_failed_or_the_rest_hour_by_hour_and_in_all() -> None:
    section = whole_sections()["What became of the events that arrived"]
    assert rows(section.table) == [
        ("2026-11-22 08:00", "15", "10", "1", "2", "3"),
        ("2026-11-22 09:00", "9", "7", "3", "1", "1"),
        ("all", "24", "17", "4", "3", "4"),
    ]
    assert dict(section.total)["rows that Firehose delivered twice"] == "2"


def test_the_heat_map_goes_by_when_events_were_created() -> None:
    section = whole_sections()["Events by type and hour"]
    assert section.texts == (
        (
            "Of 17 events that arrived, by hour of creation (UTC); 0 were created before the first"
            " hour that is drawn and 0 after the last: they are in the table alone."
        ),
    )
    assert rows(section.table) == [
        ("2026-11-21 20:00", "4", "0"),
        ("2026-11-22 08:00", "10", "0"),
        ("2026-11-22 09:00", "0", "3"),
        ("all", "14", "3"),
    ]


def test_a_heat_map_of_more_than_a_week_goes_by_days() -> None:
    since = datetime(2026, 11, 1, 6, tzinfo=UTC)
    arrivals = tuple(
        Arrival(
            event_type=f"type_{number}",
            created_hour=since + timedelta(hours=number),
            arrival_hour=since,
            rows=1,
            events=1,
            unknown=0,
        )
        for number in range(26)
    )
    findings = replace(findings_of(arrivals=arrivals), span=Span(since, since + timedelta(days=8)))
    section = heat_map(findings)
    assert [row[0] for row in rows(section.table)] == [
        "2026-11-01",
        "2026-11-02",
        "all",
    ]
    assert [chart.title for chart in section.charts] == [
        "Events by day of creation",
        "Events by type and day of creation",
    ]


def test_a_few_events_that_were_created_long_before_are_in_the_table_alone() -> None:
    few, many = (
        Arrival(event_type="a", created_hour=at, arrival_hour=hour(9), rows=n, events=n, unknown=0)
        for at, n in ((hour(9, day=15), 1), (hour(7), 999))
    )
    section = heat_map(findings_of(arrivals=(few, many)))
    assert "1 was created before the first hour that is drawn" in section.texts[0]
    assert [row[0] for row in rows(section.table)] == [
        "2026-11-15 09:00",
        "2026-11-22 07:00",
        "all",
    ]


def test_rates_are_marked_as_attempts_and_tell_their_source() -> None:
    section = whole_sections()["Delivered, duplicate, invalid and unregistered over time"]
    assert section.texts[0].startswith("Per attempt, from CloudWatch: ")
    assert rows(section.table)[-1] == ("all", "24", "17", "3", "3", "4")
    assert len(rows(section.table)) == 14  # an hour of five minutes, its end too, and the sum


def test_lateness_adds_up() -> None:
    assert rows(whole_sections()["Lateness: from creation to arrival"].table)[-1] == ("all", "55")


def test_freshness_tells_each_type_and_the_delivery() -> None:
    section = whole_sections()["Freshness"]
    assert rows(section.shown) == [("lesson", "2026-11-22 09:59:59", "1,801", "2", "43,200")]
    assert rows(section.table) == [("2026-11-22 08:00", "12"), ("2026-11-22 09:00", "40")]


def test_files_are_told_with_their_sizes() -> None:
    section = whole_sections()["Files by partition"]
    assert rows(section.table) == [("lesson", "2026-11-22", "3", "14", "6,144", "1,000", "4,000")]
    assert section.charts[0].description == "lesson: 3 of 2.0 KiB."


def test_causes_come_by_reason_and_field_with_a_sample_and_the_commands_that_mend_them() -> None:
    section = whole_sections()["Why events failed"]
    assert rows(section.shown) == [
        ("field_type", "scores[]", "2"),
        ("field_type", "", "1"),
        ("not_json", "", "1"),
    ]
    first, _, last = section.cards
    assert (first.title, first.count, first.sample) == ("field_type: scores[]", "2", "{}")
    span = "--since 2026-11-22T08:00Z --until 2026-11-22T11:00Z"
    assert first.commands == (
        f"firelake errors --reason field_type --event '{{}}' {span}",
        f"firelake replay --fix mend.py --reason field_type --event '{{}}' {span}",
    )
    wrong = "A declared field holds a value that its type or constraints refuse."
    assert first.texts[:2] == (wrong, "{} 2")
    assert "sets scores[]" in first.texts[2]
    assert last.commands == (f"firelake errors --reason not_json --event '{{' {span}",)
    assert [chart.title for chart in section.charts] == [
        "Failed events by reason and field",
        "Failed events by hour of creation",
    ]
    assert "of 2026-11-22 09:00 UTC: 1." in section.charts[1].description


def test_cost_is_an_estimate_with_its_source_and_what_is_not_known_is_left_open() -> None:
    section = whole_sections()["What it has cost"]
    assert section.texts[0].startswith(
        "An estimate, no bill: AWS's list prices of us-east-1 as of 2026-11-22"
    )
    assert rows(section.shown) == [
        ("Kinesis", "data in", "read", "2 GB", "$0.1600"),
        ("Firehose", "ingested", "read", "10 GB", "$1.50"),
        ("DynamoDB", "claims written", "writes", "\N{EN DASH}", "\N{EN DASH}"),
        ("all", "", "", "", "$1.66 +"),
    ]
    totals = dict(whole_sections()["What became of the events that arrived"].total)
    assert totals["cost so far, estimated"] == "$1.66 +"
    assert totals["age of the newest, s"] == "1,801"


def test_fields_of_declared_events_are_told_beside_events_of_unknown_names() -> None:
    prize = DriftedEvent(
        event_name="game:won", fields=("prize", "user_id"), row_count=9, first_dt="2026-11-21"
    )
    mood = drifted("mood", 6, "lesson:ended", "lesson:started", known_type="bigint")
    gone = drifted("gone", 1, "lesson:ended", likely_type=None)
    section = drift(findings_of(drift=Drift(events=(prize,), fields=(mood, gone))))
    assert rows(section.shown) == [
        ("mood", "string", "bigint elsewhere", "lesson:ended", "2026-11-22", '"x"', "2", "6"),
        ("gone", "only null", "", "lesson:ended", "2026-11-22", '"x"', "1", "1"),
    ]
    assert rows(section.more) == [("game:won", "prize, user_id", "2026-11-21", "9")]


def test_a_span_is_of_whole_hours() -> None:
    span = Span.around(hour(8) + timedelta(minutes=59), hour(9) + timedelta(microseconds=1))
    assert span == Span(hour(8), hour(10))
    assert Span.around(hour(8), hour(9)) == Span(hour(8), hour(9))


def test_a_label_has_only_characters_that_the_font_can_draw_and_is_short() -> None:
    assert label("lesson_1") == "lesson_1"
    assert label("名\n🦜$") == "\N{REPLACEMENT CHARACTER}\\n\N{REPLACEMENT CHARACTER}$"
    assert label("x" * 41) == "x" * 39 + "…"
    assert len(label("\x00" * 9000)) == 40


def test_a_chart_drawn_twice_is_the_same_and_takes_no_text_for_mathematics() -> None:
    def draw(axes: Any) -> None:  # noqa: ANN401
        axes.plot([1, 2], [3, 4], color=INK)
        axes.set_xlabel(r"$\frac{1}{0}$ and $x_{$")

    first, second = (draw_chart("title", "words", draw) for _ in range(2))
    assert first == second
    light, dark = (base64.b64decode(each.partition(",")[2]) for each in (first.light, first.dark))
    assert b"#1f2933" in light
    assert b"#1f2933" not in dark
    assert dark == light.replace(b"#1f2933", b"#e4e8ec").replace(b"#ffffff", b"#14181d").replace(
        b"#d9dee3", b"#38414a"
    )
    assert first.narrow_light == ""
