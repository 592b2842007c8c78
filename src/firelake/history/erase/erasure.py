"""An erasure: values of one field, told by their digests, and how far it has got.

In the register it is an object of JSON, a line a value, which Athena reads as the table `erasures`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final, Self, cast

from firelake.catalog.erasures import DELETED_AT, DIGEST, ERASED_AT, ERASURE, FIELD
from firelake.history.erase.errors import EraseError


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """An entry of the register.

    Attributes:
        name: By what it is told from others; also the name of its object.
        column: The column by which rows are found.
        digests: Of the values, sorted.
        erased_at_s: The moment, Unix time: what was created and arrived later is shown.
        deleted_at_s: When history had none of its rows any more, for good; None until then.
        cleared_at_s: When a look found no copy but old versions of objects; None until then.
        partitions: Those of history whose files are to be written anew without the rows, as
            `firelake.catalog.erasure_sql` names them: noted before a row of them is deleted.
        holder: The run that is at it; empty for none.
        held_at_s: When that run began its last statement, Unix time.
    """

    name: str
    column: str
    digests: tuple[str, ...]
    erased_at_s: float
    deleted_at_s: float | None = None
    cleared_at_s: float | None = None
    partitions: tuple[str, ...] = ()
    holder: str = ""
    held_at_s: float = 0

    def held(self, run: str, now_s: float, grace_s: float) -> Erasure:
        """Returns the entry in the hands of a run, unless another one may be at it.

        Args:
            grace_s: How long the longest statement takes: one of a run that died may last so long.
        """
        is_free = self.holder in ("", run) or self.held_at_s + grace_s < now_s
        return replace(self, holder=run, held_at_s=now_s) if is_free else self

    def encode(self) -> bytes:
        """Returns the object of the register; `decode` is the inverse."""
        work = {_PARTITIONS: self.partitions, _HOLDER: self.holder, _HELD_AT: self.held_at_s}
        noted = {key: value for key, value in work.items() if value}
        lines = (
            {
                ERASURE: self.name,
                FIELD: self.column,
                DIGEST: digest,
                ERASED_AT: self.erased_at_s,
                DELETED_AT: self.deleted_at_s,
                _CLEARED_AT: self.cleared_at_s,
            }
            | (noted if number == 0 else {})
            for number, digest in enumerate(self.digests)
        )
        return b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    @classmethod
    def decode(cls, body: bytes, key: str) -> Self:
        """Read an object of the register.

        Args:
            key: Its key, for the error.

        Raises:
            EraseError: It is no such object.
        """
        try:
            lines = [cast("dict[str, Any]", json.loads(line)) for line in body.splitlines()]
            first = lines[0]
            return cls(
                name=str(first[ERASURE]),
                column=str(first[FIELD]),
                digests=tuple(sorted(str(line[DIGEST]) for line in lines)),
                erased_at_s=float(first[ERASED_AT]),
                deleted_at_s=_moment(first, DELETED_AT),
                cleared_at_s=_moment(first, _CLEARED_AT),
                partitions=tuple(map(str, first.get(_PARTITIONS, ()))),
                holder=str(first.get(_HOLDER, "")),
                held_at_s=float(first.get(_HELD_AT, 0)),
            )
        except (ValueError, LookupError, TypeError) as error:
            message = f"{key} is no entry of the register of erasures: {error!r}"
            raise EraseError(message) from error


_CLEARED_AT: Final = "cleared_at"
_PARTITIONS: Final = "partitions"
_HOLDER: Final = "holder"
_HELD_AT: Final = "held_at"


def _moment(line: dict[str, Any], key: str) -> float | None:
    return None if line.get(key) is None else float(line[key])
