"""How far each shard is delivered: a file that is either the old one or the new one, whole."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from firehose_emulator.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far one shard is delivered.

    Attributes:
        after: Sequence number of the last record delivered; None where there is none.
        is_finished: Whether the shard is closed and delivered to its end.
    """

    after: str | None = None
    is_finished: bool = False


@dataclass(frozen=True, slots=True)
class _Content:
    delivery_stream_arn: str
    source_stream_arn: str
    created_at_ms: int
    shards: dict[str, Checkpoint]


class CheckpointFile:
    """The checkpoints of one delivery stream."""

    def __init__(
        self, path: Path, delivery_stream_arn: str, source_stream_arn: str, created_at_ms: int
    ) -> None:
        """Name the file and whose it is.

        Args:
            path: The file; its folder is there.
            delivery_stream_arn: The delivery stream.
            source_stream_arn: The stream that is read.
            created_at_ms: Creation of the delivery stream, Unix time: one that was made anew
                under an old name starts anew, as on AWS.
        """
        self._path = path
        self._new = path.with_suffix(".new")
        self._owner = (delivery_stream_arn, source_stream_arn, created_at_ms)

    def read(self) -> dict[str, Checkpoint]:
        """Give the checkpoints by shard; none where there is no file.

        Raises:
            StateError: The file is another stream's, or no file of checkpoints.
        """
        if not self._path.exists():
            return {}
        try:
            content = msgspec.json.decode(self._path.read_bytes(), type=_Content)
        except msgspec.DecodeError as error:
            message = f"{self._path} holds no checkpoints ({error}): remove it to read all again"
            raise StateError(message) from error
        owner = (content.delivery_stream_arn, content.source_stream_arn, content.created_at_ms)
        if owner != self._owner:
            message = f"{self._path} is of {owner}, not of {self._owner}: use another state folder"
            raise StateError(message)
        return content.shards

    def write(self, shards: Mapping[str, Checkpoint]) -> None:
        """Put new checkpoints in the place of the old ones."""
        content = _Content(*self._owner, shards=dict(shards))
        with self._new.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(content)))
            file.flush()
            # Whoever replays goes by the checkpoint, so it must outlive the machine's power too.
            os.fsync(file.fileno())
        self._new.replace(self._path)
