"""A contract drafted for a new project, and what is said of it."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import DEFAULT_LATENESS_DAYS
from firelake.exchange.contract_document import draft_of_objects
from firelake.exchange.json_schema_reading import objects_of_json_schema
from firelake.exchange.sample import MAX_EVENTS, draft_of_sample
from firelake.operations.contract_source import unreadable
from firelake.operations.counts import counted
from firelake.send.inputs import bytes_of, documents_to_send, name_of
from firelake.transform.rules import SECONDS_PER_DAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from firelake.contract.events import EventContract
    from firelake.exchange.draft import Draft
    from firelake.exchange.sample import Drafted


@unique
class Form(StrEnum):
    """A form in which contracts exist."""

    JSON_SCHEMA = "json-schema"
    ODCS = "odcs"


_MOST_FAULTS: Final = 10


def drafted_of_file(sample: Path, now_s: float) -> Drafted:
    """Draft a contract from the events of a file, or of standard input for `-`.

    Raises:
        InputError: It cannot be read, or holds no events.
    """
    chunks = documents_to_send(bytes_of(sample), name_of(sample))
    return draft_of_sample(chunks, sample.name.lstrip("-") or "stdin", int(now_s * 1000))


def draft_of_form(form: Form, file: Path) -> Draft:
    """Draft a contract of one that exists in another form.

    Raises:
        InputError: The file cannot be read, or is of another form.
    """
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise unreadable(file, error) from error
    if form is Form.JSON_SCHEMA:
        objects = objects_of_json_schema(text, file.name)
    else:
        # YAML comes with Pulumi, which all other forms do without.
        from firelake.exchange.odcs_reading import objects_of_odcs  # noqa: PLC0415

        objects = objects_of_odcs(text, file.name)
    return draft_of_objects(objects, file.name)


def told(drafted: Drafted, now_s: float) -> Iterator[str]:
    """Say what a drafted contract would do of its sample, and what is left open.

    Args:
        drafted: The contract.
        now_s: Now, Unix time.
    """
    check = drafted.check
    contract = drafted.contract
    by = f", by the source {' and '.join(drafted.sources)}" if drafted.sources else ""
    yield (
        f"{_declared(contract)}{by}. Of {counted(check.events, 'event')} of the sample"
        f" {counted(check.rows, 'would be a row', 'would be rows')},"
        f" {counted(check.copies, 'is a copy', 'are copies')}, {check.failed:,} would fail"
    )
    for fault, seen in check.ranked_faults[:_MOST_FAULTS]:
        wanted = f"{fault.field}: {fault.expected}" if fault.field else fault.expected
        yield f"  {seen.count:,} {fault.reason}: {wanted} (first: {seen.first})"
    if drafted.is_partial:
        yield f"the sample is larger than was looked at: its first {MAX_EVENTS:,} events at most"
    yield from _undecided(len(drafted.undecided))
    days = DEFAULT_LATENESS_DAYS
    if drafted.first_s is not None and now_s - drafted.first_s > days * SECONDS_PER_DAY:
        yield (
            f"its oldest events are older than {days} days, which the stream refuses as too late:"
            " bring those in by `firelake backfill`"
        )


def told_of_draft(draft: Draft, contract: EventContract) -> Iterator[str]:
    """Say what became of a contract in another form."""
    yield _declared(contract)
    yield from _undecided(len([*draft.open_questions()]))


def _declared(contract: EventContract) -> str:
    return f"{counted(len(contract.events), 'event')} and {counted(len(contract.fields), 'field')}"


def _undecided(count: int) -> Iterator[str]:
    if count:
        yield f"not decided: {count:,}, which stand as comments in events.toml"
