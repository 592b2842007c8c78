"""The command `firelake demo` as a newcomer runs it, with any contract."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from firelake.contract.events import load_contract
from tests.helpers.foreign_contracts import TINY, large

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

ROOT: Final = Path(__file__).parents[2]
# A line of the table: a type of event and four numbers.
COUNTS: Final = re.compile(
    r"^\W*(\w+)\W+([\d,]+)\W+([\d,]+)\W+([\d,]+)\W+([\d,]+)\W*$", re.MULTILINE
)
# With this project's contract `make demo` runs it.
CONTRACTS: Final = {"tiny": TINY, "large": large()}


class Demo(NamedTuple):
    """A finished demonstration with 2,000 events.

    Attributes:
        done: What the command printed.
        contract: The events.
        report: Where its page is.
        counts: What the table says of each type, and of all: sent, delivered, duplicate, failed.
    """

    done: subprocess.CompletedProcess[str]
    contract: Path
    report: Path
    counts: dict[str, tuple[int, int, int, int]]


def number(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.fixture(scope="module", params=CONTRACTS)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    contract, report = folder / "mine.toml", folder / "report.html"
    contract.write_text(CONTRACTS[request.param])
    done = subprocess.run(
        [
            *(sys.executable, "-m", "firelake", "demo", "--events", "2000"),
            *("--contract", str(contract), "--report", str(report)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    counts: dict[str, tuple[int, int, int, int]] = {}
    for event_type, *numbers in COUNTS.findall(done.stdout.partition("A first question")[0]):
        sent, delivered, duplicates, invalid = map(number, numbers)
        assert event_type not in counts
        counts[event_type] = (sent, delivered, duplicates, invalid)
    return Demo(done, contract, report, counts)


def test_it_ends_well_and_says_that_every_event_is_accounted_for(demo: Demo) -> None:
    assert demo.done.returncode == 0, demo.done.stdout + demo.done.stderr
    assert re.search(r"^Every event is accounted for: ", demo.done.stdout, re.MULTILINE)
    assert "fault" not in demo.done.stdout


def test_it_ends_with_a_report_of_the_same_numbers(demo: Demo) -> None:
    assert demo.done.stdout.splitlines()[-1] == f"A report to look at: {demo.report}"
    text = demo.report.read_text("utf-8")
    totals = dict(re.findall(r"<dt>([a-z ]+)</dt><dd>([\d,]+)</dd>", text))
    assert number(totals["delivered"]) == demo.counts["all"][1]
    assert 'class="gap"' not in text


def test_of_each_type_what_was_sent_is_delivered_duplicate_or_invalid(demo: Demo) -> None:
    for event_type, (sent, delivered, duplicates, invalid) in demo.counts.items():
        assert sent == delivered + duplicates + invalid, event_type
        assert sent > 0


def test_the_types_are_those_of_the_contract_and_add_up_to_what_was_sent(demo: Demo) -> None:
    types = {name: each for name, each in demo.counts.items() if name != "all"}
    assert tuple(map(sum, zip(*types.values(), strict=True))) == demo.counts["all"]
    assert demo.counts["all"][0] == 2000
    assert re.search(r"^sent +2,000 events", demo.done.stdout, re.MULTILINE)
    assert set(types) - {"unregistered"} == {*load_contract(demo.contract).event_types}


def test_copies_and_failures_are_among_the_events(demo: Demo) -> None:
    """Of 2,000 about 100 are copies, and about 60 invalid or late."""
    _, _, duplicates, invalid = demo.counts["all"]
    assert 60 < duplicates < 140
    assert 30 < invalid < 90


def test_the_first_question_is_answered_with_as_many_rows_as_were_delivered(demo: Demo) -> None:
    answer = demo.done.stdout.partition("A first question")[2]
    (event_type,) = re.findall(r"WHERE event_type = '(\w+)'", answer)
    events = re.findall(rf"^\W*{event_type}(?::[\w:]+)?\W+(\d+)\W", answer, re.MULTILINE)
    assert sum(map(int, events)) == demo.counts[event_type][1]


def test_a_move_leaves_fewer_files_and_the_same_answer(demo: Demo) -> None:
    (told,) = re.findall(
        r"moved into history: ([\d,]+) files under events/ before, ([\d,]+) and ([\d,]+) of"
        r" history after, and the same answer",
        demo.done.stdout,
    )
    before, after, in_history = map(number, told)
    assert after < before
    assert 0 < in_history <= before - after
