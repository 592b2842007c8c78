"""docs/questions.md: its figures are those of the pages and commands that it names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from firelake.contract import names
from firelake.contract.reasons import Reason

DOCS: Final = Path(__file__).parents[2] / "docs"
PAGE: Final = (DOCS / "questions.md").read_text("utf-8")
SCALING: Final = (DOCS / "scaling.md").read_text("utf-8")


def test_figures_of_files_are_those_that_the_plan_printed() -> None:
    rows = re.findall(r"^\| [\d,]+ \| [^|]+ \| ([\d.,]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == 3
    place = 0
    for objects, form in rows:
        for figure, title in ((objects, "objects an hour"), (form, "an object of current events")):
            found = re.compile(rf"│ {title} +│ {re.escape(figure)}\b").search(SCALING, place)
            assert found is not None, figure
            place = found.start()


def test_every_metric_of_the_function_is_named() -> None:
    metrics = {value for name, value in vars(names).items() if name.startswith("METRIC_")}
    row = next(line for line in PAGE.splitlines() if line.startswith("| CloudWatch"))
    assert metrics == set(re.findall(r"`((?:Event|Error|Erasure|Claim|History)\w+)`", row))


def test_there_are_as_many_reasons_as_it_says() -> None:
    assert "[fifteen codes]" in PAGE
    assert len(Reason) == 15
