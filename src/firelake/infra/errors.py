"""The errors of infra."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing that is wrong with a stack's configuration.

    Attributes:
        key: Path of the key as Pulumi users write it, such as `stream.retentionHours`; the name
            of a resource where a name is what is wrong.
        value: What stands there, shortened for people to read.
        rule: What would be right, why, and whose rule it is.
    """

    key: str
    value: str
    rule: str

    def __str__(self) -> str:
        """Returns the problem on one line: key, value, rule."""
        return f"{self.key}: {self.value}: {self.rule}"


class InfraError(Exception):
    """Base of every error that infra raises."""


class PackageError(InfraError, RuntimeError):
    """Raised when the function's zip cannot be built, or would not run where it is meant to."""


class TargetError(InfraError, ValueError):
    """Raised when a zip is asked for a Python or a machine that Firelake does not know."""


class ConfigError(InfraError, ValueError):
    """Raised when a stack's configuration breaks rules; the text lists every one of them."""

    def __init__(self, problems: tuple[ConfigProblem, ...]) -> None:
        """Keep the problems and write them into the text.

        Args:
            problems: At least one problem, in the order in which to list them.
        """
        noun = "problem" if len(problems) == 1 else "problems"
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"the configuration has {len(problems)} {noun}:\n{listed}")
        self.problems = problems


class PreviewError(InfraError, ValueError):
    """Raised when a text is not what `pulumi preview --json` writes, or the preview failed."""
