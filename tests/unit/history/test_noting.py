"""Failed events that the lake has are noted in the receipts of their objects."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.failures.errors.events import ErrorEvents
from firelake.failures.errors.lines import Place, Unreadable, parse_line
from firelake.failures.errors.listing import ErrorObject, Selection
from firelake.failures.receipts import Entry, Receipt, State
from firelake.history.backfill.lake import LakeIds
from firelake.history.backfill.noting import note_done
from firelake.history.backfill.sources import FailedEvents
from tests.fakes.inline_executor import InlineExecutor
from tests.unit.history.memory_store import MemoryStore
from tests.unit.history.runs import CONTRACT_TEXT, T0_S, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from firelake.failures.errors.lines import ErrorRecord

MOMENT = datetime(2026, 1, 15, tzinfo=UTC)


class Failed:
    """Fulfils `ErrorSource`, whatever is selected."""

    def objects(self, selection: Selection) -> Iterator[ErrorObject | Unreadable]:
        del selection
        yield ErrorObject("errors/one", "processing-failed", T0_S * 1000)
        yield Unreadable(Place("errors/foreign"), "foreign")
        yield ErrorObject("errors/two", "processing-failed", T0_S * 1000)

    def records(
        self, found: ErrorObject, selection: Selection
    ) -> Iterator[ErrorRecord | Unreadable]:
        del selection
        records = {
            "errors/one": [line("there") + line("lacking"), b"no JSON", line("other")],
            "errors/two": [line("lacking")],
        }
        for number, data in enumerate(records[found.key]):
            text = json.dumps({"rawData": base64.b64encode(data).decode()}).encode()
            place = Place(found.key, number + 1)
            yield parse_line(text, place, found.error_type, opened_ms=found.opened_ms)
        yield Unreadable(Place(found.key, 9), "cut off")


class MemoryReceipts:
    """Fulfils `Receipts`."""

    def __init__(self) -> None:
        self.entries: dict[str, Mapping[str, Entry]] = {}

    def read(self, errors_key: str) -> Receipt:
        return Receipt(errors_key, {})

    def put_in(self, errors_key: str, entries: Mapping[str, Entry]) -> Receipt:
        self.entries[errors_key] = entries
        return Receipt(errors_key, dict(entries))


def test_only_what_the_lake_has_is_noted(tmp_path: Path) -> None:
    store, receipts = MemoryStore(), MemoryReceipts()
    there = {"event_uuid": "there", "event_name": "lesson:started", "created_at": float(T0_S)}
    # An id that another event has is no sign of this one.
    other = {"event_uuid": "other", "event_name": "lesson:ended", "created_at": float(T0_S)}
    store.put_rows("events/event_type=lesson/dt=2026-01-15/1.parquet", [there, other])
    events = ErrorEvents(
        parse_contract(CONTRACT_TEXT), lateness_days=None, granularity=Granularity.DAY
    )
    failed = FailedEvents(Failed(), Selection(since=MOMENT, until=MOMENT), events, receipts)
    count = note_done(failed, LakeIds(store, tmp_path, InlineExecutor()), receipts, 7)
    assert count == 1
    assert receipts.entries == {
        "errors/one": {
            "1#0": Entry(
                State.DONE, 7, "there", "lesson:started", float(T0_S), "lesson", "2026-01-15"
            )
        }
    }
