"""What runs until it is stopped, and as a context manager stops itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self


class Stopping(ABC):
    """Something that runs."""

    __slots__ = ()

    @abstractmethod
    def stop(self) -> None:
        """Stop it, and what belongs to it."""

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()
