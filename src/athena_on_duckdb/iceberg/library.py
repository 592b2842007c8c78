"""Imports pyiceberg, which takes a second: when it is first needed, or for what is to be forked."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

# What statements need of it.
_NEEDED: Final = ("catalog.glue", "conversions", "expressions", "io.pyarrow", "manifest")


def preload() -> None:
    """Imports all that statements need."""
    for each in _NEEDED:
        module(each)


def module(name: str) -> Any:  # noqa: ANN401 -- a module
    """Returns a module of pyiceberg by its name within the package, such as `catalog.glue`."""
    return import_module(f"pyiceberg.{name}")
