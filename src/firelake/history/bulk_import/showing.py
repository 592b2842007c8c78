"""What an import is told as: the plan before it, the counts after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.history.backfill.showing import later_text
from firelake.operations.counts import noun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.history.bulk_import.plan import ImportPlan, PlainColumn
    from firelake.history.bulk_import.tally import ImportTally
    from firelake.operations.settings_history import Closing

_MIB: Final = 1024 * 1024
UNCHECKED: Final = (
    "not checked, as SQL does not tell: how deep the JSON of a text is nested, seconds of 60",
)


def plan_lines(plan: ImportPlan) -> Iterator[str]:
    """Yields the lines about what of a table goes where."""
    yield f"{plan.table} into events_history:"
    yield f"  event_uuid ← {_column(plan.id)}"
    yield f"  event_name ← {_column(plan.name) if plan.name else repr(plan.fixed_name)}"
    time_format = f", in {plan.time_format}" if plan.time_format else ""
    yield f"  created_at ← {_column(plan.time)}{time_format}"
    for each in plan.fields:
        shown = f"{each.column.name} ({each.column.glue_type})"
        yield f"  {each.field.name} ({each.field.type}) ← {shown}"
    if plan.extras:
        yield f"  extras ← {', '.join(map(_column, plan.extras))}"
    if plan.left_out:
        yield f"  left out: {', '.join(plan.left_out)}"
    if plan.missing:
        yield f"  no column has {', '.join(plan.missing)}: rows of events that require one stay out"
    yield from (f"  not checked: {each}" for each in plan.unstated)
    yield from (f"  {each}" for each in UNCHECKED)


def summary(
    tally: ImportTally, plan: ImportPlan, closing: Closing, *, is_dry_run: bool
) -> Iterator[str]:
    """Yields the lines about what became of every row."""
    done = "would be imported" if is_dry_run else "imported"
    yield f"{tally.rows:>13,} {noun(tally.rows, 'row')} of {plan.table}, of which"
    for count, name in (
        (tally.imported, f"{done}: the lake lacked them"),
        (tally.there, "there: the lake has them"),
        (tally.repeated, "repeated: copies of another row"),
        (tally.later, later_text(tally.latest_s, closing)),
        (tally.invalid, "invalid: left out, and still in the table"),
        (tally.erased, "erased: of people who are in the register of erasures"),
        (tally.expired, "expired: older than events of their type are kept"),
        (tally.undone, "undone: not imported, as something failed"),
    ):
        if count:
            yield f"{count:>13,} {name}"
    for fault, count in sorted(tally.faults.items(), key=lambda each: (-each[1], each[0])):
        reason, _, field = fault.partition(":")
        yield f"{'':>15}{count:,} {reason} {field}"
    if tally.unregistered:
        yield f"{tally.unregistered:>13,} of an event that the contract does not know: in extras"
    read = f"{tally.scanned_bytes / _MIB:,.1f} MiB read by Athena"
    if is_dry_run:
        yield (
            f"{read}; the import takes {tally.statements:,} statements, which read at most"
            f" {tally.expected_bytes / _MIB:,.1f} MiB"
        )
        yield "a dry run: nothing was changed"
    else:
        yield f"{tally.statements:>13,} statements; {read}"
    if tally.failure:
        yield f"fault: {tally.failure}: run it again, it goes on where it was"


def _column(each: PlainColumn) -> str:
    return f"{each.column.name} ({each.column.glue_type})"
