"""What the parts of `make truth` share: where what was fetched is kept, and what came out."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_Lake = TypeVar("_Lake")

CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "firelake/truth"


class SkippedError(Exception):
    """Raised where an engine cannot be had; the text says why."""


def tool(name: str) -> str:
    """Returns the path of a command.

    Raises:
        SkippedError: It is not there.
    """
    found = shutil.which(name)
    if found is None:
        message = f"no {name}"
        raise SkippedError(message)
    return found


@dataclass(slots=True)
class Outcome:
    """What one engine said.

    Attributes:
        engine: Its name, and what it was asked.
        version: Its version.
        asked: How many questions.
        same: How many it answered as this project does.
        known: How many it answered otherwise as is known, or were refused here by name.
        different: What it answered otherwise.
        tolerated: How many of these are no failure.
    """

    engine: str
    version: str
    asked: int = 0
    same: int = 0
    known: int = 0
    different: list[str] = field(default_factory=list[str])
    tolerated: int = 0


def ask_each(asks: Mapping[str, Callable[[_Lake], Outcome]], lake: _Lake) -> Iterator[Outcome]:
    """Asks engines one after another about a lake.

    Args:
        asks: By the name of an engine how it is asked.

    Raises:
        SkippedError: Some engines cannot be had; after the others were asked.
    """
    skipped: list[str] = []
    for engine, ask in asks.items():
        try:
            yield ask(lake)
        except SkippedError as error:
            skipped.append(f"{engine}: {error}")
    if skipped:
        raise SkippedError("; ".join(skipped))
