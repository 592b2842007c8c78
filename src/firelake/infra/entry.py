"""Runs a program for Pulumi, which shows the text of a `RunError` alone and no traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from firelake.catalog.errors import CatalogError
from firelake.contract.errors import ContractError
from firelake.infra.errors import InfraError

if TYPE_CHECKING:
    from collections.abc import Callable


def run(program: Callable[[], None]) -> None:
    """Run a program.

    Args:
        program: What makes the resources.

    Raises:
        pulumi.RunError: A setting, the contract or a package is wrong; it has the error's text.
    """
    try:
        program()
    except (InfraError, ContractError, CatalogError) as error:
        raise pulumi.RunError(str(error)) from error
