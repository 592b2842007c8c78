"""What `firelake init` wrote, on record in the project: by it `firelake upgrade` knows an edit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Self

import msgspec

from firelake.project.errors import ProjectError
from firelake.project.files import Choices

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RECORD_FILE: Final = ".firelake.json"


class _Document(msgspec.Struct, frozen=True, kw_only=True):
    release: str
    name: str
    region: str
    start: date
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """What is on record of a project.

    Attributes:
        release: The release that wrote its files last.
        choices: What the user chose.
        digests: SHA-256 of each file as it was written, by path in the project.
    """

    release: str
    choices: Choices
    digests: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the record of a project.

        Raises:
            ProjectError: There is none, or it cannot be read.
        """
        file = folder / RECORD_FILE
        try:
            document = msgspec.json.decode(file.read_bytes(), type=_Document)
        except FileNotFoundError as error:
            message = f"{folder} is no project that `firelake init` made: it has no {RECORD_FILE}"
            raise ProjectError(message) from error
        except (OSError, msgspec.DecodeError) as error:
            message = f"{file} cannot be read: {error}"
            raise ProjectError(message) from error
        choices = Choices(document.name, document.region, document.start)
        return cls(document.release, choices, document.files)

    def text(self) -> str:
        """Return the record as its file holds it."""
        document = _Document(
            release=self.release,
            name=self.choices.name,
            region=self.choices.region,
            start=self.choices.start,
            files=dict(sorted(self.digests.items())),
        )
        return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def digest(content: bytes) -> str:
    """Return the digest by which a file is known to be as it was written."""
    return hashlib.sha256(content).hexdigest()
