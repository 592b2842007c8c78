"""The receipts of a run: written before anything is sent, and when the lake was seen to have it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.failures.errors.lines import Place, Unreadable
from firelake.failures.receipts import Entry, ReceiptError, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from firelake.failures.receipt_bucket import Receipts
    from firelake.failures.receipts import Receipt
    from firelake.failures.replay.putting_back import Wanted


@dataclass(frozen=True, slots=True)
class Notes:
    """Writes receipts; of an event that stands in no error object there is nothing to write.

    Attributes:
        receipts: Where they are kept; None where none are.
        now_ms: The time by AWS's clock, Unix time in milliseconds.
        on_unreadable: Is told of what is no receipt.
    """

    receipts: Receipts | None
    now_ms: Callable[[], int]
    on_unreadable: Callable[[Unreadable], None]

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
            entry = standing[key].events.get(label) if key in standing else None
            reserved.append(
                entry is not None
                and entry.identity == each.candidate.identity
                and entry.state is State.SENT
            )
        return reserved

    def done(self, wanted: Iterable[Wanted]) -> None:
        """Write what the lake was seen to have.

        Raises:
            BucketError: S3 refused.
        """
        self._put_in(wanted, State.DONE)

    def _put_in(self, wanted: Iterable[Wanted], state: State) -> dict[str, Receipt]:
        entries: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        at_ms = self.now_ms()
        for each in wanted:
            if each.receipt is not None:
                key, label = each.receipt
                entries[key][label] = _entry(each, state, at_ms)
        standing: dict[str, Receipt] = {}
        for key, of_object in entries.items():
            if self.receipts is not None:
                try:
                    standing[key] = self.receipts.put_in(key, of_object)
                except ReceiptError as error:
                    self.on_unreadable(Unreadable(Place(key), str(error)))
        return standing


def _entry(wanted: Wanted, state: State, at_ms: int) -> Entry:
    return Entry(
        state,
        at_ms,
        *wanted.candidate.identity,
        *wanted.partition,
        wanted.event.decode() if wanted.is_changed else None,
    )
