"""The errors of local."""

from __future__ import annotations


class LocalError(Exception):
    """Base of every error that local raises."""


class ProvisionError(LocalError, RuntimeError):
    """Raised when a resource of the program cannot be made; its cause tells why."""


class DuplicateResourceError(LocalError, ValueError):
    """Raised when a program registers two resources of one type under one name."""


class UnknownOutputError(LocalError, LookupError):
    """Raised when a program uses an output that the provider of the resource does not give."""


class UnknownTypeError(LocalError, LookupError):
    """Raised when a program asks for a resource type or a function that nothing here knows."""


class FunctionRefusedError(LocalError, LookupError):
    """Raised when AWS refuses what a function asks; the program is told, as Pulumi tells it."""


class UnsupportedFeatureError(LocalError, NotImplementedError):
    """Raised when a program asks Pulumi for what the embedded run does not offer."""


class InputError(LocalError, ValueError):
    """Raised when resolved inputs are not what the provider or the API takes; lists every one."""


class PatternError(LocalError, ValueError):
    """Raised when a pattern of AWS's service models means something else in Python."""


class ProcessError(LocalError, RuntimeError):
    """Raised when a process could not be started or ended too early; has the end of its log."""


class CrawlError(LocalError, RuntimeError):
    """Raised when Glue does not take a partition that a crawl found."""
