"""The errors of infra."""

from __future__ import annotations


class InfraError(Exception):
    """Base of every error that infra raises."""


class PackageError(InfraError, RuntimeError):
    """Raised when the function's zip cannot be built, or would not run where it is meant to."""


class TargetError(InfraError, ValueError):
    """Raised when a zip is asked for a Python or a machine that Firelake does not know."""
