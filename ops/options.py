"""Options that several commands share, beside those that name a lake (`ops.context`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

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
    Path, typer.Option(help="The deployed contract.", show_default="the shipped one")
]
ContractOption: TypeAlias = Annotated[
    Path, typer.Option(help="The contract of the events.", show_default="the shipped one")
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="One JSON object instead.")]
