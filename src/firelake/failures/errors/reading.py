"""Error objects to judged events, with what receipts say: how `errors` and `replay` read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from firelake.contract.reasons import Reason
from firelake.failures.errors.lines import Place, Unreadable
from firelake.failures.receipts import ReceiptError
from firelake.operations.canaries import is_canary
from firelake.operations.chunks import chunks
from firelake.transform.diagnosis import whole_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from firelake.aws.query_stored import Identity
    from firelake.failures.errors.events import ErrorEvent, ErrorEvents
    from firelake.failures.errors.listing import ErrorSource, Selection
    from firelake.failures.receipts import Entry, Receipt
    from firelake.transform.claims import Claim
    from firelake.transform.events import ValidEvent

# What Firehose says of a record that the function itself failed:
# https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html
FAILED_BY_FUNCTION: Final = "Lambda.ProcessingFailedStatus"
_CHUNK_EVENTS: Final = 1000
_CHUNK_BYTES: Final = 8 * 1024 * 1024


class ReadReceipts(Protocol):
    """Where receipts are read."""

    def read(self, errors_key: str) -> Receipt:
        """Returns the receipt of an error object; one without events where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """An event that stands in an error object.

    Attributes:
        entry: What its receipt says of it; None where it says nothing.
        code: Firehose's error code.
        has_receipt: Whether its receipt could be read; if not, nobody knows what was sent of it.
    """

    event: ErrorEvent
    entry: Entry | None
    code: str
    has_receipt: bool = True


def is_reused(event: ValidEvent, claim: Claim | None) -> bool:
    """Whether an event's id belongs to another event, as the function judges it."""
    return claim is not None and (claim.event_name, claim.created_at_s) != (
        event.event_name,
        event.created_at_s,
    )


@dataclass(slots=True)
class ErrorReader:
    """Reads error objects by the transform's own code, and asks claims what it cannot tell.

    Attributes:
        source: Where error objects are.
        claims_of: Reads claims consistently, each of them.
        canaries: How many events of verify it has left out.
    """

    source: ErrorSource
    receipts: ReadReceipts
    events: ErrorEvents
    claims_of: Callable[[Sequence[Identity]], Mapping[Identity, Claim | None]]
    canaries: int = 0

    def read(self, selection: Selection) -> Iterator[Found | Unreadable]:
        """Read the events of the selected records, each with its reasons, in flat memory.

        An id that is reused shows in no event by itself: where the function failed a record whose
        events are valid, their claims are read. A receipt that cannot be read is given as
        unreadable, and the events of its object come without one.

        Raises:
            OpsError: S3 or DynamoDB refused.
        """
        found = self._all(selection)
        for chunk in chunks(found, _size_of, most=_CHUNK_EVENTS, most_bytes=_CHUNK_BYTES):
            asked = {
                each.event.valid.identity
                for each in chunk
                if isinstance(each, Found) and each.event.valid and each.code == FAILED_BY_FUNCTION
            }
            claims: Mapping[Identity, Claim | None] = {}
            if asked:
                claims = self.claims_of(sorted(asked))
            for each in chunk:
                yield each if isinstance(each, Unreadable) else _with_reused(each, claims)

    def _all(self, selection: Selection) -> Iterable[Found | Unreadable]:
        for found in self.source.objects(selection):
            if isinstance(found, Unreadable):
                yield found
                continue
            receipt, is_asked = None, False
            for each in self.events.of_object(self.source.records(found, selection)):
                if isinstance(each, Unreadable):
                    yield each
                    continue
                record, event = each
                if is_canary(event.event):
                    self.canaries += 1
                    continue
                if not is_asked:
                    is_asked = True
                    try:
                        receipt = self.receipts.read(found.key)
                    except ReceiptError as error:
                        yield Unreadable(Place(found.key), str(error))
                entry = None if receipt is None else receipt.events.get(event.label)
                yield Found(event, entry, record.code, has_receipt=receipt is not None)


def _size_of(found: Found | Unreadable) -> int:
    return 0 if isinstance(found, Unreadable) else len(found.event.event)


def _with_reused(found: Found, claims: Mapping[Identity, Claim | None]) -> Found:
    event = found.event
    if (
        event.valid is None
        or found.code != FAILED_BY_FUNCTION
        or not is_reused(event.valid, claims.get(event.valid.identity))
    ):
        return found
    expected = "an event_uuid that no other event has"
    return replace(
        found,
        event=replace(
            event,
            problems=(whole_record(Reason.UUID_REUSED, expected, event.index),),
            reasons=(Reason.UUID_REUSED.value,),
        ),
    )
