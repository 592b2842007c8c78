"""Pages of a result, read from its file: nothing of it is held in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from athena_on_duckdb.api.errors import InvalidRequestError
from athena_on_duckdb.results.csv_rows import read_rows

if TYPE_CHECKING:
    from athena_on_duckdb.results.places import ResultPlace

_PIECE_BYTES: Final = 1 << 20


def read_page(
    place: ResultPlace, name: str, token: str | None, most: int
) -> tuple[list[list[str | None]], str | None]:
    """Give a page of a result's file.

    The first page of a CSV file begins with the header, as Athena's does.

    Args:
        place: Where the file is.
        name: Its name; `.csv` has rows, `.txt` has lines, each of which is one value.
        token: What an earlier page gave; None for the first one.
        most: How many rows at most.

    Returns:
        The rows, and the token of the next page, None where there is none.

    Raises:
        InvalidRequestError: The token is not one that was given.
    """
    if token is not None and not (token.isascii() and token.isdigit()):
        message = "NextToken is not one that an earlier page gave."
        raise InvalidRequestError(message, AthenaErrorCode="INVALID_INPUT")
    start = int(token or 0)
    read = read_rows if name.endswith(".csv") else _read_lines
    length = _PIECE_BYTES
    while True:
        piece = place.read(name, start, length)
        rows, taken = read(piece, most)
        is_whole = len(piece) < length
        if len(rows) == most or is_whole:
            is_last = is_whole and taken == len(piece)
            return rows, None if is_last else str(start + taken)
        # A row may be longer than a piece.
        length *= 2


def _read_lines(piece: bytes, most: int) -> tuple[list[list[str | None]], int]:
    rows: list[list[str | None]] = []
    taken = 0
    while len(rows) < most and (end := piece.find(b"\n", taken)) >= 0:
        rows.append([piece[taken:end].decode()])
        taken = end + 1
    return rows, taken
