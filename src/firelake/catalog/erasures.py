"""The register of erasures: the table of what is to be shown no more, and the SQL that asks it.

An entry has the digest of a value, never the value: whoever asks a view reads the register, as a
view in Athena runs with its caller's rights. The digest is of the database and the column as well,
so that neither tables made beforehand nor the register of another lake tell a value.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, cast

from firelake.catalog.sql_text import identifier, literal
from firelake.contract.names import CREATED_AT, EXTRAS, INGESTED_AT, TABLE_ERASURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.contract.events import EventContract

# Of the view of all events: the columns by which the deployed views hide rows, and their fields.
DATA_SUBJECTS_PARAMETER: Final = "firelake.data_subjects"

# Columns of the register.
ERASURE: Final = "erasure"
FIELD: Final = "field"
DIGEST: Final = "digest"
ERASED_AT: Final = "erased_at"
DELETED_AT: Final = "deleted_at"

# Producers' clocks may run ahead: what had arrived by the moment of the erasure is meant as well.
_FIRST_KNOWN: Final = f"least({CREATED_AT}, coalesce(to_unixtime({INGESTED_AT}), {CREATED_AT}))"


@dataclass(frozen=True, slots=True)
class DataSubject:
    """A field by which a person's events are found.

    Attributes:
        column: Its column.
        field: Its name in the event, under which `extras` may have it, too.
    """

    column: str
    field: str

    def digest(self, database: str, value: str) -> str:
        """Returns how the register tells a value; `digest_sql` computes the same of a row.

        Args:
            value: The value as a text: of a number its digits.
        """
        return hashlib.sha256(f"{self._salt(database)}{value}".encode()).hexdigest().upper()

    def digest_sql(self, database: str) -> str:
        """Returns the expression that computes the digest of a row; null where it has no value.

        A field that is younger than the row, or of an event that the contract does not know, is in
        `extras` alone.
        """
        path = literal(f'$["{self.field}"]')
        in_extras = f"json_extract_scalar({EXTRAS}, {path})"
        value = f"coalesce(CAST({identifier(self.column)} AS varchar), {in_extras})"
        return f"to_hex(sha256(to_utf8({literal(self._salt(database))} || {value})))"

    def _salt(self, database: str) -> str:
        return f"{database}.{self.column}="


@dataclass(frozen=True, slots=True)
class Hiding:
    """What leaves out the rows that have been erased.

    Attributes:
        database: The Glue database.
        subjects: The fields by which people are found; none where nothing can be erased.
    """

    database: str
    subjects: tuple[DataSubject, ...] = ()

    @classmethod
    def of_contract(cls, database: str, contract: EventContract) -> Self:
        """Returns what the views of a contract hide by."""
        marked = contract.data_subject_fields
        return cls(database, tuple(DataSubject(each.column, each.name) for each in marked))

    @classmethod
    def of_view(cls, database: str, parameters: Mapping[str, str]) -> Self:
        """Returns what the deployed views hide by, as the view of all events notes it."""
        noted = parameters.get(DATA_SUBJECTS_PARAMETER, "{}")
        subjects = cast("Mapping[str, str]", json.loads(noted))
        return cls(database, tuple(DataSubject(*each) for each in subjects.items()))

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the view of all events that `of_view` reads."""
        if not self.subjects:
            return {}
        noted = {each.column: each.field for each in self.subjects}
        return {DATA_SUBJECTS_PARAMETER: json.dumps(noted, separators=(",", ":"))}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row that are looked at."""
        return (*(each.column for each in self.subjects), *_LOOKED_AT) if self.subjects else ()

    def joins(self, entries: str = "") -> str:
        """Returns what follows the rows in a FROM; each stays one, as a digest is there once.

        Args:
            entries: A condition on entries of the register, for some of them alone.
        """
        register = f"{identifier(self.database)}.{identifier(TABLE_ERASURES)}"
        return "".join(
            f" LEFT JOIN (SELECT {DIGEST} AS {_digest(number)},"  # noqa: S608 -- quoted
            f" max({ERASED_AT}) AS {_erased_at(number)} FROM {register}"
            f" WHERE {FIELD} = {literal(each.column)}{_and(entries)}"
            f" GROUP BY {DIGEST}) AS {_alias(number)}"
            f" ON {each.digest_sql(self.database)} = {_digest(number)}"
            for number, each in enumerate(self.subjects)
        )

    @property
    def shown(self) -> tuple[str, ...]:
        """The conditions, beside `joins`, that hold for a row that has not been erased."""
        return tuple(
            f"({_erased_at(number)} IS NULL OR {_FIRST_KNOWN} >= {_erased_at(number)})"
            for number in range(len(self.subjects))
        )

    @property
    def erased(self) -> str:
        """The condition, beside `joins`, that holds for a row that has been erased."""
        each = (
            f"coalesce({_FIRST_KNOWN} < {_erased_at(number)}, false)"
            for number in range(len(self.subjects))
        )
        return f"({' OR '.join(each) or 'false'})"


_LOOKED_AT: Final = (CREATED_AT, INGESTED_AT, EXTRAS)


def erased_condition(
    database: str, subject: DataSubject, erased_at_s: float, digests: tuple[str, ...]
) -> str:
    """Returns the condition that holds for the rows which an erasure is about.

    Args:
        erased_at_s: The moment of the erasure, Unix time.
        digests: Of the values; at least one.
    """
    among = ", ".join(map(literal, digests))
    # With an exponent it is a double, as the column is.
    return f"({subject.digest_sql(database)} IN ({among}) AND {_FIRST_KNOWN} < {erased_at_s:.3f}E0)"


def _and(condition: str) -> str:
    return f" AND {condition}" if condition else ""


def _digest(number: int) -> str:
    return identifier(f"_digest_{number}")


def _erased_at(number: int) -> str:
    return identifier(f"_erased_at_{number}")


def _alias(number: int) -> str:
    return identifier(f"_erasures_{number}")
