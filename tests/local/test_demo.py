"""The command `firelake demo` as a newcomer runs it: it ends well, and its numbers add up."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.local

ROOT: Final = Path(__file__).parents[2]
# A line of the table: a type of event and four numbers.
COUNTS: Final = re.compile(
    r"^\W*(\w+)\W+([\d,]+)\W+([\d,]+)\W+([\d,]+)\W+([\d,]+)\W*$", re.MULTILINE
)


def number(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "report.html"


@pytest.fixture(scope="module")
def demo(report: Path) -> subprocess.CompletedProcess[str]:
    """A finished demonstration with 2,000 events."""
    return subprocess.run(
        [sys.executable, "-m", "ops", "demo", "--events", "2000", "--report", str(report)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


@pytest.fixture(scope="module")
def counts(demo: subprocess.CompletedProcess[str]) -> dict[str, tuple[int, int, int, int]]:
    """What the table says of each type, and of all: sent, delivered, duplicate, invalid."""
    found: dict[str, tuple[int, int, int, int]] = {}
    for event_type, *numbers in COUNTS.findall(demo.stdout.partition("A first question")[0]):
        sent, delivered, duplicates, invalid = map(number, numbers)
        assert event_type not in found
        found[event_type] = (sent, delivered, duplicates, invalid)
    return found


def test_it_ends_well_and_says_that_every_event_is_accounted_for(
    demo: subprocess.CompletedProcess[str],
) -> None:
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert re.search(r"^Every event is accounted for: ", demo.stdout, re.MULTILINE)
    assert "fault" not in demo.stdout


def test_it_ends_with_a_report_of_the_same_numbers(
    demo: subprocess.CompletedProcess[str], report: Path
) -> None:
    assert demo.stdout.splitlines()[-1] == f"A report to look at: {report}"
    text = report.read_text("utf-8")
    totals = dict(re.findall(r"<dt>([a-z ]+)</dt><dd>([\d,]+)</dd>", text))
    assert number(totals["delivered"]) == 1841
    assert 'class="gap"' not in text


def test_of_each_type_what_was_sent_is_delivered_duplicate_or_invalid(
    counts: dict[str, tuple[int, int, int, int]],
) -> None:
    for event_type, (sent, delivered, duplicates, invalid) in counts.items():
        assert sent == delivered + duplicates + invalid, event_type
        assert sent > 0


def test_the_types_add_up_to_the_last_line_which_is_what_was_sent(
    demo: subprocess.CompletedProcess[str], counts: dict[str, tuple[int, int, int, int]]
) -> None:
    types = {name: each for name, each in counts.items() if name != "all"}
    assert tuple(map(sum, zip(*types.values(), strict=True))) == counts["all"]
    assert counts["all"][0] == 2000
    assert re.search(r"^sent +2,000 events", demo.stdout, re.MULTILINE)
    assert {"lesson", "unregistered"} <= set(types)


def test_the_seed_alone_decides_what_is_sent(
    counts: dict[str, tuple[int, int, int, int]],
) -> None:
    assert counts["all"] == (2000, 1841, 100, 59)


def test_the_first_question_is_answered_from_the_files_with_as_many_rows_as_were_delivered(
    demo: subprocess.CompletedProcess[str], counts: dict[str, tuple[int, int, int, int]]
) -> None:
    answer = demo.stdout.partition("A first question")[2]
    events = re.findall(r"^\W*lesson:\w+\W+(\d+)\W", answer, re.MULTILINE)
    assert sum(map(int, events)) == counts["lesson"][1]
