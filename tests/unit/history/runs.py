"""Runs of backfill in memory, on a small contract and tiny slices."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity
from firelake.formats.documents import documents
from firelake.history.backfill.errors import LakeError
from firelake.history.backfill.lake import LakeIds
from firelake.history.backfill.lease import Clocks, HeldLease
from firelake.history.backfill.rows import columns_of
from firelake.history.backfill.run import Backfill, Means
from firelake.history.backfill.slices import Cutting, Piece
from firelake.history.backfill.sources import StoredSource
from firelake.history.backfill.tally import Tally
from firelake.history.backfill.work import Settings
from firelake.operations.settings_history import Closing
from tests.fakes.inline_executor import InlineExecutor
from tests.unit.history.memory_store import Killed, MemoryStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from firelake.history.backfill.reading import Invalid
    from firelake.history.backfill.rules import Lease

CONTRACT_TEXT = """
version = 1
[fields]
score = { type = "bigint", description = "A field." }
[events."lesson:started"]
description = "An event."
optional = ["score"]
[events."lesson:ended"]
description = "An event."
optional = ["score"]
[events.ping]
description = "An event."
"""
CLOSING = Closing.of(lateness_days=7, retention_hours=72)
TINY = Cutting(slice_bytes=600, chunk_bytes=200, document_bytes=2000)
# 2026-01-15T12:00:00Z
T0_S = 1_768_478_400
DAY_S = 86_400


@dataclass(slots=True)
class MemoryLeases:
    """Fulfils `Leases`; its clock stands where it is put."""

    now_s: int = T0_S
    lease: Lease | None = None

    def read(self) -> tuple[Lease | None, int]:
        return self.lease, self.now_s

    def write(self, lease: Lease, as_read: Lease | None) -> tuple[bool, int]:
        if self.lease != as_read:
            return False, self.now_s
        self.lease = lease
        return True, self.now_s

    def delete(self, lease: Lease) -> None:
        if self.lease == lease:
            self.lease = None


@dataclass(slots=True)
class World:
    """A lake, its lease, and the runs that have to do with them."""

    store: MemoryStore = field(default_factory=MemoryStore)
    leases: MemoryLeases = field(default_factory=MemoryLeases)
    runs: int = 0

    def run(  # noqa: PLR0913 -- one a circumstance
        self,
        inputs: Sequence[bytes],
        now_s: int,
        *,
        cutting: Cutting = TINY,
        is_dry_run: bool = False,
        contract: str = CONTRACT_TEXT,
        is_lease_given_back: bool = False,
        on_invalid: Callable[[Invalid], None] = lambda _: None,
    ) -> Tally:
        """Make one run; raises Killed where the store says so."""
        self.runs += 1
        self.leases.now_s = now_s
        lease = HeldLease(self.leases, f"run {self.runs}", Clocks((lambda: 0.0,), lambda _: None))
        self.leases.lease = None
        lease.take(lambda _: None)
        if is_lease_given_back:
            lease.release()
        tally = Tally()
        with TemporaryDirectory() as folder, InlineExecutor() as executor:
            settings = Settings(
                contract,
                Granularity.DAY,
                CLOSING,
                now_s * 1000,
                columns_of(parse_contract(contract)),
                Path(folder),
            )
            means = Means(
                settings=settings,
                cutting=cutting,
                first_dt="2026-01-01",
                store=self.store,
                lake=LakeIds(self.store, settings.folder, executor),
                lease=None if is_dry_run else lease,
                processes=executor,
                chunks_ahead=2,
                writers=executor,
                on_invalid=on_invalid,
            )
            Backfill(means, tally).run(sources(inputs))
        return tally

    def run_until_killed(self, inputs: Sequence[bytes], now_s: int) -> Tally | None:
        """Make one run; None where it was killed, or could not begin."""
        with suppress(Killed, LakeError):
            return self.run(inputs, now_s)
        return None


def sources(inputs: Iterable[bytes]) -> list[StoredSource]:
    return [
        StoredSource(f"input {number}", len(data), lambda data=data: iter([data]))
        for number, data in enumerate(inputs)
    ]


def pieces_of(*inputs: bytes) -> list[Piece]:
    """A piece an input."""
    return [
        Piece(f"input {number}", tuple(documents([data]))) for number, data in enumerate(inputs)
    ]


def line(
    uuid: str, created_at_s: float = T0_S, name: str = "lesson:started", **fields: object
) -> bytes:
    """One event as a line of input."""
    event = {"event_uuid": uuid, "event_name": name, "created_at": created_at_s, **fields}
    return json.dumps(event).encode() + b"\n"
