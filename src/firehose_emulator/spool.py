"""A buffer of records: small ones in memory, large ones in a file that has no name.

The process that fills it keeps all that is needed to know of a record beside its bytes, so that
memory stays flat however much is buffered. Nothing of it outlives the process.
"""

from __future__ import annotations

import struct
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEMORY_BYTES: Final = 256 * 1024

_HEADER: Final = struct.Struct("<IqIH")


@dataclass(frozen=True, slots=True)
class Held:
    """One record in a buffer.

    Attributes:
        data: What will be written.
        arrival_ms: Arrival of the source record, Unix time.
        sequence_number: That of the source record.
        subsequence_number: That of the source record.
    """

    data: bytes
    arrival_ms: int
    sequence_number: str
    subsequence_number: int


class Spool:
    """Records in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        """Begin an empty one.

        Args:
            folder: Where a large one has its file.
        """
        self._file = tempfile.SpooledTemporaryFile(max_size=MEMORY_BYTES, dir=str(folder))  # noqa: SIM115 - closed by close()
        self.count = 0
        self.data_bytes = 0
        self.oldest_arrival_ms: int | None = None
        self._file_bytes = 0

    def append(self, held: Held) -> None:
        """Add a record."""
        sequence_number = held.sequence_number.encode()
        self._file_bytes += self._file.write(
            _HEADER.pack(
                len(held.data), held.arrival_ms, held.subsequence_number, len(sequence_number)
            )
            + sequence_number
            + held.data
        )
        self.count += 1
        self.data_bytes += len(held.data)
        if self.oldest_arrival_ms is None or held.arrival_ms < self.oldest_arrival_ms:
            self.oldest_arrival_ms = held.arrival_ms

    @property
    def memory_bytes(self) -> int:
        """How many bytes of it are in memory."""
        return self._file_bytes if self._file_bytes <= MEMORY_BYTES else 0

    def __iter__(self) -> Iterator[Held]:
        """Read all records from the start."""
        self._file.seek(0)
        while header := self._file.read(_HEADER.size):
            data_bytes, arrival_ms, subsequence_number, number_bytes = _HEADER.unpack(header)
            sequence_number = self._file.read(number_bytes).decode()
            yield Held(self._file.read(data_bytes), arrival_ms, sequence_number, subsequence_number)

    def close(self) -> None:
        """Give up the records."""
        self._file.close()
