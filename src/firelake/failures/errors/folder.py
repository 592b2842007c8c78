"""Failed events as files: one of JSON lines a reason, for tools and for a fix."""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, Final, Self

import msgspec

from firelake.operations.errors import InputError
from firelake.operations.event_text import EventText
from firelake.operations.result_files import writing

if TYPE_CHECKING:
    from pathlib import Path

    from firelake.failures.errors.events import ErrorEvent

# Firehose knows far fewer codes; this bounds the open files whatever it writes.
_MAX_FILES: Final = 100
_OTHER: Final = "other"
_UNFIT: Final = re.compile(r"[^A-Za-z0-9_.-]")

_encode: Final = msgspec.json.Encoder().encode


class Problems(msgspec.Struct, frozen=True):
    """One problem of an event, for a file."""

    reason: str
    path: str
    expected: str


class Described(EventText, frozen=True, omit_defaults=True, kw_only=True):
    """An event for a file, as JSON, as text or in base64.

    Attributes:
        key: The error object.
        line: Its line there.
        index: Which of the line's events it is.
        arrived_at: When its record arrived, ISO 8601, UTC.
        problems: The same, field by field.
    """

    key: str
    line: int
    index: int
    arrived_at: str
    reasons: tuple[str, ...]
    problems: tuple[Problems, ...] = ()


def describe(event: ErrorEvent) -> Described:
    """Returns an event with all that is known of it."""
    text = EventText.of(event.event)
    return Described(
        event=text.event,
        text=text.text,
        base64=text.base64,
        key=event.place.key,
        line=event.place.line,
        index=event.index,
        arrived_at=datetime.fromtimestamp(event.arrived_ms / 1000, UTC).isoformat(),
        reasons=event.reasons,
        problems=tuple(
            Problems(each.reason.value, each.path, each.expected) for each in event.problems
        ),
    )


class EventFolder:
    """Writes events to a folder of its own, `<reason>.jsonl`, as they come."""

    def __init__(self, folder: Path) -> None:
        """Makes the folder.

        Args:
            folder: A folder that does not exist, or is empty.

        Raises:
            InputError: There is something in it.
            OutputError: It cannot be made.
        """
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            is_empty = next(folder.iterdir(), None) is None
        if not is_empty:
            message = f"{str(folder)!r} is not empty: name another folder by --out"
            raise InputError(message)
        self._folder = folder
        self._files: dict[str, BinaryIO] = {}
        self._open = ExitStack()

    def add(self, event: ErrorEvent) -> None:
        """Write an event to the file of each of its reasons.

        Raises:
            OutputError: It cannot be written.
        """
        line = _encode(describe(event)) + b"\n"
        with writing(self._folder):
            for reason in event.reasons:
                self._file(_UNFIT.sub("_", reason)).write(line)

    def _file(self, name: str) -> BinaryIO:
        if name not in self._files:
            name = name if len(self._files) < _MAX_FILES else _OTHER
        if name not in self._files:
            path = self._folder / f"{name}.jsonl"
            self._files[name] = self._open.enter_context(path.open("wb"))
        return self._files[name]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with writing(self._folder):
            self._open.close()
