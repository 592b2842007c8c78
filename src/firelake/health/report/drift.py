"""The section about contract drift: events and fields that came and nobody declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.health.report.findings import Gap
from firelake.health.report.section import Section, gap_text
from firelake.operations.counts import counted
from firelake.operations.page.tables import table

if TYPE_CHECKING:
    from firelake.health.drift import DriftedField
    from firelake.health.report.findings import Findings

_MOST_SHOWN: Final = 25
_MOST_LISTED: Final = 1000
_ONLY_NULL: Final = "only null"


def drift(findings: Findings) -> Section:
    """Show the events and the fields of declared events that the contract does not know."""
    title = "Contract drift"
    found = findings.drift
    if isinstance(found, Gap):
        return Section(title=title, gaps=(gap_text("Fields nobody declared are", found.why),))
    if not found:
        return Section(title=title, texts=("Every field that events brought is declared.",))
    texts = [
        (
            f"{counted(len(found.fields), 'field')} that declared events brought and the contract"
            f" does not declare for them, and {counted(len(found.events), 'event')} of names that"
            " it does not know, with fields of whatever names. All are kept in the column extras."
        )
    ]
    if len(found.fields) > _MOST_SHOWN:
        texts.append(f"These are the {_MOST_SHOWN} fields that stand in most rows.")
    if len(found.events) > _MOST_LISTED:
        texts.append(f"The events are the {_MOST_LISTED:,} of most rows.")
    return Section(
        title=title,
        texts=tuple(texts),
        shown=table(
            ("field", "likely type", "remark", "an event", "first dt", "a value"),
            ("events", "rows"),
            [_row(each) for each in found.fields[:_MOST_SHOWN]],
        ),
        more_title="Events of unknown names",
        more=table(
            ("event", "fields", "first dt"),
            ("rows",),
            [
                (each.event_name, ", ".join(each.fields), each.first_dt, each.row_count)
                for each in found.events[:_MOST_LISTED]
            ],
        ),
    )


def _row(each: DriftedField) -> tuple[str | int, ...]:
    return (
        each.field,
        each.likely_type or _ONLY_NULL,
        "" if each.known_type is None else f"{each.known_type} elsewhere",
        each.event_names[0],
        each.first_dt,
        each.sample,
        len(each.event_names),
        each.row_count,
    )
