"""The operator's own fix of events: a Python file with a function `fix(event)`."""

from __future__ import annotations

import importlib.util
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

import msgspec

from firelake.operations.errors import InputError, OpsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FUNCTION: Final = "fix"
_LARGEST: Final = 2**64 - 1
_SMALLEST: Final = -(2**63)

_encode: Final = msgspec.json.Encoder(decimal_format="number").encode


class FixError(OpsError, RuntimeError):
    """Raised when the fix fails on an event, or gives what is no event."""


class Fix:
    """A function that mends an event, or gives None to leave it where it is."""

    def __init__(self, function: Callable[[dict[str, Any]], object]) -> None:
        """Takes the function; it gets the event as a dict, and may change it."""
        self._function = function

    def __call__(self, event: bytes) -> bytes | None:
        """Mend one event.

        Returns:
            The event, byte for byte as it was where the function changed nothing, or where it is no
            JSON object; None if it is to stay where it is.

        Raises:
            FixError: The function raised, or gave neither a dict nor None.
        """
        found, again = _decode(event), _decode(event)
        if found is None or again is None:
            return event
        try:
            mended = self._function(again)
        except Exception as error:
            message = f"the fix failed on an event: {type(error).__name__}: {error}"
            raise FixError(message) from error
        if mended is None:
            return None
        if not isinstance(mended, dict):
            message = f"the fix gave {type(mended).__name__}: it must give a dict or None"
            raise FixError(message)
        before = _encoded(found)
        after = _encoded(cast("dict[str, Any]", mended))
        if after is None and before is not None:
            message = (
                "the fix gave what is no JSON: texts, numbers, lists, dicts, true, false, None"
            )
            raise FixError(message)
        return event if after is None or after == before else after


def _encoded(event: dict[str, Any]) -> bytes | None:
    """Returns JSON; None for what has none, such as half of a character."""
    try:
        return _encode(event)
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError):
        return None


def load_fix(path: Path) -> Fix:
    """Load the function of a Python file. It runs with the rights of who calls.

    Raises:
        InputError: It cannot be run, or has no such function.
    """
    spec = importlib.util.spec_from_file_location("firelake_fix", path)
    if spec is None or spec.loader is None or not path.is_file():
        message = f"{str(path)!r} is no Python file: give one with a function {_FUNCTION}(event)"
        raise InputError(message)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        message = f"{str(path)!r} cannot be run: {type(error).__name__}: {error}"
        raise InputError(message) from error
    function = getattr(module, _FUNCTION, None)
    if not callable(function):
        message = f"{str(path)!r} has no function {_FUNCTION}(event)"
        raise InputError(message)
    return Fix(function)


def _decode(event: bytes) -> dict[str, Any] | None:
    try:
        text = str(event, "utf-8")
        found: object = json.loads(
            text, parse_float=_number, parse_int=_whole, parse_constant=_refuse
        )
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no JSON"
    raise ValueError(message)


def _number(text: str) -> float | Decimal:
    """Returns a float where it says the same, and else a Decimal, which loses nothing."""
    number, exact = float(text), Decimal(text)
    return number if Decimal(repr(number)) == exact else exact


def _whole(text: str) -> int | Decimal:
    exact = Decimal(text)
    return int(exact) if _SMALLEST <= exact <= _LARGEST else exact
