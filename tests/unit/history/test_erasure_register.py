"""The register in S3: what is written is what is read, and no run loses another's change."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from firelake.history.erase.erasure import Erasure
from firelake.history.erase.errors import EraseError
from firelake.history.erase.register import Register
from tests.unit.failures.errors.object_samples import FakeS3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FIRST = Erasure(name="a", column="user_id", digests=("A1", "B2"), erased_at_s=1000.5)
SECOND = Erasure(name="b", column="device", digests=("C3",), erased_at_s=999.0)


def register_of(s3: FakeS3) -> Register:
    return Register(cast("S3Client", s3), "lake")


def test_an_entry_is_a_line_of_json_a_value() -> None:
    s3 = FakeS3()
    register_of(s3).add(FIRST)
    body = s3.objects["erasures/a.json"][0]
    assert [json.loads(line) for line in body.splitlines()] == [
        {
            "erasure": "a",
            "field": "user_id",
            "digest": digest,
            "erased_at": 1000.5,
            "deleted_at": None,
            "cleared_at": None,
        }
        for digest in ("A1", "B2")
    ]


def test_entries_come_back_as_they_were_the_oldest_first() -> None:
    register = register_of(FakeS3())
    full = replace(FIRST, deleted_at_s=2000.25, cleared_at_s=3000.0, partitions=("2026-11/a",))
    register.add(full)
    register.add(SECOND)
    assert register.erasures() == [SECOND, full]


def test_a_change_is_made_again_on_what_another_run_made_of_it() -> None:
    s3 = FakeS3()
    register = register_of(s3)
    register.add(FIRST)
    other = replace(FIRST, partitions=("2026-11-02/lesson",))
    s3.overtakes = [lambda: s3.put("erasures/a.json", other.encode())]
    seen: list[Erasure] = []

    def deleted(each: Erasure) -> Erasure:
        seen.append(each)
        return replace(each, deleted_at_s=5.0)

    assert register.change("a", deleted) == replace(other, deleted_at_s=5.0)
    assert seen == [FIRST, other]
    assert register.erasures() == [replace(other, deleted_at_s=5.0)]


def test_an_entry_that_has_ended_stays_so() -> None:
    s3 = FakeS3()
    register = register_of(s3)
    register.add(FIRST)
    assert register.change("a", lambda _: None) is None
    assert register.erasures() == []
    assert register.change("a", lambda each: replace(each, deleted_at_s=5.0)) is None
    assert s3.objects == {}


def test_an_entry_that_ends_while_it_is_changed_does_not_come_back() -> None:
    s3 = FakeS3()
    register = register_of(s3)
    register.add(FIRST)
    s3.overtakes = [s3.objects.clear]
    assert register.change("a", lambda each: replace(each, deleted_at_s=5.0)) is None
    assert s3.objects == {}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"erasure": "a"}'])
def test_what_is_no_entry_is_told_by_its_key(body: bytes) -> None:
    s3 = FakeS3()
    s3.put("erasures/x.json", body)
    with pytest.raises(EraseError, match=r"erasures/x\.json is no entry of the register"):
        register_of(s3).erasures()
