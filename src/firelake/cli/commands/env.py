"""The command `firelake env`: the environment with which other tools use a lake."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from firelake.cli.context import current_project, environment, state_folder
from firelake.cli.lake_environment import (
    contract_variables,
    embedded_variables,
    misleading_names,
    variables_of,
)
from firelake.cli.options import JsonOption
from firelake.cli.streams import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping


def env_command(
    *,
    as_json: JsonOption = False,
    outputs: Annotated[
        typer.FileText | None,
        typer.Option(
            help="Of a stack on AWS: what `pulumi stack output --json` prints; - reads it."
        ),
    ] = None,
) -> None:
    """Print the environment for other tools: eval "$(firelake env)".

    Without --outputs it is that of the embedded cloud, and the exit code 1 where none runs. For a
    stack on AWS: eval "$(pulumi stack output --json | firelake env --outputs -)".
    """
    if outputs is None:
        running = state_folder().read_ready()
        variables = embedded_variables(running, environment())
        misleading = misleading_names(environment(), variables)
        lines = [f"unset {' '.join(misleading)}", *export_lines(variables)]
    else:
        variables = variables_of(outputs.read(), "--outputs")
        variables |= contract_variables(current_project())
        lines = export_lines(variables)
    if as_json:
        write_json(variables)
        return
    for line in lines:
        sys.stdout.write(f"{line}\n")


def export_lines(environment: Mapping[str, str]) -> list[str]:
    """Give the lines with which a shell takes the environment over.

    Args:
        environment: Variables and their values.
    """
    return [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
