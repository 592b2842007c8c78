"""Lists the files of partitions, by partition or, where they are many, all at once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.errors import ErrorName, QueryError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from athena_on_duckdb.tables.objects import Objects, StoredObject
    from athena_on_duckdb.tables.partitions import Partition

# A listing gives a thousand keys at a time: many short ones cost more than a long one.
MOST_LISTINGS: Final = 200
# More than these are worth a look at whether one request lists them all.
_FEW_LISTINGS: Final = 3
_SCHEMES: Final = ("s3://", "s3a://", "s3n://")


def list_files(
    partitions: Sequence[Partition], objects: Objects, pool: Executor
) -> list[tuple[Partition, StoredObject]]:
    """Give the files of partitions, in a steady order.

    Hidden and empty files are left out; a partition without files is none the worse for it.

    Raises:
        QueryError: A location is not in S3, or the caller may not list it.
    """
    by_place: dict[tuple[str, str], list[Partition]] = defaultdict(list)
    for partition in partitions:
        by_place[_place(partition.location)].append(partition)
    listings = _listings(list(by_place), objects, pool)
    found = (
        (partition, stored)
        for listing in listings
        for stored in listing
        for place in _places(stored, by_place.keys())
        for partition in by_place[place]
    )
    # A place inside another one is listed with it too.
    return list(dict.fromkeys(found))


def _listings(
    places: list[tuple[str, str]], objects: Objects, pool: Executor
) -> Iterable[Sequence[StoredObject]]:
    if len(places) > _FEW_LISTINGS:
        buckets = dict.fromkeys(bucket for bucket, _ in places)
        common = [
            (bucket, _common([prefix for other, prefix in places if other == bucket]))
            for bucket in buckets
        ]
        known = [objects.list_few(*each) for each in common]
        found = [each for each in known if each is not None]
        if len(found) == len(known):
            return found
        if len(places) > MOST_LISTINGS:
            places = common
    return pool.map(objects.list, *zip(*places, strict=True)) if places else ()


def _common(prefixes: Sequence[str]) -> str:
    """Give what all texts begin with."""
    first, last = min(prefixes), max(prefixes)
    for at, each in enumerate(first):
        if at == len(last) or each != last[at]:
            return first[:at]
    return first


def _place(location: str) -> tuple[str, str]:
    for scheme in _SCHEMES:
        if location.startswith(scheme):
            bucket, _, prefix = location.removeprefix(scheme).partition("/")
            return bucket, f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
    detail = f"the location {location!r} is not in S3: use s3://bucket/prefix/"
    raise QueryError(ErrorName.NOT_SUPPORTED, detail)


def _places(stored: StoredObject, known: Container[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Give the known places that a file lies in, below which nothing of its path is hidden."""
    if not stored.size_bytes or stored.key.endswith("/"):
        return
    folders = stored.key.split("/")
    for depth in range(len(folders) - 1, -1, -1):
        # https://docs.aws.amazon.com/athena/latest/ug/tables-location-format.html
        if folders[depth].startswith(("_", ".")):
            return
        prefix = "".join(f"{folder}/" for folder in folders[:depth])
        if (stored.bucket, prefix) in known:
            yield stored.bucket, prefix
