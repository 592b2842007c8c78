"""numeric_histogram: buckets of numbers, of which neighbours are merged until few are left."""

from __future__ import annotations

import heapq
from typing import Final

from athena_on_duckdb.errors import ErrorName
from athena_on_duckdb.translation.java_format import wrong

# So many numbers beyond its buckets a histogram takes before it merges.
_BUFFER: Final = 100
_LEAST_BUCKETS: Final = 2
_MOST_BUCKETS: Final = 2**31 - 1


def numeric_histogram(buckets: int, numbers: list[float | None]) -> list[list[float]]:
    """Give the middle of each bucket and how many numbers fell in it."""
    if buckets < _LEAST_BUCKETS:
        wrong("numeric_histogram bucket count must be greater than one")
    if buckets > _MOST_BUCKETS:
        wrong(f"Out of range for int: {buckets}", ErrorName.GENERIC_INTERNAL_ERROR)
    held: list[tuple[float, float]] = []
    for number in numbers:
        if number is None:
            continue
        if len(held) == buckets + _BUFFER:
            held = _compact(held, buckets)
        held.append((number, 1.0))
    return [[value, weight] for value, weight in _compact(held, buckets)]


def _compact(held: list[tuple[float, float]], buckets: int) -> list[tuple[float, float]]:
    """Merge what is equal, and then neighbours by the least penalty until few buckets are left."""
    merged: dict[float, float] = {}
    for value, weight in sorted(held):
        merged[value] = merged.get(value, 0.0) + weight
    entries: dict[int, tuple[float, float]] = dict(enumerate(merged.items()))
    left = {at: at - 1 for at in entries}
    right = {at: at + 1 for at in entries}
    queue = [(_penalty(entries[at], entries[at + 1]), at) for at in range(len(entries) - 1)]
    heapq.heapify(queue)
    while len(entries) > buckets:
        penalty, at = heapq.heappop(queue)
        other = right.get(at)
        if (
            at not in entries
            or other not in entries
            or penalty != _penalty(entries[at], entries[other])
        ):
            continue
        (value, weight), (more, added) = entries[at], entries.pop(other)
        both = weight + added
        entries[at] = ((value * weight + more * added) / both, both)
        right[at] = right.pop(other)
        if right[at] in entries:
            left[right[at]] = at
            heapq.heappush(queue, (_penalty(entries[at], entries[right[at]]), at))
        if left[at] in entries:
            heapq.heappush(queue, (_penalty(entries[left[at]], entries[at]), left[at]))
    return sorted(entries.values())


def _penalty(one: tuple[float, float], other: tuple[float, float]) -> float:
    (value, weight), (more, added) = one, other
    both = weight + added
    return both * ((value - more) * (value - more)) * ((weight * added) / (both * both))
