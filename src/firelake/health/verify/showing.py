"""What verify shows: checks and facts as tables, or as one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from firelake.health.verify.facts import FACTS
from firelake.health.verify.findings import Result
from firelake.operations.terminal import plain, text_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from firelake.health.verify.findings import Finding

_STATEMENTS: Final = {fact.name: fact for fact in FACTS}
_STYLES: Final = {Result.HOLDS: "green", Result.FAILS: "bold red", Result.UNKNOWN: ""}


def failed(checks: Sequence[Finding], facts: Sequence[Finding]) -> list[Finding]:
    """Returns what makes a run fail: checks, and facts that the lake relies on."""
    relied_on = [fact for fact in facts if _STATEMENTS[fact.name].is_relied_on]
    return [each for each in (*checks, *relied_on) if each.result is Result.FAILS]


def checks_table(checks: Sequence[Finding]) -> Table:
    """Returns a row a check."""
    rows = [(each.name, plain(each.result, _STYLES[each.result]), each.detail) for each in checks]
    return text_table("What was checked", ("check", "result", "seen"), (), rows)


def facts_table(facts: Sequence[Finding]) -> Table:
    """Returns a row a fact."""
    rows = [
        (
            each.name,
            _STATEMENTS[each.name].statement,
            plain(each.result, _STYLES[each.result]),
            each.detail,
        )
        for each in facts
    ]
    return text_table("What no page tells of AWS", ("fact", "says", "result", "seen"), (), rows)


def as_document(
    run: str, endpoint: str, checks: Sequence[Finding], facts: Sequence[Finding]
) -> dict[str, Any]:
    """Returns it all as a JSON document."""
    return {
        "run": run,
        "endpoint": endpoint,
        "is_verified": not failed(checks, facts),
        "checks": [
            {"check": each.name, "result": each.result.value, "seen": each.detail}
            for each in checks
        ],
        "facts": [
            {
                "fact": each.name,
                "says": _STATEMENTS[each.name].statement,
                "observed_by": _STATEMENTS[each.name].observed_by,
                "is_relied_on": _STATEMENTS[each.name].is_relied_on,
                "result": each.result.value,
                "seen": each.detail,
            }
            for each in facts
        ],
    }
