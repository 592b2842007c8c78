"""The linter of IAM policies, `parliament`, which ships no types."""

from __future__ import annotations

import importlib
import json
import warnings
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Finding(Protocol):
    issue: str
    detail: object


class _Policy(Protocol):
    findings: list[_Finding]


class _Parliament(Protocol):
    iam_definition: list[dict[str, Any]]
    """The services of IAM, each with its actions and the resources that these know."""

    def analyze_policy_string(self, policy_str: str) -> _Policy: ...


def parliament() -> _Parliament:
    """Returns the linter, imported when it is needed: it reads all of IAM."""
    with warnings.catch_warnings():
        # Its source has escapes that Python warns of when it compiles it.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", SyntaxWarning)
        return cast("_Parliament", importlib.import_module("parliament"))


def lint(document: Mapping[str, object]) -> list[str]:
    """Returns the faults of a policy: unknown actions, resources of a wrong kind, malformed."""
    findings = parliament().analyze_policy_string(json.dumps(document)).findings
    return [f"{finding.issue}: {finding.detail}" for finding in findings]
