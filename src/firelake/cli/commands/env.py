"""The command `firelake env`: the environment with which other tools use a lake."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer

from firelake.aws.lake_ref import OUTPUT_VARIABLES, REGION_VARIABLES
from firelake.cli.context import environment, state_folder
from firelake.cli.options import JsonOption
from firelake.laptop.loopback import no_proxy_variables
from firelake.operations.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

# With these an AWS client would look elsewhere, or send a token that belongs to other keys:
# https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
_MISLEADING: Final = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)
_ENDPOINT_OF_SERVICE: Final = "AWS_ENDPOINT_URL_"

# The stack's output, which AWS's tools read under either name.
_REGION: Final = "region"


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("env")(env_command)


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
        # Not as it was where the cloud was started: it is this shell that may be behind a proxy.
        variables = {**running.environment, **no_proxy_variables(environment())}
        misleading = (*_MISLEADING, *_other_endpoints(environment(), variables))
        lines = [f"unset {' '.join(misleading)}", *export_lines(variables)]
    else:
        variables = variables_of(outputs.read())
        lines = export_lines(variables)
    if as_json:
        sys.stdout.write(msgspec.json.encode(variables).decode() + "\n")
        return
    for line in lines:
        sys.stdout.write(f"{line}\n")


def _other_endpoints(shell: Mapping[str, str], variables: Mapping[str, str]) -> list[str]:
    """The endpoints of single services in a shell, which AWS's clients prefer to the one of all."""
    return sorted(
        name
        for name in shell
        if name.startswith(_ENDPOINT_OF_SERVICE) and name.isidentifier() and name not in variables
    )


def variables_of(outputs: str) -> dict[str, str]:
    """Give the variables of a stack on AWS.

    Args:
        outputs: What `pulumi stack output --json` prints.

    Raises:
        InputError: It is no JSON object, or the stack lacks an output.
    """
    try:
        values = msgspec.json.decode(outputs, type=dict[str, object])
    except msgspec.DecodeError as error:
        message = f"--outputs is not what `pulumi stack output --json` prints: {error}"
        raise InputError(message) from error
    missing = sorted(
        name for name in (_REGION, *OUTPUT_VARIABLES) if values.get(name) in (None, "")
    )
    if missing:
        message = f"the stack has no output {', '.join(missing)}: is it one of Firelake's?"
        raise InputError(message)
    region = dict.fromkeys(REGION_VARIABLES, str(values[_REGION]))
    return region | {variable: str(values[name]) for name, variable in OUTPUT_VARIABLES.items()}


def export_lines(environment: Mapping[str, str]) -> list[str]:
    """Give the lines with which a shell takes the environment over.

    Args:
        environment: Variables and their values.
    """
    return [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
