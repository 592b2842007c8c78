"""An erasure by its own statements, on the local Athena: hidden at once, then out of history."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from firelake.catalog.erasure_sql import count_statement
from firelake.catalog.erasures import Hiding
from firelake.catalog.tables import erasures_table
from firelake.contract.events import parse_contract
from firelake.history.erase.erasure import Erasure
from firelake.history.erase.register import Register
from tests.helpers.athena_engines import running_engine
from tests.unit.failures.errors.object_samples import MISSING, OVERTAKEN, etag
from tests.unit.history.lake_account import LAKE, MOMENT, NOW_S, LakeAccount

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from athena_on_duckdb.engine import Engine

_arrow: Final = cast("Any", pa)
_parquet: Final = cast("Any", pq)
CREATED_AT_S: Final = 1_793_613_600.123
CONTRACT: Final = parse_contract(
    """
version = 1
[retention_days]
ping = 2
[fields]
userId = { type = "string", column = "user_id", data_subject = true, description = "Account." }
device = { type = "bigint", data_subject = true, description = "Installation." }
[events."lesson:started"]
description = "A lesson was begun."
optional = ["userId", "device"]
[events.ping]
description = "A device is there."
"""
)
SUBJECTS: Final = {each.column: each for each in Hiding.of_contract("db", CONTRACT).subjects}
_SCHEMA: Final = _arrow.schema(
    [
        ("event_uuid", _arrow.string()),
        ("event_name", _arrow.string()),
        ("created_at", _arrow.float64()),
        ("created_datetime", _arrow.timestamp("ms")),
        ("ingested_at", _arrow.timestamp("ms")),
        ("stream_position", _arrow.string()),
        ("user_id", _arrow.string()),
        ("device", _arrow.int64()),
        ("extras", _arrow.string()),
    ]
)


class ErasingAccount(LakeAccount):
    """A lake whose contract says whom events are about."""

    contract = CONTRACT

    def deploy(self) -> None:
        super().deploy()
        table = {**erasures_table(LAKE), "DatabaseName": "db", "VersionId": "1"}
        self.tables["db", "erasures"] = table

    def bring(
        self, name: str, dt: str, *rows: Mapping[str, object], of_type: str = "lesson"
    ) -> None:
        """Puts a file of rows, each of which says what is not as in all others."""
        body = io.BytesIO()
        every = {
            "event_name": "lesson:started",
            "created_at": CREATED_AT_S,
            "created_datetime": MOMENT.replace(tzinfo=None),
            "stream_position": "shard:1:0#0",
        }
        table = _arrow.Table.from_pylist([{**every, **row} for row in rows], _SCHEMA)
        _parquet.write_table(table, body, use_deprecated_int96_timestamps=True)
        self.objects[f"s3://lake/events/event_type={of_type}/dt={dt}/{name}.parquet"] = (
            body.getvalue()
        )

    def erase(self, name: str, column: str, *values: str, at_s: float = NOW_S - 3600) -> None:
        """Writes an entry of the register."""
        subject = SUBJECTS[column]
        digests = tuple(sorted(subject.digest("db", each) for each in values))
        self.register.add(Erasure(name=name, column=column, digests=digests, erased_at_s=at_s))

    @property
    def register(self) -> Register:
        """The register as operators have it."""
        return Register(cast("Any", self), "lake")

    def ids(self, table: str = "events_unique") -> list[str]:
        """The ids that a table or view has, sorted."""
        return [row[0] for row in self.rows(f"SELECT event_uuid FROM {table} ORDER BY 1")]  # noqa: S608 -- a name of the test

    def holding(self, text: str) -> list[str]:
        """The objects whose bytes, or whose Parquet values, hold a text."""
        return sorted(key for key, body in self.objects.items() if text in _text_of(key, body))

    # --- S3 as the register calls it ---

    def get_paginator(self, operation: str) -> ErasingAccount:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, **asked: str) -> Iterator[dict[str, Any]]:
        start = f"s3://lake/{asked['Prefix']}"
        keys = [key for key in sorted(self.objects) if key.startswith(start)]
        yield {"Contents": [{"Key": key.removeprefix("s3://lake/")} for key in keys]}

    def get_object(self, **asked: str) -> dict[str, Any]:
        body = self.objects.get(f"s3://lake/{asked['Key']}")
        if body is None:
            raise MISSING
        return {"Body": io.BytesIO(body), "ETag": etag(body)}

    def put_object(self, **asked: Any) -> None:  # noqa: ANN401
        there = self.objects.get(f"s3://lake/{asked['Key']}")
        if "IfMatch" in asked and (there is None or etag(there) != asked["IfMatch"]):
            raise OVERTAKEN
        self.objects[f"s3://lake/{asked['Key']}"] = asked["Body"]


def _text_of(key: str, body: bytes) -> str:
    if not key.endswith(".parquet"):
        return body.decode("latin-1")
    return str(_parquet.read_table(io.BytesIO(body)).to_pylist()) + body.decode("latin-1")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("erasures")
    with running_engine(folder, lambda: time.time_ns() // 1_000_000) as made:
        yield made


@pytest.fixture
def lake(engine: Engine, tmp_path: Path) -> ErasingAccount:
    """A lake of some people, one of whom is in a column, in `extras`, and delivered twice."""
    made = ErasingAccount(engine, tmp_path)
    made.deploy()
    anna: dict[str, object] = {"event_uuid": "a", "user_id": "anna-of-arendelle"}
    made.bring("one", "2026-11-02", anna, {"event_uuid": "b", "user_id": "bob", "device": 42})
    made.bring("again", "2026-11-02", anna)
    in_extras = '{"x": 1, "userId": "anna-of-arendelle"}'
    made.bring("two", "2026-11-03", {"event_uuid": "c", "extras": in_extras})
    made.bring("open", "2026-11-05", {"event_uuid": "d", "user_id": "anna-of-arendelle"})
    made.bring("nobody", "2026-11-03", {"event_uuid": "e"})
    return made


@pytest.mark.parametrize("view", ["events_unique", "event_lesson__started"])
def test_rows_are_hidden_at_once_wherever_they_are(lake: ErasingAccount, view: str) -> None:
    assert lake.ids(view) == ["a", "b", "c", "d", "e"]
    lake.erase("first", "user_id", "anna-of-arendelle")
    assert lake.ids(view) == ["b", "e"]
    lake.erase("second", "device", "42", "43")
    assert lake.ids(view) == ["e"]


@pytest.mark.parametrize("view", ["events_unique", "event_lesson__started"])
def test_rows_are_hidden_at_once_that_have_moved(lake: ErasingAccount, view: str) -> None:
    lake.move()
    lake.deploy()
    lake.move()
    lake.erase("first", "user_id", "anna-of-arendelle")
    assert lake.ids(view) == ["b", "e"]


def test_a_value_is_hidden_by_its_own_field_alone(lake: ErasingAccount) -> None:
    lake.bring("x", "2026-11-04", {"event_uuid": "x", "user_id": "42"})
    lake.erase("first", "device", "42")
    assert lake.ids() == ["a", "c", "d", "e", "x"]


def test_somebody_who_comes_back_later_is_shown(lake: ErasingAccount) -> None:
    later = {"event_uuid": "later", "user_id": "anna-of-arendelle", "created_at": NOW_S}
    lake.bring("later", "2026-11-05", later)
    lake.erase("first", "user_id", "anna-of-arendelle", at_s=NOW_S)
    assert lake.ids() == ["b", "e", "later"]


def test_what_had_arrived_is_hidden_although_a_clock_ran_ahead(lake: ErasingAccount) -> None:
    ahead = {
        "event_uuid": "ahead",
        "user_id": "anna-of-arendelle",
        "created_at": NOW_S + 3600,
        "ingested_at": MOMENT.replace(tzinfo=None),
    }
    lake.bring("ahead", "2026-11-05", ahead)
    lake.erase("first", "user_id", "anna-of-arendelle", at_s=NOW_S)
    assert lake.ids() == ["b", "e"]


def test_a_question_reads_the_files_of_its_partition_alone(lake: ErasingAccount) -> None:
    lake.erase("first", "user_id", "anna-of-arendelle")
    # A reader that opens any other file fails.
    for key in [key for key in lake.objects if "dt=2026-11-02" not in key and "/events/" in key]:
        lake.objects[key] = b"no Parquet"
    asked = "SELECT event_uuid FROM events_unique WHERE event_type = 'lesson' AND dt = '2026-11-02'"
    assert lake.rows(asked) == [("b",)]


def test_a_move_leaves_the_erased_out_and_removes_their_files(lake: ErasingAccount) -> None:
    lake.move()
    lake.deploy()
    lake.erase("first", "user_id", "anna-of-arendelle")
    lake.move()

    assert lake.ids("events_history") == ["b", "e"]
    assert lake.files() == []
    assert lake.ids() == ["b", "e"]
    assert [key for key in lake.holding("anna-of") if "/erasures/" not in key] == []
    assert lake.register.erasures()[0].deleted_at_s is not None


def test_a_move_deletes_from_history_and_writes_its_files_anew(lake: ErasingAccount) -> None:
    lake.move()
    lake.deploy()
    lake.move()
    assert lake.ids("events_history") == ["a", "b", "c", "d", "e"]
    lake.erase("first", "user_id", "anna-of-arendelle")
    lake.erase("second", "device", "42")
    hiding = Hiding.of_contract("db", CONTRACT)
    assert lake.rows(count_statement(hiding, "events_history", "first")) == [(3,)]
    assert lake.rows(count_statement(hiding, "events_history", "second")) == [(1,)]

    lake.move()

    assert lake.ids("events_history") == ["e"]
    assert [(each.partitions, each.deleted_at_s is None) for each in lake.register.erasures()] == [
        ((), False),
        ((), False),
    ]


def test_an_erasure_is_out_for_good_only_after_copies_of_before(lake: ErasingAccount) -> None:
    lake.move()
    lake.deploy()
    lake.move()
    lake.erase("young", "user_id", "anna-of-arendelle", at_s=NOW_S + 59)

    lake.move(now_s=NOW_S + 60)
    assert lake.ids("events_history") == ["b", "e"]
    assert lake.register.erasures()[0].deleted_at_s is None

    lake.move(now_s=NOW_S + 3600)
    assert lake.register.erasures()[0].deleted_at_s is not None


def test_what_comes_back_by_a_backfill_stays_hidden_and_goes(lake: ErasingAccount) -> None:
    lake.move()
    lake.deploy()
    lake.erase("first", "user_id", "anna-of-arendelle")
    lake.move()
    lake.bring("old", "2026-11-02", {"event_uuid": "a", "user_id": "anna-of-arendelle"})
    assert lake.ids() == ["b", "e"]

    lake.move()
    assert (lake.files(), lake.ids("events_history")) == ([], ["b", "e"])


def test_rows_are_deleted_that_are_kept_no_longer(lake: ErasingAccount) -> None:
    for day in ("2026-11-02", "2026-11-03"):
        ping = {"event_uuid": day, "event_name": "ping"}
        lake.bring("ping", day, ping, of_type="ping")
    lake.move()
    lake.deploy()
    lake.move()

    # Two days before 5 November it is the third; lessons are kept for ever.
    assert lake.ids("events_history") == ["2026-11-03", "a", "b", "c", "d", "e"]
