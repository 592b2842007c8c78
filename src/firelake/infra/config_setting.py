"""What is known of one key of the configuration: its kind, its range, and whose rule that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class CapacityMode(StrEnum):
    """Who decides how much a stream or a table can take."""

    ON_DEMAND = "on_demand"
    PROVISIONED = "provisioned"


@unique
class TableClass(StrEnum):
    """What of a table is cheap: its writes, or what it keeps."""

    STANDARD = "STANDARD"
    INFREQUENT_ACCESS = "STANDARD_INFREQUENT_ACCESS"


@unique
class Kind(StrEnum):
    """What a value is."""

    WHOLE = "whole number"
    NUMBER = "number"
    TRUTH = "true or false"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    TAGS = "map"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of the configuration.

    Attributes:
        key: Path of the key, such as `stream.retentionHours`.
        kind: What its value is.
        meaning: What it decides.
        rule: Why the range is what it is, and where that is written.
        unit: Unit of a number; empty where it has none.
        lowest: Least number, or least date.
        highest: Greatest number.
        choices: The values of a choice.
        pattern: What a text, or each of a list, must match as a whole; empty for any text.
        form: The pattern in words, for people.
    """

    key: str
    kind: Kind
    meaning: str
    rule: str
    unit: str = ""
    lowest: float = 0
    highest: float = 0
    choices: tuple[str | int, ...] = ()
    pattern: str = ""
    form: str = ""

    @property
    def expected(self) -> str:
        """What a value must be, in words, such as `a whole number from 24 to 8760`."""
        match self.kind:
            case Kind.WHOLE | Kind.NUMBER:
                return f"a {self.kind} from {_plain(self.lowest)} to {_plain(self.highest)}"
            case Kind.CHOICE:
                return f"one of {', '.join(str(choice) for choice in self.choices)}"
            case Kind.TRUTH:
                return "true or false"
            case _:
                return self.form


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)
