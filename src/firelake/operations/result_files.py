"""Files that a command was told to write: whole or not at all, or an error that says why."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from errno import EISDIR
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from firelake.operations.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Raises why a file or folder cannot be written, in words for an operator.

    Raises:
        OutputError: It cannot be.
    """
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        message = f"{str(path)!r} cannot be written: {error.strerror or error}"
        raise OutputError(message) from error


def refuse_unwritable(path: Path, *, makes_folders: bool = False) -> None:
    """Find out, before the work for it, that `write_result` cannot write; makes nothing that stays.

    Args:
        makes_folders: As `write_result` will be told.

    Raises:
        OutputError: It cannot be written there.
    """
    with writing(path):
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        if path.exists() and not path.is_file():
            return  # to open a pipe is to wait for its reader
        folder = path.parent
        while makes_folders and not folder.exists():
            folder = folder.parent
        with TemporaryFile(dir=folder):
            pass


def write_result(path: Path, text: str, *, makes_folders: bool = False) -> None:
    """Write a file, whole or not at all; what is no file, such as a pipe, as far as it takes it.

    Args:
        makes_folders: Whether to make the folders in which it is.

    Raises:
        OutputError: It cannot be written there.
    """
    with writing(path):
        if makes_folders:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            path.write_text(text, "utf-8")
            return
        part = path.with_name(f"{path.name}.part")
        try:
            part.write_text(text, "utf-8")
            part.replace(path)
        except OSError:
            with suppress(OSError):
                part.unlink()
            raise
