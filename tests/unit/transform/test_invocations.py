"""Real-shaped invocations, file by file: what they hold, and the whole answer."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from firelake.transform.errors import FirehoseEventError
from tests.helpers.transform_calls import Function, rows_in

DATA = Path(__file__).parents[2] / "data"
# With what the claims hold before, as an invocation is answered by them too.
SEQUENCES = [
    ("first_batch",),
    ("first_batch", "copies"),
    ("kpl",),
    ("empty_payloads",),
    ("invalid",),
    ("kpl", "invalid", "empty_payloads", "first_batch"),
]


def invocation(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / "invocations" / f"{name}.json").read_text())
    return content


def expected(name: str) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = json.loads((DATA / "answers" / f"{name}.json").read_text())
    return content


def sent_in(data: str) -> object:
    """A record's JSON values, or its base64 where it holds no JSON."""
    values: list[Any] = []
    try:
        rest = base64.b64decode(data, validate=True).decode().strip()
        while rest:
            value, end = json.JSONDecoder().raw_decode(rest)
            values.append(value)
            rest = rest[end:].strip()
    except ValueError:
        return {"base64": data}
    return values


def answered(function: Function, name: str) -> list[dict[str, Any]]:
    """The answer to an invocation in the form of the files, the reasons taken from the log."""
    records = invocation(name)["records"]
    answers = function.call(invocation(name))
    samples: list[dict[str, str]] = function.logged()[-1]["samples"]
    found: list[dict[str, Any]] = []
    for record, answer in zip(records, answers, strict=True):
        entry: dict[str, Any] = {
            "recordId": answer["recordId"],
            "sent": sent_in(record["data"]),
            "result": answer["result"],
        }
        if answer["result"] == "Ok":
            assert "metadata" in answer
            entry["partitionKeys"] = answer["metadata"]["partitionKeys"]
            entry["rows"] = rows_in(answer)
        else:
            assert answer.get("data") == record["data"]
            assert "metadata" not in answer
        if answer["result"] == "ProcessingFailed":
            metadata = record["kinesisRecordMetadata"]
            coordinate = ":".join(
                str(metadata[key]) for key in ("shardId", "sequenceNumber", "subsequenceNumber")
            )
            entry["problems"] = [
                {"index": int(index), "reason": each["reason"], "path": each["path"]}
                for each in samples
                for place, _, index in [each["position"].rpartition("#")]
                if place == coordinate
            ]
        found.append(entry)
    return found


@pytest.mark.parametrize("names", SEQUENCES, ids=" then ".join)
def test_an_invocation_is_answered_record_by_record(names: tuple[str, ...]) -> None:
    function = Function()
    for name in names:
        assert answered(function, name) == expected(name)


def test_a_retried_invocation_gets_the_same_answer() -> None:
    function = Function()
    first, retried = invocation("first_batch"), invocation("first_batch_retried")
    assert first["invocationId"] != retried["invocationId"]
    assert first["records"] == retried["records"]
    assert function.call(retried) == function.call(first) == function.call(retried)


def test_an_invocation_that_does_not_come_from_kinesis_is_refused() -> None:
    with pytest.raises(FirehoseEventError, match="has no 'kinesisRecordMetadata'"):
        Function().call(invocation("direct_put"))


def test_every_invocation_on_file_is_described_and_tested() -> None:
    names = {path.stem for path in (DATA / "invocations").glob("*.json")}
    described = (DATA / "invocations" / "README.md").read_text()
    assert {name for name in names if f"| `{name}.json` |" not in described} == set()
    answers = {path.stem for path in (DATA / "answers").glob("*.json")}
    assert names - answers == {"direct_put", "first_batch_retried"}
    assert answers == {name for sequence in SEQUENCES for name in sequence}
