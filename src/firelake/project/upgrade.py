"""What this release would write otherwise in a project, and what the user has made of the files.

Three states of a file are compared: as it was written (its digest, on record), as it is, and as
this release would write it. What the user edited is shown and never written over.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from importlib.metadata import version
from typing import TYPE_CHECKING

from firelake.project.files import shared_files
from firelake.project.record import RECORD_FILE, ProjectRecord, digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@unique
class Wish(StrEnum):
    """What is to be done with a file."""

    WRITE = "write"
    """It is as it was written, or new in this release: this release may write it."""
    MERGE = "merge"
    """The user edited it, and this release would change it, too."""
    DELETE = "delete"
    """This release no longer has it."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a release wants changed of one file.

    Attributes:
        place: Its path in the project.
        wish: What is to be done.
        before: Its text as it is; None where it is not there.
        after: Its text as this release would write it; None where it has no such file.
    """

    place: str
    wish: Wish
    before: str | None
    after: str | None

    def lines(self) -> Iterable[str]:
        """Return the difference in the form of `diff --unified`."""
        return difflib.unified_diff(
            (self.before or "").splitlines(),
            (self.after or "").splitlines(),
            self.place if self.before is not None else "/dev/null",
            self.place if self.after is not None else "/dev/null",
            lineterm="",
        )


def wanted_changes(folder: Path, record: ProjectRecord) -> list[FileChange]:
    """Return what this release would write otherwise, sorted by path.

    A file that the user deleted, and one that they edited and this release leaves as it was, is not
    among them.

    Args:
        folder: The project's.
        record: What is on record of it.

    Raises:
        OSError: A file cannot be read.
        UnicodeDecodeError: A file is not UTF-8.
    """
    fresh = shared_files(record.choices)
    found: list[FileChange] = []
    for place in sorted({*fresh, *record.digests}):
        path = folder / place
        before = path.read_bytes().decode() if path.is_file() else None
        after = fresh.get(place)
        wish = _wish(before, after, record.digests.get(place))
        if wish is not None:
            found.append(FileChange(place, wish, before, after))
    return found


def _wish(before: str | None, after: str | None, written: str | None) -> Wish | None:
    wanted = None if after is None else digest(after.encode())
    there = None if before is None else digest(before.encode())
    if wanted in (there, written):
        return None
    if before is None:
        # Not there and once written: the user deleted it.
        return Wish.WRITE if written is None else None
    if after is None:
        return Wish.DELETE if there == written else None
    return Wish.WRITE if there == written else Wish.MERGE


def write_changes(folder: Path, record: ProjectRecord, changes: Iterable[FileChange]) -> None:
    """Write what may be written, and put on record what this release wants of all files.

    What is to be merged stays as it is: it counts as merged from now on.

    Args:
        folder: The project's.
        record: What is on record of it.
        changes: All that is wanted.

    Raises:
        OSError: A file cannot be written.
    """
    for change in changes:
        path = folder / change.place
        if change.wish is Wish.DELETE:
            path.unlink()
        elif change.wish is Wish.WRITE and change.after is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(change.after, "utf-8")
    fresh = shared_files(record.choices)
    digests = {place: digest(text.encode()) for place, text in fresh.items()}
    done = replace(record, release=version("firelake"), digests=digests)
    (folder / RECORD_FILE).write_text(done.text(), "utf-8")
