"""Errors that the contract raises."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that an `events.toml` breaks.

    Attributes:
        line: Line number, counted from 1; None where the file has no such line (a missing key).
        key: Path of the key as TOML writes it, such as `events."lesson:started".required`.
        value: What stands there, shortened for people to read.
        rule: What is wrong with it and what to do.
    """

    line: int | None
    key: str
    value: str
    rule: str

    def __str__(self) -> str:
        """Give the problem on one line: place, value, rule."""
        place = self.key if self.line is None else f"line {self.line}, {self.key}"
        return f"{place}: {self.value}: {self.rule}"


class ContractError(Exception):
    """Base of everything that this package raises."""


class ContractFileError(ContractError, ValueError):
    """An `events.toml` that breaks rules; the text lists every one of them."""

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        """Keep the problems and write them into the text.

        Args:
            source: Name of the file, for the first line of the text.
            problems: At least one problem, in the order in which to list them.
        """
        noun = "problem" if len(problems) == 1 else "problems"
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{source} has {len(problems)} {noun}:\n{listed}")
        self.source = source
        self.problems = problems


class FieldTypeError(ContractError, ValueError):
    """A text or a combination that is no type a field may have."""


class PatternError(ContractError, ValueError):
    """A text that is no pattern; says what it has, after the name of what has it."""


class LayoutError(ContractError, ValueError):
    """A key, a name or a time that the S3 layout does not know."""


class ScheduleError(ContractError, ValueError):
    """A schedule of claims that cannot be read, or that must not follow the one in force."""
