"""The source backup under `raw/`: records one after the other, as producers sent them.

Firehose puts nothing between records. Ours end with a newline, others may not: so consecutive
JSON objects are read, with any whitespace between and inside.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from contract.errors import LayoutError
from contract.layout import RAW_PREFIX, parse_raw_key, raw_prefix
from contract.object_names import parse_object_name
from ops.error_objects.bodies import BodyError, numbered_lines, plain_pieces
from ops.error_objects.lines import Place, Unreadable
from ops.error_objects.listing import BucketError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy_boto3_s3 import S3Client

    from ops.error_objects.listing import Selection

_CHUNK_BYTES: Final = 262_144
# No record is larger, so what goes on for longer is no event.
_MOST_BYTES: Final = 1_048_576
_MOST_LINES: Final = 10_000

_split: Final = msgspec.json.Decoder(msgspec.Raw).decode_lines


class RawBucket:
    """The source records of one bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        """Takes a client and the bucket's name; calls nothing."""
        self._client = client
        self._bucket = bucket

    def read(self, selection: Selection) -> Iterator[tuple[Place, bytes] | Unreadable]:
        """Give what stands in each object that may hold a record of the selected time.

        A record of another time that stands in such an object is given too: nothing in it says
        when it came.

        Args:
            selection: The time; its error types mean nothing here.

        Raises:
            BucketError: S3 refused or broke off.
        """
        for key in self._keys(selection):
            if isinstance(key, Unreadable):
                yield key
                continue
            number = 0
            try:
                body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
                lines = numbered_lines(plain_pieces(body.iter_chunks(_CHUNK_BYTES)))
                for number, data in documents(lines):
                    yield Place(key, number), data
            except BodyError as error:
                yield Unreadable(Place(key, number + 1), f"{error}: from here on it is not read")
            except (ClientError, BotoCoreError) as error:
                raise self._error(key, error) from error

    def _keys(self, selection: Selection) -> Iterator[str | Unreadable]:
        start = raw_prefix(selection.since - timedelta(days=selection.lag_days))
        end = raw_prefix(selection.until + timedelta(hours=1))
        pages = self._client.get_paginator("list_objects_v2")
        try:
            for page in pages.paginate(Bucket=self._bucket, Prefix=RAW_PREFIX, StartAfter=start):
                for entry in page.get("Contents", []):
                    key, written = entry.get("Key", ""), entry.get("LastModified", selection.since)
                    if key >= end:
                        return
                    if written + timedelta(seconds=1) < selection.since:
                        continue
                    try:
                        opened = parse_object_name(parse_raw_key(key).file_name).opened_at
                    except LayoutError:
                        yield Unreadable(Place(key), "it is no key of a source backup")
                    else:
                        if opened < selection.until:
                            yield key
        except (ClientError, BotoCoreError) as error:
            raise self._error(RAW_PREFIX, error) from error

    def _error(self, key: str, error: Exception) -> BucketError:
        return BucketError(f"s3://{self._bucket}/{key} cannot be read: {error}")


def documents(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Join lines until they are whole JSON: an event may be spread over several.

    Args:
        lines: Lines with their numbers.

    Yields:
        The number of the first line, and bytes that are consecutive JSON documents; or a line by
        itself that is none, and that no line after it makes one.
    """
    waiting: list[tuple[int, bytes]] = []
    for each in lines:
        waiting.append(each)
        yield from _ready(waiting, is_end=False)
    yield from _ready(waiting, is_end=True)


def _ready(waiting: list[tuple[int, bytes]], *, is_end: bool) -> Iterator[tuple[int, bytes]]:
    """Takes from the front of what waits all that is decided."""
    while waiting:
        count = _decided(waiting, is_end=is_end)
        if not count:
            return
        yield waiting[0][0], b"\n".join(line for _, line in waiting[:count])
        del waiting[:count]


def _decided(waiting: list[tuple[int, bytes]], *, is_end: bool) -> int:
    """Tells how many of the first lines are whole JSON, or that the first is none; 0 for neither.

    It is tried where a line ends as an object does, as a try costs the length of all lines.
    """
    size = sum(len(line) for _, line in waiting)
    is_enough = is_end or size > _MOST_BYTES or len(waiting) > _MOST_LINES
    for count in {1, len(waiting)}:
        if count > 1 and not is_enough and not waiting[-1][1].endswith(b"}"):
            continue
        try:
            _split(b"\n".join(line for _, line in waiting[:count]))
        except (msgspec.DecodeError, RecursionError) as error:
            if "truncated" not in str(error):
                return 1
        else:
            return count
    return 1 if is_enough else 0
