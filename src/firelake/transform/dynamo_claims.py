"""The claim store in DynamoDB: items and pages of one table, many calls in flight together.

Which claim is where its key says. Ids that are on no page go by batches of 25, those of a page by
one call for up to a hundred.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from functools import partial
from itertools import islice, repeat
from typing import TYPE_CHECKING, TypeVar

from firelake.contract.claim_schedule import IDS_PER_CALL
from firelake.contract.facts import (
    KEYS_PER_CALL,
    MAX_CLAIMS_CALLS_IN_FLIGHT,
    STATEMENTS_PER_CALL,
)
from firelake.transform.claims import Outcome, PageCounts
from firelake.transform.dynamo_items import (
    DynamoItems,
    claim_of_item,
    item_key,
    read_items,
    write_statements,
)
from firelake.transform.dynamo_pages import DynamoPages, FullPages, found_on_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, BatchStatementRequestTypeDef

    from firelake.transform.claim_pages import ClaimKey, Slot
    from firelake.transform.claims import Claim, Found, Replacement
    from firelake.transform.dynamo_pages import Inserted

_Item = TypeVar("_Item")


class DynamoClaimStore:
    """A `ClaimStore` on one DynamoDB table.

    Attributes:
        counts: What it did on pages so far.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        executor: Executor,
        expired: Callable[[], bool],
        pages: DynamoPages | None = None,
    ) -> None:
        """Takes what it needs from outside and calls nothing.

        Args:
            client: A client that does not retry by itself: `settle` does, within its deadline.
            table: The claims table's name.
            executor: Runs the calls; its worker count is the number of calls in flight.
            expired: True once the deadline has passed: calls not begun by then are left out.
            pages: The same table's pages; None for those by the same client.
        """
        self._client = client
        self._table = table
        self._pages = pages or DynamoPages(client, table, FullPages())
        self._items = DynamoItems(table)
        self._executor = executor
        self._expired = expired
        self.counts = PageCounts()

    def insert(self, claims: Sequence[Claim]) -> list[Outcome | Claim]:
        """Writes each claim where there is none.

        Of an item of its own one write unit and 1/25 of a call; a page's share is far less. A page
        that is known to be full is read instead.
        """
        inserted: list[Inserted] = []

        def page(chunk: _OfPage) -> Sequence[Outcome | Claim]:
            if self._pages.is_full(chunk.page):
                return self._read_full(chunk)
            answer = self._pages.insert(chunk.slots, [claims[at] for at in chunk.indexes])
            inserted.append(answer)
            return answer.outcomes

        keys = [claim.key for claim in claims]
        outcomes = self._write(keys, lambda at: self._items.insert(claims[at]), page)
        self.counts.calls += len(inserted)
        self.counts.ids += sum(len(each.outcomes) for each in inserted)
        self.counts.full += sum(each.is_full for each in inserted)
        return outcomes

    def replace(self, replacements: Sequence[Replacement]) -> list[Outcome]:
        """Writes each claim that is as read; never makes an item."""

        def page(chunk: _OfPage) -> Sequence[Outcome]:
            return self._pages.replace(chunk.slots, [replacements[at] for at in chunk.indexes])

        keys = [each.new.key for each in replacements]
        return self._write(keys, lambda at: self._items.replace(replacements[at]), page)

    def read(self, keys: Sequence[ClaimKey]) -> dict[ClaimKey, Found]:
        """Reads the claims consistently, 100 items a call; what stays unprocessed is left out."""
        items: dict[str, Mapping[str, AttributeValueTypeDef] | None] = {}
        wanted = dict.fromkeys(map(item_key, keys))

        def read(chunk: Sequence[str]) -> None:
            items.update(read_items(self._client, self._table, chunk))

        self._run([partial(read, chunk) for chunk in _chunks(wanted, KEYS_PER_CALL)])
        return {key: _found(key, items[where]) for key in keys if (where := item_key(key)) in items}

    def _write(
        self,
        keys: Sequence[ClaimKey],
        statement: Callable[[int], BatchStatementRequestTypeDef],
        page: Callable[[_OfPage], Sequence[Outcome | _Item]],
    ) -> list[Outcome | _Item]:
        """Writes claims of items by their statements, of pages by one call each, in one go."""
        alone, by_page = _split(keys)
        outcomes: list[Outcome | _Item] = [Outcome.UNKNOWN] * len(keys)

        def write_items(chunk: Sequence[int]) -> None:
            statements = [statement(at) for at in chunk]
            _put(outcomes, chunk, write_statements(self._client, self._table, statements))

        def write_page(chunk: _OfPage) -> None:
            _put(outcomes, chunk.indexes, page(chunk))

        self._run(
            [
                *(partial(write_items, chunk) for chunk in _chunks(alone, STATEMENTS_PER_CALL)),
                *(partial(write_page, chunk) for chunk in by_page),
            ]
        )
        return outcomes

    def _read_full(self, chunk: _OfPage) -> list[Outcome | Claim]:
        """Reads a page that takes no more ids: what it holds, and that it lacks the others."""
        items = read_items(self._client, self._table, [chunk.page])
        if chunk.page not in items:
            return [Outcome.UNKNOWN] * len(chunk.slots)
        found = (found_on_page(slot, items[chunk.page]) for slot in chunk.slots)
        # A page that has gone by now has expired: what is asked for then is not on it.
        return [Outcome.FULL if each is None else each for each in found]

    def _run(self, jobs: Iterable[Callable[[], object]]) -> None:
        """Runs calls, those left out that the deadline comes before.

        To hand a job to a thread takes as long as to sign a call, so a thread takes the next by
        itself.
        """
        left = deque(jobs)
        threads = min(len(left), MAX_CLAIMS_CALLS_IN_FLIGHT)
        for _ in self._executor.map(self._work, repeat(left, threads)):
            pass

    def _work(self, left: deque[Callable[[], object]]) -> None:
        while not self._expired():
            try:
                job = left.popleft()
            except IndexError:
                return
            try:
                job()
            except BaseException:
                left.clear()
                raise


@dataclass(frozen=True, slots=True)
class _OfPage:
    """Claims of one page, for one call: their indexes among all, and their slots."""

    page: str
    indexes: Sequence[int]
    slots: Sequence[Slot]


def _split(keys: Sequence[ClaimKey]) -> tuple[list[int], list[_OfPage]]:
    """Returns the indexes of keys of items, and the others by page and call."""
    alone: list[int] = []
    by_page: defaultdict[str, list[tuple[int, Slot]]] = defaultdict(list)
    for at, key in enumerate(keys):
        if isinstance(key, str) or key.is_alone:
            alone.append(at)
        else:
            by_page[key.page].append((at, key))
    calls = (
        (page, chunk)
        for page, of_page in by_page.items()
        for chunk in _chunks(of_page, IDS_PER_CALL)
    )
    return alone, [
        _OfPage(page, [at for at, _ in chunk], [slot for _, slot in chunk]) for page, chunk in calls
    ]


def _put(outcomes: list[_Item], indexes: Iterable[int], found: Iterable[_Item]) -> None:
    for at, each in zip(indexes, found, strict=True):
        outcomes[at] = each


def _found(key: ClaimKey, item: Mapping[str, AttributeValueTypeDef] | None) -> Found:
    if item is None:
        return None
    if isinstance(key, str) or key.is_alone:
        return claim_of_item(key, item)
    return found_on_page(key, item)


def _chunks(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
