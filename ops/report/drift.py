"""The section about contract drift: fields that events brought and nobody declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ops.page.tables import table
from ops.report.findings import Gap
from ops.report.section import Section, gap_text
from ops.terminal import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.drift import DriftedField
    from ops.report.findings import Findings

_MOST_SHOWN: Final = 25
_MOST_LISTED: Final = 1000
_ONLY_NULL: Final = "only null"


@dataclass(slots=True)
class _Gathered:
    """A field of one likely type, in every event that brought it."""

    first: DriftedField
    rows: int = 0
    events: int = 0
    is_registered: bool = False


def drift(findings: Findings) -> Section:
    """Show the fields that events brought and the contract does not know."""
    title = "Contract drift"
    found = findings.drift
    if isinstance(found, Gap):
        return Section(title=title, gaps=(gap_text("Fields nobody declared are", found.why),))
    if not found:
        return Section(title=title, texts=("Every field that events brought is declared.",))
    gathered = _gather(found)
    texts = [
        (
            f"{len(gathered):,} fields that events brought and the contract does not declare for"
            " them; they are kept in the column extras. Those of declared events come first."
        )
    ]
    if len(gathered) > _MOST_SHOWN:
        texts.append(f"These are the {_MOST_SHOWN} that stand in most rows.")
    if len(found) > _MOST_LISTED:
        texts.append(f"The numbers by event are the {_MOST_LISTED:,} greatest.")
    return Section(
        title=title,
        texts=tuple(texts),
        shown=table(
            ("field", "likely type", "remark", "an event", "a value"),
            ("events", "rows"),
            [
                (
                    harmless(each.first.field),
                    each.first.likely_type or _ONLY_NULL,
                    _remark(each.first.known_type, is_registered=each.is_registered),
                    harmless(each.first.event_name),
                    harmless(each.first.sample),
                    each.events,
                    each.rows,
                )
                for each in gathered[:_MOST_SHOWN]
            ],
        ),
        more_title="By event",
        more=table(
            ("event", "field", "likely type", "first dt"),
            ("rows",),
            [
                (
                    harmless(each.event_name),
                    harmless(each.field),
                    each.likely_type or _ONLY_NULL,
                    harmless(each.first_dt),
                    each.row_count,
                )
                for each in found[:_MOST_LISTED]
            ],
        ),
    )


def _gather(found: Iterable[DriftedField]) -> list[_Gathered]:
    fields: dict[tuple[str, str | None, bool], _Gathered] = {}
    for each in found:
        key = (each.field, each.likely_type, each.is_registered)
        gathered = fields.setdefault(key, _Gathered(each, is_registered=each.is_registered))
        gathered.rows += each.row_count
        gathered.events += 1
    return sorted(
        fields.values(), key=lambda each: (not each.is_registered, -each.rows, each.first.field)
    )


def _remark(known_type: str | None, *, is_registered: bool) -> str:
    remarks: list[str] = []
    if not is_registered:
        remarks.append("event not declared")
    if known_type is not None:
        remarks.append(f"{known_type} elsewhere")
    return "; ".join(remarks)
