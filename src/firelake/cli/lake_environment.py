"""The variables of a lake: of the embedded one that runs, or of a stack's outputs on AWS."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Final

import msgspec

from firelake.aws.lake_ref import (
    CONTRACT_VARIABLE,
    NEEDED_OUTPUTS,
    OUTPUT_VARIABLES,
    REGION_VARIABLES,
    Fact,
)
from firelake.laptop.loopback import no_proxy_variables
from firelake.operations.errors import InputError
from firelake.operations.project_folder import CONTRACT_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from firelake.laptop.running import Running

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


def names_lake(environment: Mapping[str, str]) -> bool:
    """Whether an environment says of any fact of a lake."""
    return any(environment.get(fact.value.variable) for fact in Fact)


def embedded_variables(running: Running, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables with which any AWS client works on an embedded cloud.

    Args:
        environment: Of the process that is to use it, which may be behind a proxy.
    """
    return {**running.environment, **no_proxy_variables(environment)}


def misleading_names(environment: Mapping[str, str], variables: Mapping[str, str]) -> list[str]:
    """Return the variables that lead away from an embedded cloud, and are to be unset.

    Among them are the endpoints of single services, which AWS's clients prefer to the one of all.

    Args:
        environment: Of the process that is to use it.
    """
    endpoints = sorted(
        name
        for name in environment
        if name.startswith(_ENDPOINT_OF_SERVICE) and name.isidentifier() and name not in variables
    )
    return [*_MISLEADING, *endpoints]


def variables_of(outputs: str, source: str) -> dict[str, str]:
    """Return the variables of a stack on AWS.

    Args:
        outputs: What `pulumi stack output --json` prints.
        source: What gave it, for error texts.

    Raises:
        InputError: It is no JSON object, or the stack lacks an output.
    """
    try:
        values = msgspec.json.decode(outputs, type=dict[str, object])
    except msgspec.DecodeError as error:
        message = f"{source} is not what `pulumi stack output --json` prints: {error}"
        raise InputError(message) from error
    missing = sorted(name for name in (_REGION, *NEEDED_OUTPUTS) if values.get(name) in (None, ""))
    if missing:
        message = f"the stack has no output {', '.join(missing)}: is it one of Firelake's?"
        raise InputError(message)
    region = dict.fromkeys(REGION_VARIABLES, str(values[_REGION]))
    return region | {
        variable: str(values[name])
        for name, variable in OUTPUT_VARIABLES.items()
        if values.get(name) not in (None, "")
    }


def contract_variables(folder: Path) -> dict[str, str]:
    """Return the variable of a project's contract; none where the package's own is meant."""
    own = folder / CONTRACT_FILE
    return {CONTRACT_VARIABLE: str(own)} if own.is_file() else {}


def deployed_variables(stack: str, folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Ask Pulumi's command for the outputs of a stack, and return its variables.

    Raises:
        InputError: Pulumi's command is not there or does not know the stack, or the stack is not
            one of Firelake's.
    """
    pulumi = shutil.which("pulumi", path=environment.get("PATH"))
    if pulumi is None:
        message = "--stack asks Pulumi's command, which is not installed: docs/deploy.md tells how"
        raise InputError(message)
    answer = subprocess.run(
        [pulumi, "stack", "output", "--json", "--non-interactive", f"--stack={stack}"],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        message = f"Pulumi does not tell of the stack {stack!r}: {answer.stderr.strip()}"
        raise InputError(message)
    return variables_of(answer.stdout, f"the stack {stack!r}") | contract_variables(folder)
