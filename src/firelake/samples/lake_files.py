"""The objects of a lake, fetched once each: rows of Parquet files and lines of error objects."""

from __future__ import annotations

import base64
from collections import Counter
from typing import TYPE_CHECKING

import duckdb
import msgspec

from firelake.contract.layout import ERRORS_PREFIX, EVENTS_PREFIX, parse_events_key
from firelake.contract.names import EVENT_UUID
from firelake.formats.documents import documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

    from firelake.samples.expected import Found


class _ErrorLine(msgspec.Struct):
    """What all generations of Firehose's error objects have in common."""

    rawData: str  # noqa: N815 -- Firehose's name


_decode_line = msgspec.json.Decoder(_ErrorLine).decode


class LakeFiles:
    """Follows a lake while it fills.

    Args:
        client: A client of the lake's S3.
        folder: Where the Parquet files are kept, under their keys.
    """

    def __init__(self, client: S3Client, bucket: str, folder: Path) -> None:
        self._client = client
        self._bucket = bucket
        self._folder = folder
        self._seen: set[str] = set()

    def refresh(self, found: Found) -> None:
        """Adds what has come since the last time."""
        for key in self._new(EVENTS_PREFIX):
            body = self._body(key)
            path = self._folder / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
            rows = duckdb.read_parquet(str(path)).project(EVENT_UUID).fetchall()
            found.rows[parse_events_key(key).event_type].update(row[0] for row in rows)
        for key in self._new(ERRORS_PREFIX):
            found.failed.update(
                Counter(
                    base64.b64decode(_decode_line(line.data).rawData).removesuffix(b"\n")
                    for line in documents([self._body(key)])
                )
            )

    def _new(self, prefix: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        for page in pages:
            for entry in page.get("Contents", []):
                key = entry.get("Key", "")
                if key not in self._seen:
                    self._seen.add(key)
                    yield key

    def _body(self, key: str) -> bytes:
        return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
