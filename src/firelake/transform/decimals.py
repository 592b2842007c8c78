"""Decimals read from their own text, never by way of a float."""

from __future__ import annotations

import re
from typing import Final

from firelake.transform.errors import UnfitValueError

_NUMBER: Final = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
# An exponent of more digits is not made up for by all the digits that a record can hold.
_LONGEST_EXPONENT: Final = 18


class DecimalText:
    """The canonical text of the numbers that a `decimal(precision,scale)` holds exactly.

    Plain digits: no exponent, no zero that tells nothing. It goes out as a JSON string, as
    Firehose's JSON parser reads a fraction that is a number as a double.
    """

    def __init__(self, precision: int, scale: int) -> None:
        """Takes the digits in all, and those after the point."""
        self._whole_digits = precision - scale
        self._scale = scale
        whole = f"0|[1-9][0-9]{{0,{self._whole_digits - 1}}}" if self._whole_digits else "0"
        fraction = rf"(?:\.[0-9]{{0,{scale - 1}}}[1-9])?" if scale else ""
        # What most numbers are already.
        self._canonical = re.compile(f"(?!-0\\Z)-?(?:{whole}){fraction}")

    def canonical(self, text: str) -> str:
        """Gives a number's canonical text.

        Args:
            text: A number as JSON writes it.

        Raises:
            UnfitValueError: The text is no number, or one of more digits.
        """
        if self._canonical.fullmatch(text):
            return text
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise UnfitValueError
        sign, whole, fraction, exponent = match.groups("")
        digits = (whole + fraction).lstrip("0")
        if not digits:
            return "0"
        exponent_digits = exponent.lstrip("+-0")
        if len(exponent_digits) > _LONGEST_EXPONENT:
            raise UnfitValueError
        # Without its zeros in front, of which Python would read no more than 4300 digits.
        exponent_size = int(exponent_digits or "0")
        fraction_digits = len(fraction) + (exponent_size if exponent[:1] == "-" else -exponent_size)
        kept = digits.rstrip("0")
        fraction_digits -= len(digits) - len(kept)
        if fraction_digits > self._scale or len(kept) - fraction_digits > self._whole_digits:
            raise UnfitValueError
        if fraction_digits <= 0:
            return f"{sign}{kept}{'0' * -fraction_digits}"
        kept = kept.rjust(fraction_digits + 1, "0")
        return f"{sign}{kept[:-fraction_digits]}.{kept[-fraction_digits:]}"
