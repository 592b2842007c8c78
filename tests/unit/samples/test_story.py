"""What sample events tell: visits of people, a funnel, a day, and a release that breaks a field."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from typing import Any, Final

import pytest

from firelake.contract.events import parse_contract
from firelake.contract.reasons import Reason
from firelake.samples.generate import Generator, Shares
from firelake.samples.labels import Fate
from firelake.samples.roles import field_roles
from tests.helpers.contracts import LEARNING
from tests.helpers.foreign_contracts import TINY

START_S: Final = datetime(2026, 1, 15, 12, tzinfo=UTC).timestamp()
ANSWERS: Final = {
    "exercise:answered",
    "placement:answered",
    "review:word:answered",
    "story:question:answered",
}
SHOP: Final = """\
version = 2
[fields]
customer_id = { type = "bigint", description = "Who." }
customer_since = { type = "date", description = "Since when." }
visit_id = { type = "string", description = "In which visit." }
cart_id = { type = "string", description = "What for." }
browser_version = { type = "string", description = "Of the browser." }
build = { type = "string", description = "Of the app." }
country = { type = "string", description = "From where." }
total = { type = "double", description = "How much." }
old_user = { type = "string", description = "Ended.", until = 1 }
[events."cart:opened"]
description = "Opened."
required = ["customer_id", "cart_id"]
optional = ["customer_since", "visit_id", "build", "browser_version", "country"]
[events."cart:paid"]
description = "Paid."
required = ["total"]
optional = ["build", "old_user"]
"""


@cache
def told(*, invalid: float = 0.04) -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """The delivered events of a day of the example, and those that lack a field."""
    generator = Generator(
        LEARNING, seed=1, start_s=START_S, hours=24, shares=Shares(invalid=invalid)
    )
    samples = list(generator.events(12_000))
    rows = [each for each in samples if each.fate is Fate.DELIVERED]
    lacking = [each for each in samples if each.reason is Reason.FIELD_MISSING]
    return tuple(json.loads(each.outgoing.payload) for each in rows), tuple(
        json.loads(each.outgoing.payload) for each in lacking
    )


def test_the_events_of_a_visit_are_of_one_person_on_one_device_within_minutes() -> None:
    visits: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in told()[0]:
        if "session_id" in row:
            visits[row["session_id"]].append(row)
    assert len(visits) > 500
    for rows in visits.values():
        for name in ("user_id", "device_id", "platform", "app_version", "lesson_id", "order_id"):
            assert len({row[name] for row in rows if name in row}) <= 1
        times_s = sorted(row["created_at"] for row in rows)
        assert all(later - earlier <= 1000 for earlier, later in pairwise(times_s))


def test_people_come_again() -> None:
    visits = {(row["user_id"], row.get("session_id")) for row in told()[0] if "user_id" in row}
    people = {user for user, _ in visits}
    assert len(people) > 300
    assert len(visits) > 2 * len(people)


def test_each_further_step_is_taken_by_fewer() -> None:
    counts = Counter(row["event_name"] for row in told()[0])
    assert counts["session:started"] > counts["session:ended"] > counts["lesson:started"]
    assert counts["lesson:started"] > counts["lesson:completed"] > counts["lesson:abandoned"] > 0
    assert counts["exercise:answered"] > counts["payment:order:created"] > 0


def test_a_day_has_a_night() -> None:
    hours = Counter(datetime.fromtimestamp(row["created_at"], UTC).hour for row in told()[0])
    assert hours[21] > 4 * hours[3] > 0


def test_a_release_that_breaks_a_field_is_out_for_two_hours_and_then_mended() -> None:
    rows, lacking = told()
    of_release = [row for row in lacking if row.get("app_version") == "8.0.0"]
    broken = [row for row in of_release if row.get("is_correct") is None]
    broken = [row for row in broken if row["event_name"] in ANSWERS]
    # Now and then another event lacks a field for reasons of its own.
    assert len(of_release) >= len(broken) > max(150, 0.95 * len(of_release))
    bad = [row for row in rows if row.get("app_version") == "8.0.0"]
    assert len(bad) > 400
    assert not {row["event_name"] for row in bad} & ANSWERS
    times_s = sorted(row["created_at"] for row in (*broken, *bad))
    # A visit that began within the two hours may have gone on.
    assert 5400 < times_s[-1] - times_s[0] < 7200 + 1800
    mended = [row for row in rows if row.get("app_version") == "8.0.1"]
    assert min(row["created_at"] for row in mended) > times_s[-1] - 1800
    assert {row["event_name"] for row in mended} >= ANSWERS


def test_where_nothing_is_to_be_invalid_the_release_breaks_nothing() -> None:
    rows, lacking = told(invalid=0.0)
    assert not lacking
    assert {row["event_name"] for row in rows if row.get("app_version") == "8.0.0"} >= ANSWERS


def test_every_kind_comes_early_whatever_is_invalid() -> None:
    generator = Generator(LEARNING, seed=2, start_s=START_S, shares=Shares(invalid=0.3))
    names = {
        json.loads(each.outgoing.payload)["event_name"]
        for each in generator.events(400)
        if each.fate is Fate.DELIVERED
    }
    # One in seven at most was spoilt in another way.
    assert len(names & {*LEARNING.events}) > 80


def test_where_no_field_can_break_the_time_does() -> None:
    generator = Generator(
        parse_contract(TINY), seed=1, start_s=START_S, hours=24, shares=Shares(invalid=0.5)
    )
    reasons = Counter(each.reason for each in generator.events(1000))
    assert 200 < reasons[Reason.CREATED_AT] < 350


@pytest.mark.parametrize("hours", [0.001, 1.0, 167.0])
def test_a_story_fits_any_time(hours: float) -> None:
    shares = Shares(invalid=0.5)
    generator = Generator(LEARNING, seed=3, start_s=START_S, hours=hours, shares=shares)
    ages_s = [
        START_S - json.loads(each.outgoing.payload)["created_at"]
        for each in generator.events(500)
        if each.fate is Fate.DELIVERED
    ]
    assert -0.001 <= min(ages_s) <= max(ages_s) <= hours * 3600 + 0.001


def test_roles_are_found_by_names_and_types() -> None:
    roles = field_roles(parse_contract(SHOP))
    assert [each.name for each in roles.person] == ["customer_id", "country"]
    assert [each.name for each in roles.visit] == ["visit_id"]
    assert [each.name for each in roles.subject] == ["cart_id"]
    assert roles.release is not None
    assert roles.release.name == "build"
