"""Names and values written into SQL, and templates filled with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from firelake.catalog.errors import SqlTextError
from firelake.contract.printable import is_printable

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = re.compile(r"[a-z0-9_]{1,255}")
_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


def identifier(name: str) -> str:
    """Quote the name of a database, table or column.

    Raises:
        SqlTextError: The name is not made of lower-case letters, digits and `_`.
    """
    if _NAME.fullmatch(name) is None:
        message = f"{name!r} is no name in SQL: use 1 to 255 lower-case letters, digits and _"
        raise SqlTextError(message)
    return f'"{name}"'


def literal(text: str) -> str:
    """Quote a text value.

    Raises:
        SqlTextError: The text holds control characters or line breaks.
    """
    if not is_printable(text):
        message = f"{text!r} is no text for a query: it must be printable"
        raise SqlTextError(message)
    return "'" + text.replace("'", "''") + "'"


def fill(template: str, values: Mapping[str, str]) -> str:
    """Put values in the place of the `{name}`s of an SQL template.

    Args:
        template: SQL in which names of values stand in braces; braces around anything but
            lower-case letters and `_` are left alone.
        values: Pieces of SQL by name, as `identifier` and `literal` give them.

    Raises:
        SqlTextError: The template names a value that is not given.
    """

    def value_of(match: re.Match[str]) -> str:
        if match[1] not in values:
            message = f"{match[0]} is no placeholder: known are {', '.join(sorted(values))}"
            raise SqlTextError(message)
        return values[match[1]]

    return _PLACEHOLDER.sub(value_of, template)
