"""A contract drafted for a new project, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.contract.names import DEFAULT_LATENESS_DAYS
from firelake.exchange.sample import MAX_EVENTS, draft_of_sample
from firelake.send.inputs import bytes_of, documents_to_send, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from firelake.exchange.sample import Drafted

_MOST_FAULTS: Final = 10
_S_PER_DAY: Final = 86_400


def drafted_of_file(sample: Path, now_s: float) -> Drafted:
    """Draft a contract from the events of a file, or of standard input for `-`.

    Raises:
        InputError: It cannot be read, or holds no events.
    """
    chunks = documents_to_send(bytes_of(sample), name_of(sample))
    return draft_of_sample(chunks, sample.name.lstrip("-") or "stdin", int(now_s * 1000))


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
        f"{len(contract.events):,} events and {len(contract.fields):,} fields{by}. Of"
        f" {check.events:,} events of the sample {check.rows:,} would be rows, {check.copies:,} are"
        f" copies, {check.failed:,} would fail"
    )
    for fault, seen in check.ranked_faults[:_MOST_FAULTS]:
        wanted = f"{fault.field}: {fault.expected}" if fault.field else fault.expected
        yield f"  {seen.count:,} {fault.reason}: {wanted} (first: {seen.first})"
    if drafted.is_partial:
        yield f"the sample is larger than was looked at: its first {MAX_EVENTS:,} events at most"
    if drafted.undecided:
        count = len(drafted.undecided)
        yield f"not decided: {count:,}, which stand as comments in events.toml"
    days = DEFAULT_LATENESS_DAYS
    if drafted.first_s is not None and now_s - drafted.first_s > days * _S_PER_DAY:
        yield (
            f"its oldest events are older than {days} days, which the stream refuses as too late:"
            " bring those in by `firelake backfill`"
        )
