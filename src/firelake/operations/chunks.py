"""Chunks that are bounded by their count and by their bytes, so that memory is."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_Item = TypeVar("_Item")


def chunks(
    items: Iterable[_Item], size_of: Callable[[_Item], int], *, most: int, most_bytes: int
) -> Iterator[list[_Item]]:
    """Cut a stream into chunks, in its order.

    Args:
        size_of: Tells how many bytes an item holds.
        most: How many items a chunk has at most.
        most_bytes: A chunk ends with the item with which it holds so many bytes or more.

    Yields:
        Chunks of at least one item.
    """
    chunk: list[_Item] = []
    size_bytes = 0
    for item in items:
        chunk.append(item)
        size_bytes += size_of(item)
        if len(chunk) >= most or size_bytes >= most_bytes:
            yield chunk
            chunk, size_bytes = [], 0
    if chunk:
        yield chunk
