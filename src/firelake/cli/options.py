"""Options that several commands share, beside those that name a lake (`firelake.cli.context`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from firelake.aws.lake_ref import CONTRACT_VARIABLE, Fact
from firelake.cli.context import project_contract
from firelake.operations.errors import InputError

_OF_PROJECT: Final = "this project's"

HISTORY_FACTS: Final = (
    Fact.BUCKET,
    Fact.DATABASE,
    Fact.WORKGROUP,
    Fact.CLAIMS_TABLE,
    Fact.LATENESS_DAYS,
    Fact.RETENTION_HOURS,
)
"""What a command needs to know that works on the history of a lake."""

TypesOption: TypeAlias = Annotated[
    list[str] | None, typer.Option("--type", help="Error type, as in the key; repeatable.")
]
ReasonsOption: TypeAlias = Annotated[
    list[str] | None, typer.Option("--reason", help="Reason code; repeatable.")
]
EventsOption: TypeAlias = Annotated[
    list[str] | None, typer.Option("--event", help="Event name, * for any text; repeatable.")
]
DeployedContractOption: TypeAlias = Annotated[
    Path,
    typer.Option(
        help="The deployed contract.",
        envvar=CONTRACT_VARIABLE,
        default_factory=project_contract,
        show_default=_OF_PROJECT,
    ),
]
ContractOption: TypeAlias = Annotated[
    Path,
    typer.Option(
        help="The contract of the events.",
        envvar=CONTRACT_VARIABLE,
        default_factory=project_contract,
        show_default=_OF_PROJECT,
    ),
]
ContractArgument: TypeAlias = Annotated[
    Path,
    typer.Argument(
        help="The contract.",
        envvar=CONTRACT_VARIABLE,
        default_factory=project_contract,
        show_default=_OF_PROJECT,
    ),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="One JSON object instead.")]


def refuse(is_wrong: object, why: str) -> None:
    """Refuse options that do not go together.

    Args:
        is_wrong: Whether they do not, as a condition has it.
        why: What to give instead.

    Raises:
        InputError: They do not.
    """
    if is_wrong:
        raise InputError(why)
