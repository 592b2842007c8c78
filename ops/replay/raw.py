"""The source backup under `raw/`: records one after the other, as producers sent them.

Firehose puts nothing between records. Ours end with a newline, others may not: so consecutive
JSON objects are read, with any whitespace between and inside.
"""

from __future__ import annotations

from collections import deque
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
    waiting = _Waiting()
    for each in lines:
        waiting.add(each)
        yield from waiting.ready(is_end=False)
    yield from waiting.ready(is_end=True)


class _Waiting:
    """Lines of which nobody knows yet whether they are JSON."""

    def __init__(self) -> None:
        self._lines: deque[tuple[int, bytes]] = deque()
        self._size_bytes = 0
        # Whether the first line was found to be the begin of something.
        self._is_begun = False

    def add(self, line: tuple[int, bytes]) -> None:
        """Adds a line at the end."""
        self._lines.append(line)
        self._size_bytes += len(line[1])

    def ready(self, *, is_end: bool) -> Iterator[tuple[int, bytes]]:
        """Takes from the front all that is decided: what is whole JSON, and lines that are none."""
        while self._lines:
            count = self._decided(is_end=is_end)
            if not count:
                return
            taken = [self._lines.popleft() for _ in range(count)]
            self._size_bytes -= sum(len(line) for _, line in taken)
            self._is_begun = False
            yield taken[0][0], b"\n".join(line for _, line in taken)

    def _decided(self, *, is_end: bool) -> int:
        """Tells how many of the first lines are whole JSON, or that the first is none; else 0.

        Several are tried where a line ends as an object does: a try costs the length of all.
        """
        if not self._is_begun:
            is_whole = _is_whole(self._lines[0][1])
            if is_whole is not None:
                return 1
            self._is_begun = True
        is_enough = is_end or self._size_bytes > _MOST_BYTES or len(self._lines) > _MOST_LINES
        if len(self._lines) > 1 and (is_enough or self._lines[-1][1].endswith(b"}")):
            is_whole = _is_whole(b"\n".join(line for _, line in self._lines))
            if is_whole is not None:
                return len(self._lines) if is_whole else 1
        return 1 if is_enough else 0


def _is_whole(data: bytes) -> bool | None:
    """Tells whether bytes are consecutive JSON documents; None where they are cut off."""
    try:
        _split(data)
    except (msgspec.DecodeError, RecursionError) as error:
        return None if "truncated" in str(error) else False
    return True
