"""The page of a report: its numbers, its gaps, and that no text from outside does anything."""

from __future__ import annotations

import html
import re
from functools import cache

import pytest

from firelake.health.drift import Drift
from firelake.health.report.findings import Gap
from firelake.health.report.page import page, sections
from tests.unit.health.report.report_findings import (
    HOSTILE,
    findings_of,
    hostile_findings,
    whole_findings,
    whole_sections,
)
from tests.unit.operations.page.page_elements import (
    assert_each_chart_has_both_forms_and_words,
    assert_policy_allows_data_images_and_the_one_style,
    assert_runs_and_loads_nothing,
    elements,
)


@cache
def whole() -> str:
    return page(whole_findings(), tuple(whole_sections().values()))


@cache
def hostile() -> str:
    """Also draws the charts, in which a character without a picture would be an error here."""
    findings = hostile_findings()
    return page(findings, sections(findings))


NO_DRIFT = Drift(events=(), fields=())


def texts_of(text: str) -> str:
    """What a reader sees, without the style."""
    body = text.partition("<body>")[2]
    return html.unescape(re.sub(r"<[^>]*>", " ", body))


def test_a_whole_report_has_charts_for_each_section_but_drift_and_cost_and_no_gap() -> None:
    assert_each_chart_has_both_forms_and_words(whole(), 9)
    assert 'class="gap"' not in whole()


@pytest.mark.parametrize("text", [whole, hostile], ids=["whole", "hostile"])
def test_nothing_on_the_page_is_run_or_loaded(text: object) -> None:
    made = whole() if text is whole else hostile()
    assert_runs_and_loads_nothing(made)
    assert_policy_allows_data_images_and_the_one_style(made)


def test_hostile_texts_make_no_element_that_a_harmless_page_has_not() -> None:
    assert {tag for tag, _ in elements(hostile())} <= {tag for tag, _ in elements(whole())} | {"p"}


def test_nothing_on_the_page_hides_or_turns_text() -> None:
    shown = html.unescape(hostile())
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", shown
    )
    assert r"\x1b[31mred" in shown
    assert r"a\u202egnp.exe" in shown


@pytest.mark.parametrize("text", HOSTILE[:5], ids=range(5))
def test_markup_is_shown_as_text(text: str) -> None:
    assert text not in hostile()
    assert text in texts_of(hostile()) or text in html.unescape(hostile())


def test_templates_and_mathematics_of_others_are_not_computed() -> None:
    assert "{{ 7 * 7 }}" in html.unescape(hostile())
    assert r"$\frac{1}{0}$" in html.unescape(hostile())


def test_very_long_texts_are_cut() -> None:
    assert "x" * 501 not in hostile()


def test_charts_for_phones_are_chosen_by_width_and_never_on_paper() -> None:
    media = {attributes["media"] for tag, attributes in elements(whole()) if tag == "source"}
    assert media == {"screen and (max-width: 600px)"}


def test_each_section_can_be_gone_to_and_tables_be_scrolled_by_keys() -> None:
    found = elements(whole())
    targets = {attributes["href"] for tag, attributes in found if tag == "a"}
    headings = {f"#{attributes['id']}" for tag, attributes in found if tag == "h2"}
    assert targets == headings
    assert len(headings) == len(whole_sections())
    regions = [attributes for _, attributes in found if attributes.get("class") == "wide"]
    assert regions
    assert all(each["tabindex"] == "0" and each["aria-label"] for each in regions)


def test_where_nothing_can_be_read_each_section_says_so() -> None:
    findings = findings_of()
    shown = sections(findings)
    assert all(section.gaps for section in shown)
    assert not any(section.charts for section in shown)
    assert "not asked" in page(findings, shown)


def test_where_nothing_came_there_is_a_page_without_charts() -> None:
    findings = findings_of(
        arrivals=(), sent={}, failed={}, lateness={}, types=(), partitions=(), drift=NO_DRIFT
    )
    shown = sections(findings)
    told = [text for section in shown for text in section.texts]
    assert told.count("No event arrived in this time.") == 2
    assert "Every field that events brought is declared." in told
    assert "The partitions of this time have no files." in told
    assert page(findings, shown)


def test_an_analyst_who_may_not_read_raw_and_errors_sees_the_rest() -> None:
    whole = whole_findings()
    refused = Gap("Permission denied on S3 path: s3://lake/raw")
    findings = findings_of(arrivals=whole.arrivals, sent=refused, failed=refused)
    outcome = sections(findings)[0]
    assert outcome.total == (
        ("sent", "not known"),
        ("delivered", "17"),
        ("unregistered", "4"),
        ("failed", "not known"),
        ("duplicate or on the way", "not known"),
        ("unregistered, of an unknown type", "3"),
        ("rows that Firehose delivered twice", "2"),
        ("age of the newest, s", "not known"),
        ("cost so far, estimated", "not known"),
    )
    assert outcome.gaps == (
        "What was sent, from raw/, is missing: Permission denied on S3 path: s3://lake/raw",
        "What failed, from errors/, is missing: Permission denied on S3 path: s3://lake/raw",
    )
