"""Which failed events are meant: by reason, by name and by error type; what there is none of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from firelake.contract.layout import FIREHOSE_ERROR_TYPES
from firelake.contract.reasons import Reason
from firelake.operations.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.contract.events import EventContract
    from firelake.failures.errors.events import ErrorEvent

# Firehose's own codes are an open list; all that were ever seen have this form.
_FIREHOSE_CODE: Final = re.compile(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which of the events that were read.

    Attributes:
        reasons: Codes, of which an event must have one; empty for all.
        names: Event names, with `*` for any text, of which one must fit; empty for all.
        unseen: What of both is on no closed list, and no event had so far.
    """

    reasons: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    unseen: set[str] = field(default_factory=set[str], compare=False)

    @classmethod
    def of(
        cls, reasons: Iterable[str] | None, names: Iterable[str] | None, contract: EventContract
    ) -> Choice:
        """Read the options that choose events.

        Raises:
            InputError: There is no such reason.
        """
        chosen, patterns = frozenset(reasons or ()), tuple(names or ())
        known = frozenset(each.value for each in Reason) | FIREHOSE_ERROR_TYPES
        codes = chosen - known
        for code in sorted(codes):
            if _FIREHOSE_CODE.fullmatch(code) is None:
                raise InputError(_no_reason(code))
        strange = [
            pattern
            for pattern in patterns
            if not any(fnmatchcase(name, pattern) for name in contract.events)
        ]
        return cls(reasons=chosen, names=patterns, unseen={*codes, *strange})

    def has(self, event: ErrorEvent) -> bool:
        """Whether an event is one of them."""
        if self.unseen:
            self.unseen.difference_update(event.reasons)
        is_named = self.has_name(event.name)
        return is_named and (not self.reasons or not self.reasons.isdisjoint(event.reasons))

    def has_name(self, name: str | None) -> bool:
        """Whether an event of that name is one of them."""
        fits = [pattern for pattern in self.names if fnmatchcase(name or "", pattern)]
        self.unseen.difference_update(fits)
        return not self.names or bool(fits)

    def refuse_unseen(self, contract: EventContract) -> None:
        """Refuse what neither a list nor an event knows, once all events were read.

        Raises:
            InputError: There is such a reason or name.
        """
        for each in sorted(self.unseen):
            if each in self.reasons:
                raise InputError(_no_reason(each))
            near = get_close_matches(each, contract.events, 3, 0.5)
            known = f"; near to it: {', '.join(near)}" if near else ""
            message = (
                f"--event {each!r} is no event: the contract has none of that name, and none of"
                f" those read has it{known}"
            )
            raise InputError(message)


def error_types(types: Iterable[str] | None) -> frozenset[str]:
    """Read the option that chooses error types.

    Args:
        types: Of `--type`.

    Raises:
        InputError: Firehose has no such type.
    """
    chosen = frozenset(types or ())
    strange = sorted(chosen - FIREHOSE_ERROR_TYPES)
    if strange:
        message = (
            f"--type {strange[0]!r} is no type of error: Firehose has"
            f" {', '.join(sorted(FIREHOSE_ERROR_TYPES))}"
        )
        raise InputError(message)
    return chosen


def _no_reason(code: str) -> str:
    return (
        f"--reason {code!r} is no reason: there are {', '.join(Reason)}; and Firehose's own codes,"
        " such as Lambda.FunctionError, where an event has one"
    )
