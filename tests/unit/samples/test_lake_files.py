"""The files of a lake: each fetched once, rows counted by type, errors as they were sent."""

from __future__ import annotations

import base64
import io
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import duckdb

from firelake.samples.expected import Found
from firelake.samples.lake_files import LakeFiles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

LESSONS = "events/event_type=lesson/dt=2026-11-22/lessons.parquet"
PAYMENTS = "events/event_type=payment/dt=2026-11-21/payments.parquet"
FAILED = "errors/type=processing-failed/dt=2026-11-22/failed"


@dataclass
class FakeS3:
    """One bucket, listed two keys a page."""

    objects: dict[str, bytes] = field(default_factory=dict[str, bytes])
    fetched: list[str] = field(default_factory=list[str])

    def get_paginator(self, operation: str) -> FakeS3:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, **asked: str) -> Iterator[dict[str, Any]]:
        assert asked["Bucket"] == "a-bucket"
        keys = sorted(key for key in self.objects if key.startswith(asked["Prefix"]))
        if not keys:
            yield {}
        for start in range(0, len(keys), 2):
            yield {"Contents": [{"Key": key} for key in keys[start : start + 2]]}

    def get_object(self, **asked: str) -> dict[str, Any]:
        assert asked["Bucket"] == "a-bucket"
        self.fetched.append(asked["Key"])
        return {"Body": io.BytesIO(self.objects[asked["Key"]])}

    def files(self, folder: Path) -> LakeFiles:
        return LakeFiles(cast("S3Client", self), "a-bucket", folder)


def parquet(folder: Path, *ids: str) -> bytes:
    path = folder / "made.parquet"
    values = ", ".join(f"('{each}', 1)" for each in ids)
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT * FROM (VALUES {values}) AS v(event_uuid, n)) TO '{path}'"  # noqa: S608 -- names of the test
            " (FORMAT parquet)"
        )
    return path.read_bytes()


def error_lines(*payloads: bytes) -> bytes:
    lines = ({"rawData": base64.b64encode(each).decode(), "attemptsMade": 1} for each in payloads)
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_rows_are_counted_by_type_each_as_often_as_it_stands_there(tmp_path: Path) -> None:
    s3 = FakeS3({LESSONS: parquet(tmp_path, "a", "b", "a"), PAYMENTS: parquet(tmp_path, "c")})
    found = Found()
    s3.files(tmp_path).refresh(found)
    assert found.rows == {"lesson": Counter(a=2, b=1), "payment": Counter(c=1)}
    assert found.row_count == 4
    assert (tmp_path / LESSONS).read_bytes() == s3.objects[LESSONS]


def test_errors_are_counted_as_they_were_sent_without_the_newline_of_their_record(
    tmp_path: Path,
) -> None:
    s3 = FakeS3({FAILED: error_lines(b"null\n", b"null\n", b"\xff", b"a\n\n")})
    found = Found()
    s3.files(tmp_path).refresh(found)
    assert found.failed == {b"null": 2, b"\xff": 1, b"a\n": 1}


def test_an_object_is_fetched_once_and_what_comes_later_is_added(tmp_path: Path) -> None:
    s3, found = FakeS3({LESSONS: parquet(tmp_path, "a")}), Found()
    files = s3.files(tmp_path)
    files.refresh(found)
    files.refresh(found)
    s3.objects[LESSONS.replace("lessons", "more")] = parquet(tmp_path, "b")
    s3.objects[FAILED] = error_lines(b"17")
    s3.objects[PAYMENTS] = parquet(tmp_path, "c")
    files.refresh(found)
    assert found.rows == {"lesson": Counter(a=1, b=1), "payment": Counter(c=1)}
    assert found.failed == {b"17": 1}
    assert sorted(s3.fetched) == sorted(s3.objects)


def test_other_prefixes_of_the_lake_are_left_alone(tmp_path: Path) -> None:
    s3 = FakeS3(
        {"raw/dt=2026-11-22/hour=08/raw.gz": b"", "errors-replayed/x": b"", "athena/y": b""}
    )
    found = Found()
    s3.files(tmp_path).refresh(found)
    assert (found, s3.fetched) == (Found(), [])
