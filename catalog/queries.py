"""The named queries: what an operator asks the lake, from the files in `catalog/sql/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from catalog.errors import SqlTextError
from catalog.sql_text import fill, identifier, literal
from contract.layout import Granularity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catalog.location import LakeLocation

_FOLDER: Final = Path(__file__).with_name("sql")
_COMMENT: Final = "-- "

# The forms of `dt` for Trino's date_format:
# https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
_DT_FORMATS: Final[Mapping[Granularity, str]] = MappingProxyType(
    {Granularity.MONTH: "%Y-%m", Granularity.DAY: "%Y-%m-%d", Granularity.HOUR: "%Y-%m-%d-%H"}
)


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query that Athena keeps under a name.

    Attributes:
        name: The name of its file.
        description: What it tells: the comment at the head of its file.
        sql: The query, ready to run.
    """

    name: str
    description: str
    sql: str


def named_queries(lake: LakeLocation) -> tuple[NamedQuery, ...]:
    """Read the named queries and fill in the database and the form of `dt`, sorted by name.

    Raises:
        SqlTextError: A file has an unknown placeholder or no comment at its head.
        OSError: A file cannot be read.
    """
    values = {
        "database": identifier(lake.database),
        "dt_format": literal(_DT_FORMATS[lake.granularity]),
    }
    return tuple(
        parse_query(path.stem, path.read_text("utf-8"), values)
        for path in sorted(_FOLDER.glob("*.sql"))
    )


def parse_query(name: str, text: str, values: Mapping[str, str]) -> NamedQuery:
    """Make a named query of the text of its file.

    Args:
        name: The name of the query.
        text: A comment of one or more lines that tells what the query does, then the query.
        values: Pieces of SQL for its placeholders.

    Raises:
        SqlTextError: There is no comment at the head, or a placeholder is unknown.
    """
    lines = text.splitlines()
    count = next((i for i, line in enumerate(lines) if not line.startswith(_COMMENT)), len(lines))
    description = " ".join(line.removeprefix(_COMMENT).strip() for line in lines[:count])
    if not description:
        message = f"query {name!r} tells nothing of itself: begin its file with a line of '-- '"
        raise SqlTextError(message)
    return NamedQuery(name, description, fill("\n".join(lines[count:]).strip(), values))
