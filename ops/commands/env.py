"""The command `firelake env`: the environment with which other tools use the embedded cloud."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer

from ops.running import StateFolder

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


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("env")(env_command)


def env_command(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead.")] = False,
) -> None:
    """Print the environment for other tools: eval "$(firelake env)".

    Exits with 1 where no embedded cloud runs.
    """
    environment = StateFolder.of_user(os.environ).read_ready().environment
    if as_json:
        sys.stdout.write(msgspec.json.encode(environment).decode() + "\n")
        return
    for line in export_lines(environment):
        sys.stdout.write(f"{line}\n")


def export_lines(environment: Mapping[str, str]) -> list[str]:
    """Give the lines with which a shell takes the environment over.

    Args:
        environment: Variables and their values.
    """
    return [
        f"unset {' '.join(_MISLEADING)}",
        *(f"export {name}={shlex.quote(value)}" for name, value in environment.items()),
    ]
