"""Objects are removed by as few calls as S3 takes, and one that stays is told."""

from __future__ import annotations

from typing import Any

import pytest

from firelake.history.errors import MoveError
from firelake.history.objects import remove_objects


class Bucket:
    """An S3 that notes what it is to delete, and refuses some of it."""

    def __init__(self, refused: tuple[dict[str, str], ...] = ()) -> None:
        self.calls: list[list[str]] = []
        self._refused = refused

    def delete_objects(self, **given: Any) -> dict[str, Any]:  # noqa: ANN401 -- as boto3
        assert given["Bucket"] == "lake"
        self.calls.append([each["Key"] for each in given["Delete"]["Objects"]])
        return {"Errors": list(self._refused)}


def test_a_call_removes_a_thousand_objects() -> None:
    bucket: Any = Bucket()
    keys = [f"errors-replayed/{number}" for number in range(2_001)]
    remove_objects(bucket, "lake", keys)
    assert [len(call) for call in bucket.calls] == [1000, 1000, 1]
    assert [key for call in bucket.calls for key in call] == keys


def test_nothing_asks_s3_for_nothing() -> None:
    bucket: Any = Bucket()
    remove_objects(bucket, "lake", [])
    assert bucket.calls == []


def test_an_object_that_s3_keeps_is_named() -> None:
    bucket: Any = Bucket(({"Key": "events/a", "Message": "Access Denied"},))
    with pytest.raises(MoveError, match="events/a cannot be removed: Access Denied"):
        remove_objects(bucket, "lake", ["events/a"])
