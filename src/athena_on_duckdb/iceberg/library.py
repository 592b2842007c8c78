"""Imports pyiceberg when a statement first needs it: that takes a second, and most need none."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def module(name: str) -> Any:  # noqa: ANN401 -- a module
    """Returns a module of pyiceberg by its name within the package, such as `catalog.glue`."""
    return import_module(f"pyiceberg.{name}")
