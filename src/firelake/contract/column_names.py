"""What a column may be called, and a name for the column of a field that is called otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from firelake.contract.names import COMMON_FIELDS, RESERVED_NAMES
from firelake.contract.reserved_words import RESERVED_WORDS
from firelake.contract.sources import SOURCE_MEMBER

if TYPE_CHECKING:
    from collections.abc import Container

# Athena and Glue take names of up to 255 characters:
# https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
MAX_NAME_LENGTH: Final = 255

# Athena wants a name that begins with `_` or a digit quoted (the same page).
_COLUMN: Final = re.compile("[a-z][a-z0-9_]*")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_COLUMN: Final = re.compile("[^a-z0-9]+")


def column_problem(name: str) -> str | None:
    """Return the rule that a name of a column breaks; None for none."""
    if name in RESERVED_NAMES:
        return "Firelake has a column or partition key of this name"
    if _COLUMN.fullmatch(name) is None:
        return "must match [a-z][a-z0-9_]*: Athena wants any other name quoted"
    if name in RESERVED_WORDS:
        return "is a reserved word of Athena, which wants it quoted"
    if len(name) > MAX_NAME_LENGTH:
        return f"has {len(name)} characters: Glue takes {MAX_NAME_LENGTH}"
    return None


def member_problem(name: str) -> str | None:
    """Return why no field can be called so, whatever its column; None if it can."""
    if name in COMMON_FIELDS:
        return "every event carries this field: it must not be declared"
    if name == SOURCE_MEMBER:
        return "Firelake keeps what a source maps under this name"
    if not name or not name.isprintable() or '"' in name or "\\" in name:
        return "must be printable characters without a quotation mark or a backslash"
    return None


def suggested_column(name: str, taken: Container[str] = ()) -> str:
    """Return a name for the column of a field whose own name can be none.

    `userId` becomes `user_id`, and `date` becomes `date_field`.

    Args:
        name: The field's name.
        taken: Names of other columns.
    """
    plain = _NO_COLUMN.sub("_", _HUMP.sub("_", name).lower()).strip("_")
    if not plain[:1].isalpha():
        plain = f"field_{plain}".rstrip("_")
    plain = plain[: MAX_NAME_LENGTH // 2]
    if column_problem(plain) is not None:
        plain = f"{plain}_field"
    found, number = plain, 2
    while found in taken:
        found, number = f"{plain}_{number}", number + 1
    return found
