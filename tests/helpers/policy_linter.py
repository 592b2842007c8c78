"""The linter of IAM policies, `parliament`, which ships no types."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Finding(Protocol):
    issue: str
    detail: object


class _Policy(Protocol):
    findings: list[_Finding]


class _Parliament(Protocol):
    def analyze_policy_string(self, policy_str: str) -> _Policy: ...


def lint(document: Mapping[str, object]) -> list[str]:
    """Give what is wrong with a policy: unknown actions, resources of a wrong kind, malformed."""
    parliament = cast("_Parliament", importlib.import_module("parliament"))
    findings = parliament.analyze_policy_string(json.dumps(document)).findings
    return [f"{finding.issue}: {finding.detail}" for finding in findings]
