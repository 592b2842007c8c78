"""The receipts of a run: written before anything is sent, and when the lake was seen to have it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from firelake.failures.errors.lines import Place, Unreadable
from firelake.failures.receipts import Entry, ReceiptError, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from firelake.failures.receipt_bucket import Receipts
    from firelake.failures.receipts import Receipt
    from firelake.failures.replay.putting_back import Wanted


class Notes:
    """Writes receipts; of an event that stands in no error object there is nothing to write."""

    def __init__(
        self,
        receipts: Receipts | None,
        now_ms: Callable[[], int],
        on_unreadable: Callable[[Unreadable], None],
    ) -> None:
        """Takes where receipts are kept, the clock, and who is told of what is no receipt."""
        self._receipts = receipts
        self._now_ms = now_ms
        self._on_unreadable = on_unreadable

    def reserve(self, wanted: Sequence[Wanted]) -> list[bool]:
        """Write what is about to be sent, so that each later run goes by these identities.

        Returns:
            Of each event whether its receipt bears its identity now. If not, another run was first.

        Raises:
            BucketError: S3 refused.
        """
        standing = self._put_in(wanted, State.SENT)
        reserved: list[bool] = []
        for each in wanted:
            if each.receipt is None:
                reserved.append(True)
                continue
            key, label = each.receipt
            receipt = standing.get(key)
            entry = None if receipt is None else receipt.events.get(label)
            is_own = entry is not None and entry.identity == each.candidate.identity
            reserved.append(is_own and entry is not None and entry.state is State.SENT)
        return reserved

    def done(self, wanted: Iterable[Wanted]) -> None:
        """Write what the lake was seen to have.

        Raises:
            BucketError: S3 refused.
        """
        self._put_in(wanted, State.DONE)

    def _put_in(self, wanted: Iterable[Wanted], state: State) -> dict[str, Receipt]:
        entries: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        at_ms = self._now_ms()
        for each in wanted:
            if each.receipt is not None:
                key, label = each.receipt
                entries[key][label] = _entry(each, state, at_ms)
        standing: dict[str, Receipt] = {}
        for key, of_object in entries.items():
            if self._receipts is not None:
                try:
                    standing[key] = self._receipts.put_in(key, of_object)
                except ReceiptError as error:
                    self._on_unreadable(Unreadable(Place(key), str(error)))
        return standing


def _entry(wanted: Wanted, state: State, at_ms: int) -> Entry:
    return Entry(
        state,
        at_ms,
        *wanted.candidate.identity,
        *wanted.partition,
        wanted.event.decode() if wanted.is_changed else None,
    )
