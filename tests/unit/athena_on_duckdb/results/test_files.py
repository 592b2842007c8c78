"""The files of a result: metadata, manifests, pages and uploads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pytest

from athena_on_duckdb.api.errors import InvalidRequestError
from athena_on_duckdb.errors import QueryError
from athena_on_duckdb.query_result import QueryResult, ResultColumn
from athena_on_duckdb.results.columns import ColumnInfo, column_info, line_columns
from athena_on_duckdb.results.metadata import metadata
from athena_on_duckdb.results.outcome import Form, Lines, Written, file_name, write_outcome
from athena_on_duckdb.results.pages import read_page
from athena_on_duckdb.results.places import (
    FolderPlace,
    S3Place,
    encryption_parameters,
    split_uri,
)
from athena_on_duckdb.results.upload import PART_BYTES, upload

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from athena_on_duckdb.clients import Clients


class Calls:
    """Records calls of S3."""

    def __init__(self) -> None:
        self.made: list[tuple[str, dict[str, Any]]] = []

    def call(self, _service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.made.append((operation, dict(parameters)))
        return {"UploadId": "u", "ETag": f"e{parameters.get('PartNumber')}"}


class MemoryPlace:
    """Holds files, as a place in S3 does."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def uri(self, name: str) -> str:
        return f"s3://b/{name}"

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        self.files[name] = b"".join(pieces)

    def read(self, name: str, start: int, length: int) -> bytes:
        return self.files[name][start : start + length]

    def read_by(self, clients: Clients) -> MemoryPlace:
        del clients
        return self


@pytest.mark.parametrize(
    ("athena", "expected"),
    [
        ("integer", ("integer", 10, 0)),
        ("bigint", ("bigint", 19, 0)),
        ("real", ("float", 17, 0)),
        ("double", ("double", 17, 0)),
        ("boolean", ("boolean", 0, 0)),
        ("varchar", ("varchar", 2_147_483_647, 0)),
        ("varchar(5)", ("varchar", 2_147_483_647, 0)),
        ("char(5)", ("char", 5, 0)),
        ("decimal(10,2)", ("decimal", 10, 2)),
        ("timestamp(3)", ("timestamp", 3, 0)),
        ("timestamp(3) with time zone", ("timestamp with time zone", 3, 0)),
        ("array(row(a integer))", ("array", 0, 0)),
        ("map(varchar,integer)", ("map", 0, 0)),
        ("row(a integer)", ("row", 0, 0)),
        ("json", ("json", 0, 0)),
    ],
)
def test_a_column_is_told_by_its_bare_type(athena: str, expected: tuple[str, int, int]) -> None:
    told = column_info(ResultColumn("c", athena))
    assert (told.type, told.precision, told.scale) == expected


def test_metadata_is_a_protocol_buffer_of_the_columns() -> None:
    assert metadata([ColumnInfo("id", "bigint", 19)]) == (
        b"\x22\x1e"  # field 4, 30 bytes
        b"\x0a\x04hive"  # catalog
        b"\x22\x02id\x2a\x02id"  # name and label
        b"\x32\x06bigint"
        b"\x38\x13\x40\x00\x48\x03\x50\x00"  # precision, scale, nullable unknown, no case
    )


def test_files_are_named_by_what_they_are() -> None:
    assert [file_name("q", form) for form in Form] == ["q.csv", "q.txt", "q", "tables/q"]


def test_a_result_has_its_rows_and_metadata() -> None:
    place = MemoryPlace()
    table = cast("Any", pa).table({"a": [1, 2]})
    given = QueryResult((ResultColumn("a", "integer"),), table, 99)
    outcome = write_outcome(given, place, "q.csv")
    assert place.files["q.csv"] == b'"a"\n"1"\n"2"\n'
    assert b"integer" in place.files["q.csv.metadata"]
    assert (outcome.rows, outcome.scanned_bytes, outcome.manifest) == (2, 99, None)


def test_lines_are_written_one_below_the_other() -> None:
    place = MemoryPlace()
    write_outcome(Lines(line_columns("tab_name"), ("t", "u")), place, "q.txt")
    assert place.files["q.txt"] == b"t\nu\n"


def test_written_files_are_listed_in_a_manifest() -> None:
    place = MemoryPlace()
    outcome = write_outcome(Written(("s3://b/x", "s3://b/y"), 7, 3), place, "tables/q")
    assert place.files["tables/q-manifest.csv"] == b"s3://b/x\ns3://b/y\n"
    assert outcome.manifest == "s3://b/tables/q-manifest.csv"
    assert outcome.update_count == 7
    assert [column.name for column in outcome.columns] == ["rows"]


def test_pages_follow_each_other_to_the_last_row() -> None:
    place = MemoryPlace()
    place.files["q.csv"] = b'"n"\n' + b"".join(b'"%d"\n' % number for number in range(5))
    first, token = read_page(place, "q.csv", None, 4)
    second, end = read_page(place, "q.csv", token, 4)
    assert first == [["n"], ["0"], ["1"], ["2"]]
    assert second == [["3"], ["4"]]
    assert end is None


def test_a_page_that_ends_with_the_last_row_is_the_last() -> None:
    place = MemoryPlace()
    place.files["q.txt"] = b"a\nb\n"
    assert read_page(place, "q.txt", None, 2) == ([["a"], ["b"]], None)


def test_a_row_larger_than_what_is_read_at_once_is_read_whole() -> None:
    place = MemoryPlace()
    place.files["q.csv"] = b'"' + b"x" * 3_000_000 + b'"\n"y"\n'
    rows, token = read_page(place, "q.csv", None, 1000)
    assert [len(str(row[0])) for row in rows] == [3_000_000, 1]
    assert token is None


@pytest.mark.parametrize("token", ["x", "-1", "1.5", "²"])
def test_a_token_that_no_page_gave_is_refused(token: str) -> None:
    with pytest.raises(InvalidRequestError, match="NextToken"):
        read_page(MemoryPlace(), "q.csv", token, 1)


def test_managed_results_stay_in_their_folder(tmp_path: Path) -> None:
    place = FolderPlace(tmp_path)
    place.write("../tables/q", [b"ab", b"cd"])
    assert [path.name for path in tmp_path.iterdir()] == ["q"]
    assert place.read("tables/q", 1, 2) == b"bc"
    assert place.uri("q") is None


@pytest.mark.parametrize("uri", ["/tmp/x", "file:///x", "http://h/x", "s3://", "x"])  # noqa: S108
def test_a_place_that_is_none_in_s3_is_refused(uri: str) -> None:
    with pytest.raises(QueryError, match="no place in S3"):
        split_uri(uri)


def test_a_small_object_is_put_at_once_encrypted_as_asked() -> None:
    calls = Calls()
    place = S3Place(
        "s3://b/out/",
        cast("Clients", calls),
        {"EncryptionOption": "SSE_KMS", "KmsKey": "key"},
    )
    place.write("q.csv", [b"a", b"b"])
    assert calls.made == [
        (
            "PutObject",
            {
                "Bucket": "b",
                "Key": "out/q.csv",
                "ServerSideEncryption": "aws:kms",
                "SSEKMSKeyId": "key",
                "Body": b"ab",
            },
        )
    ]


def test_a_large_object_is_sent_in_parts() -> None:
    calls = Calls()
    upload(cast("Clients", calls), "b", "k", [b"x" * PART_BYTES, b"y" * PART_BYTES, b"z"], {})
    assert [operation for operation, _ in calls.made] == [
        "CreateMultipartUpload",
        *["UploadPart"] * 3,
        "CompleteMultipartUpload",
    ]
    assert calls.made[-1][1]["MultipartUpload"]["Parts"][2] == {"PartNumber": 3, "ETag": "e3"}


def test_an_upload_that_fails_is_taken_back() -> None:
    calls = Calls()

    def pieces() -> Iterable[bytes]:
        yield b"x" * PART_BYTES
        yield b"y" * PART_BYTES
        message = "the query was cancelled"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="cancelled"):
        upload(cast("Clients", calls), "b", "k", pieces(), {})
    assert calls.made[-1][0] == "AbortMultipartUpload"


def test_encryption_by_the_client_is_refused() -> None:
    assert encryption_parameters({"EncryptionOption": "SSE_S3"}) == {
        "ServerSideEncryption": "AES256"
    }
    with pytest.raises(QueryError, match="CSE_KMS"):
        encryption_parameters({"EncryptionOption": "CSE_KMS", "KmsKey": "key"})
