"""What is read of an Iceberg table: one of its snapshots, or some of its data files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TableVersion:
    """What is read of an Iceberg table.

    Attributes:
        table: pyiceberg's table, as it was opened.
        snapshot_id: The snapshot; None where there is none yet.
        only: Locations of the data files to read; None for all.
    """

    table: Any
    snapshot_id: int | None
    only: frozenset[str] | None = None

    @property
    def schema(self) -> Any:  # noqa: ANN401 -- pyiceberg's Schema
        """The columns that the snapshot was written with; those of today at today's snapshot."""
        metadata = self.table.metadata
        snapshot = None if self.snapshot_id is None else metadata.snapshot_by_id(self.snapshot_id)
        is_old = self.snapshot_id != metadata.current_snapshot_id
        if snapshot is not None and is_old and snapshot.schema_id is not None:
            return metadata.schema_by_id(snapshot.schema_id)
        return metadata.schema()
