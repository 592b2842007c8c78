"""Until when rows of the last producers on this machine may still be on their way into the lake."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from firelake.laptop.running import ENV_STATE, user_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = "produced.json"
_decode: Final = msgspec.json.Decoder(dict[str, float]).decode


@dataclass(frozen=True, slots=True)
class Produced:
    """What is on record, in the user's state folder; without it nothing but a hint is missing.

    Attributes:
        file: Of the record, which need not be there.
    """

    file: Path

    @classmethod
    def of_user(cls, environment: Mapping[str, str]) -> Produced:
        """Return the record of a user."""
        return cls(Path(environment.get(ENV_STATE) or user_folder(environment)) / _FILE)

    def note(self, stream: str, *, now_s: float, visible_s: float) -> None:
        """Put a run of a producer on record, where there can be one.

        Args:
            now_s: The time, Unix time; what is over by then is forgotten.
            visible_s: When all rows are in the lake at the latest, Unix time.
        """
        known = {name: until_s for name, until_s in self._read().items() if until_s > now_s}
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.file.write_bytes(msgspec.json.encode({**known, stream: visible_s}))

    def visible_s(self, stream: str, *, now_s: float) -> float | None:
        """Return when all rows are in the lake at the latest; None where nothing is on its way.

        Args:
            now_s: The time, Unix time.
        """
        until_s = self._read().get(stream)
        return until_s if until_s is not None and until_s > now_s else None

    def _read(self) -> Mapping[str, float]:
        try:
            return _decode(self.file.read_bytes())
        except (OSError, msgspec.DecodeError):
            return {}
