"""Runs a program for Pulumi, which shows the text of a `RunError` alone and no traceback.

A project's `__main__.py` calls `deploy`, that of its bootstrap `deploy_bootstrap`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pulumi

from firelake.catalog.errors import CatalogError
from firelake.contract.errors import ContractError
from firelake.infra.bootstrap import program as bootstrap
from firelake.infra.errors import InfraError
from firelake.infra.program import program as lake

if TYPE_CHECKING:
    from collections.abc import Callable


def run(program: Callable[[], None]) -> None:
    """Run a program.

    Raises:
        pulumi.RunError: A setting, the contract or a package is wrong; it has the error's text.
    """
    try:
        program()
    except (InfraError, ContractError, CatalogError) as error:
        raise pulumi.RunError(str(error)) from error


def deploy(contract_file: str) -> None:
    """Make the lake of a contract.

    Args:
        contract_file: Its path; Pulumi runs a program in its project's folder.

    Raises:
        pulumi.RunError: As `run`.
    """
    run(lambda: lake(contract_file=Path(contract_file)))


def deploy_bootstrap() -> None:
    """Make what an account and Region need once, before the lakes of a project.

    Raises:
        pulumi.RunError: As `run`.
    """
    run(bootstrap.program)
