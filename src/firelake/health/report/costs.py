"""The section about cost: an estimate, each line with the metrics that it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.health.report.findings import Gap
from firelake.health.report.section import Section, gap_text
from firelake.operations.page.tables import Column, Table
from firelake.plan.units import MILLION, amount

if TYPE_CHECKING:
    from firelake.health.report.findings import Findings

_DASH = "\N{EN DASH}"


def costs(findings: Findings) -> Section:
    """Show what the events cost by AWS's list prices, as far as there are metrics."""
    title = "What it has cost"
    found = findings.spending
    if isinstance(found, Gap):
        return Section(title=title, gaps=(gap_text("What the events cost is", found.why),))
    texts = [
        (
            f"An estimate, no bill: AWS's list prices of {found.region} as of {found.as_of}, as"
            " firelake plan has them, times what CloudWatch counted in this time. Records are taken"
            " to be of their mean size. On the embedded cloud nothing is billed."
        ),
        (
            "Not in it is what is billed by the hour or month whether events come or not, what is"
            " kept, and what is asked: firelake plan tells the whole month."
        ),
    ]
    if not found.is_whole:
        texts.append("Of some lines CloudWatch has no metric: there the estimate is too low.")
    if not isinstance(findings.sent, Gap) and sum(findings.sent.values()):
        million = found.dollars / sum(findings.sent.values()) * MILLION
        texts.append(f"That is {dollars_text(million)} for a million events sent.")
    columns = (Column("service"), Column("what"), Column("from the metrics"))
    numbers = (Column("amount", is_number=True), Column("dollars", is_number=True))
    rows = [
        (
            line.service,
            line.what,
            line.source,
            _DASH if line.amount is None else f"{amount(line.amount)} {line.unit}".rstrip(),
            _DASH if line.dollars is None else dollars_text(line.dollars),
        )
        for line in found.lines
    ]
    return Section(
        title=title,
        texts=tuple(texts),
        shown=Table((*columns, *numbers), (*rows, ("all", "", "", "", spent_text(findings)))),
    )


def spent_text(findings: Findings) -> str:
    """Returns the estimate in all; `not known` where there is none."""
    found = findings.spending
    if isinstance(found, Gap):
        return "not known"
    return dollars_text(found.dollars) if found.is_whole else f"{dollars_text(found.dollars)} +"


def dollars_text(dollars: float) -> str:
    """Returns dollars with as many digits as such small sums need."""
    return f"${dollars:,.2f}" if dollars >= 1 else f"${dollars:.4f}"
