"""Asks a query again where a file that it had listed was moved into history before it was opened.

Such a query fails; it never answers with too little (docs/adr/0008-open-days-move-too.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from firelake.aws.errors import QueryFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

Answered = TypeVar("Answered")

# What engine version 3 says of an object that it cannot open.
_CANNOT_OPEN: Final = "HIVE_CANNOT_OPEN_SPLIT"
# A removal goes on for minutes, period by period, so that it may meet a query more than once.
_TIMES_AGAIN: Final = 3


def until_opened(ask: Callable[[], Answered]) -> Answered:
    """Ask something of the lake, some more times where a file could not be opened.

    Args:
        ask: Starts a query and waits for its end; what it has written is not used where it fails.

    Raises:
        QueryFailedError: Athena did not answer, for another reason or again and again.
    """
    for _ in range(_TIMES_AGAIN):
        try:
            return ask()
        except QueryFailedError as error:
            if _CANNOT_OPEN not in str(error):
                raise
    return ask()
