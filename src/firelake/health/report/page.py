"""The report as one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from firelake.health.report.attempts import attempts
from firelake.health.report.costs import costs
from firelake.health.report.delays import freshness, lateness
from firelake.health.report.drift import drift
from firelake.health.report.failures import failures
from firelake.health.report.files import files
from firelake.health.report.heat_map import heat_map
from firelake.health.report.outcomes import outcomes
from firelake.operations.page.shell import render
from firelake.operations.terminal import harmless

if TYPE_CHECKING:
    from firelake.health.report.findings import Findings
    from firelake.health.report.section import Section

_TEMPLATE: Final = Path(__file__).with_name("report.html")


def sections(findings: Findings) -> tuple[Section, ...]:
    """Returns the sections of the page, in order."""
    return tuple(
        make(findings)
        for make in (
            outcomes,
            heat_map,
            failures,
            freshness,
            costs,
            drift,
            lateness,
            attempts,
            files,
        )
    )


def page(findings: Findings, shown: tuple[Section, ...]) -> str:
    """Returns the page."""
    span = findings.span
    content = {
        "span": f"Arrived from {span.since:%Y-%m-%d %H:%M} to before {span.until:%Y-%m-%d %H:%M}"
        " UTC, in whole hours",
        "made_at": f"{findings.made_at:%Y-%m-%d %H:%M:%S} UTC",
        "sections": shown,
    }
    return render(_TEMPLATE, f"Events of {harmless(findings.stack)}", content)
