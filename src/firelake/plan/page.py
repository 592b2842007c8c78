"""A plan as one self-contained page: no script, nothing loaded, every text escaped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from firelake.operations.page.shell import render
from firelake.plan import tables
from firelake.plan.charts import charts

if TYPE_CHECKING:
    from firelake.plan.answer import Answer

_TEMPLATE: Final = Path(__file__).with_name("page.html")


def page(answer: Answer) -> str:
    """Returns the page."""
    content = {
        "lines": [*tables.introduction(answer.plan), *tables.price_remarks(answer)],
        "charts": charts(answer),
        "sections": tables.sections(answer),
        "stack_file": answer.stack_file,
    }
    volume = answer.plan.situation.workload.events_per_hour
    return render(_TEMPLATE, f"A plan for {volume:,.0f} events an hour", content)
