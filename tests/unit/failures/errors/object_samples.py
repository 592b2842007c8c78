"""Lines of error objects in every form that was seen, and S3 as far as reading them needs it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOON_MS: Final = 1_795_348_800_000  # 2026-11-22T12:00:00Z
NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
NAME: Final = "firelake-dev-delivery-1-2026-11-22-12-00-00-0000aaaa-00aa-00aa-00aa-0000000000aa"
FUNCTION: Final = "arn:aws:lambda:us-east-1:111122223333:function:f"


def key_of(error_type: str, day: str = "2026-11-22", name: str = NAME) -> str:
    return f"errors/type={error_type}/dt={day}/{name}"


def line_of(data: bytes, arrived_ms: int = NOON_MS, code: str = "Lambda.FunctionError") -> bytes:
    """A line as Firehose writes it today."""
    members = {
        "rawData": base64.b64encode(data).decode(),
        "errorCode": code,
        "errorMessage": "It failed.",
        "attemptsMade": 4,
        "arrivalTimestamp": arrived_ms,
        "attemptEndingTimestamp": arrived_ms + 1000,
        "lambdaARN": FUNCTION,
    }
    return json.dumps(members).encode()


def event(event_uuid: str = "u-1", name: str = "other:done", **fields: object) -> bytes:
    members = {"event_uuid": event_uuid, "event_name": name, "created_at": NOON_MS / 1000 - 60}
    return json.dumps({**members, **fields}).encode()


def refusal(code: str, status: int = 400) -> ClientError:
    """An error as botocore raises it."""
    answer: Any = {
        "Error": {"Code": code, "Message": "no"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "Operation")


MISSING: Final = refusal("NoSuchKey", 404)
OVERTAKEN: Final = refusal("PreconditionFailed", 412)
DENIED: Final = refusal("AccessDenied", 403)


@dataclass(slots=True)
class FakeS3:
    """Objects of the bucket `lake` by key, two to a page; conditional writes as S3 has them.

    Attributes:
        objects: Body and time of writing.
        overtakes: Called before each write, as another run's write would come.
        refuses: What each object's reading and writing is refused with.
        lifecycle: The rules by which objects expire.
    """

    objects: dict[str, tuple[bytes, datetime]] = field(
        default_factory=dict[str, tuple[bytes, datetime]]
    )
    overtakes: list[Callable[[], object]] = field(default_factory=list["Callable[[], object]"])
    refuses: ClientError | None = None
    lifecycle: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def get_bucket_lifecycle_configuration(self, **asked: str) -> dict[str, Any]:
        assert asked == {"Bucket": "lake"}
        return {"Rules": self.lifecycle}

    def put(self, key: str, body: bytes, written: datetime = NOON) -> None:
        self.objects[key] = body, written

    def get_paginator(self, operation: str) -> FakeS3:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, **asked: str) -> Iterator[dict[str, Any]]:
        prefix, start = asked["Prefix"], asked.get("StartAfter", "")
        assert asked["Bucket"] == "lake"
        keys = [key for key in sorted(self.objects) if key.startswith(prefix) and key > start]
        if "Delimiter" not in asked:
            for at in range(0, len(keys), 2):
                page = keys[at : at + 2]
                yield {"Contents": [{"Key": k, "LastModified": self.objects[k][1]} for k in page]}
            return
        rests = [key.removeprefix(prefix) for key in keys]
        folders = {prefix + rest.split("/")[0] + "/" for rest in rests if "/" in rest}
        yield {
            "Contents": [{"Key": prefix + rest} for rest in rests if "/" not in rest],
            "CommonPrefixes": [{"Prefix": each} for each in sorted(folders)],
        }

    def get_object(self, **asked: str) -> dict[str, Any]:
        if self.refuses is not None:
            raise self.refuses
        assert asked["Bucket"] == "lake"
        if asked["Key"] not in self.objects:
            raise MISSING
        body = self.objects[asked["Key"]][0]
        return {"Body": StreamingBody(BytesIO(body), len(body)), "ETag": etag(body)}

    def put_object(self, **asked: Any) -> None:  # noqa: ANN401 -- texts, and the body
        if self.overtakes:
            self.overtakes.pop(0)()
        assert asked["Bucket"] == "lake"
        there = self.objects.get(asked["Key"])
        if asked.get("IfNoneMatch") == "*" and there is not None:
            raise OVERTAKEN
        if "IfMatch" in asked:
            if there is None:
                raise MISSING
            if etag(there[0]) != asked["IfMatch"]:
                raise OVERTAKEN
        self.put(asked["Key"], asked["Body"])

    def delete_object(self, **asked: str) -> None:
        assert asked["Bucket"] == "lake"
        self.objects.pop(asked["Key"], None)


def etag(body: bytes) -> str:
    return f'"{hash(body):x}"'
