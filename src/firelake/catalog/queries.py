"""The named queries: what an operator asks the lake, from the files in `src/firelake/catalog/sql/`.

Each reads a few partitions only. As Athena keeps it, these are the last ones at the time of the
query; the same question can be asked about any period.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from firelake.catalog.canaries import without_canaries, without_canary_records
from firelake.catalog.errors import SqlTextError
from firelake.catalog.sql_text import fill, identifier, literal
from firelake.contract.layout import Granularity
from firelake.contract.names import DT, IDENTITY, TABLE_EVENTS_ERRORS, TABLE_EVENTS_RAW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.catalog.location import LakeLocation

_FOLDER: Final = Path(__file__).with_name("sql")
_COMMENT: Final = "-- "

# The forms of `dt` for Trino's date_format:
# https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
_DT_FORMATS: Final[Mapping[Granularity, str]] = MappingProxyType(
    {Granularity.MONTH: "%Y-%m", Granularity.DAY: "%Y-%m-%d", Granularity.HOUR: "%Y-%m-%d-%H"}
)


# Nobody meant what verify sent; what each name stands for is a column of the query's table.
_NO_CANARIES: Final = {
    "no_canary": without_canaries(),
    "no_canary_record": without_canary_records("record"),
}


# Which structs and sources there are the contract knows, and no query that Athena keeps.
_NO_CONTRACT: Final = {"undeclared_members": "", "but_mapped": ""}


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A query that Athena keeps under a name.

    Attributes:
        description: What it tells: the comment at the head of its file.
    """

    name: str
    description: str
    sql: str

    @property
    def is_for_analysts(self) -> bool:
        """Whether it reads neither raw records nor errors, which analysts may not."""
        return not any(table in self.sql for table in (TABLE_EVENTS_RAW, TABLE_EVENTS_ERRORS))


def named_queries(lake: LakeLocation) -> tuple[NamedQuery, ...]:
    """Read the named queries and fill in the database and the form of `dt`, sorted by name.

    Raises:
        SqlTextError: A file has an unknown placeholder or no comment at its head.
        OSError: A file cannot be read.
    """
    values = {
        "database": identifier(lake.database),
        # The partitions of `events` are as the stack has them, those of other tables are days.
        **_since("dt", lake.granularity),
        **_since("day", Granularity.DAY),
        **_NO_CANARIES,
        **_NO_CONTRACT,
    }
    return tuple(
        parse_query(path.stem, path.read_text("utf-8"), values)
        for path in sorted(_FOLDER.glob("*.sql"))
    )


def query_over(name: str, database: str, condition: str, **pieces: str) -> str:
    """Give the SQL of a named query about other partitions than the last.

    Args:
        condition: SQL that restricts `dt`, in place of the query's own restriction.
        pieces: SQL for further placeholders, which are empty otherwise.

    Raises:
        SqlTextError: The database has a name that none can have.
        OSError: There is no such query.
    """
    text = (_FOLDER / f"{name}.sql").read_text("utf-8")
    conditions = dict.fromkeys(
        (*_since("dt", Granularity.DAY), *_since("day", Granularity.DAY)), condition
    )
    values = {"database": identifier(database), **conditions, **_NO_CANARIES, **_NO_CONTRACT}
    return parse_query(name, text, {**values, **pieces}).sql


def _since(prefix: str, granularity: Granularity) -> dict[str, str]:
    form = literal(_DT_FORMATS[granularity])
    return {
        f"{prefix}_since_{name}": (
            f"{DT} >= date_format(current_date - INTERVAL '{days}' DAY, {form})"
        )
        for name, days in (("yesterday", 1), ("last_week", 7))
    }


def parse_query(name: str, text: str, values: Mapping[str, str]) -> NamedQuery:
    """Make a named query of the text of its file.

    Args:
        text: A comment of one or more lines that tells what the query does, then the query.
        values: Pieces of SQL for its placeholders, beside `identity`: the columns of an identity.

    Raises:
        SqlTextError: There is no comment at the head, or a placeholder is unknown.
    """
    lines = text.splitlines()
    count = next((i for i, line in enumerate(lines) if not line.startswith(_COMMENT)), len(lines))
    description = " ".join(line.removeprefix(_COMMENT).strip() for line in lines[:count])
    if not description:
        message = f"query {name!r} tells nothing of itself: begin its file with a line of '-- '"
        raise SqlTextError(message)
    sql = "\n".join(lines[count:]).strip()
    return NamedQuery(name, description, fill(sql, {"identity": ", ".join(IDENTITY), **values}))
