"""A client of S3 takes a folder of a bucket for a bucket: what it asks for, and what it answers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from firelake.aws.folders import take_folders

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

PLACE: Final = "data/lakes/shop"
ACCESS_POINT: Final = "arn:aws:s3:us-east-1:111122223333:accesspoint/lakes"
HOST: Final = "https://data.s3.amazonaws.com"
LISTED: Final = b"""<ListBucketResult><Name>data</Name><Prefix>lakes/shop/raw/</Prefix>
<IsTruncated>false</IsTruncated>
<Contents><Key>lakes/shop/raw/a</Key><Size>1</Size></Contents>
<Contents><Key>lakes/shop/raw/lakes/shop/b</Key><Size>1</Size></Contents>
<CommonPrefixes><Prefix>lakes/shop/raw/dt=1/</Prefix></CommonPrefixes></ListBucketResult>"""


class _Raw(io.BytesIO):
    def stream(self, **_: object) -> list[bytes]:
        return [self.read()]


class Wire:
    """Answers a client in the place of S3, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.client: Any = cast("Any", boto3).client(
            "s3",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        take_folders(self.client)
        self.client.meta.events.register("before-send.s3", self._answer)

    def _answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        self.asked.append(f"{request.method} {request.url}")
        return AWSResponse(str(request.url), 200, HTTPHeaders(), _Raw(LISTED))


@pytest.mark.parametrize(
    ("operation", "arguments", "asked"),
    [
        ("get_object", {"Bucket": PLACE, "Key": "raw/a"}, f"GET {HOST}/lakes/shop/raw/a"),
        (
            "put_object",
            {"Bucket": PLACE, "Key": "events/a", "Body": b"", "IfNoneMatch": "*"},
            f"PUT {HOST}/lakes/shop/events/a",
        ),
        ("head_bucket", {"Bucket": PLACE}, f"HEAD {HOST}/"),
        (
            "list_objects_v2",
            {"Bucket": PLACE, "Prefix": "errors/", "StartAfter": "errors/a", "Delimiter": "/"},
            (
                f"GET {HOST}/?list-type=2&delimiter=%2F&prefix=lakes%2Fshop%2Ferrors%2F"
                "&start-after=lakes%2Fshop%2Ferrors%2Fa&encoding-type=url"
            ),
        ),
        (
            "list_objects_v2",
            {"Bucket": PLACE},
            f"GET {HOST}/?list-type=2&prefix=lakes%2Fshop%2F&encoding-type=url",
        ),
        ("get_object", {"Bucket": "data", "Key": "raw/a"}, f"GET {HOST}/raw/a"),
        (
            "get_object",
            {"Bucket": ACCESS_POINT, "Key": "raw/a"},
            "GET https://lakes-111122223333.s3-accesspoint.us-east-1.amazonaws.com/raw/a",
        ),
    ],
    ids=["get", "put", "the bucket", "list", "list all", "no folder", "an access point"],
)
def test_it_asks_the_bucket_for_what_is_in_the_folder(
    operation: str, arguments: dict[str, object], asked: str
) -> None:
    wire = Wire()
    getattr(wire.client, operation)(**arguments)
    assert [set(each.split("&")) for each in wire.asked] == [set(asked.split("&"))]


def test_what_is_listed_is_named_as_in_a_bucket_of_its_own() -> None:
    pages = Wire().client.get_paginator("list_objects_v2").paginate(Bucket=PLACE, Prefix="raw/")
    (page,) = pages
    assert [each["Key"] for each in page["Contents"]] == ["raw/a", "raw/lakes/shop/b"]
    assert page["CommonPrefixes"] == [{"Prefix": "raw/dt=1/"}]
    assert page["Prefix"] == "raw/"
