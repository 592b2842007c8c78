"""The state machine of moves, judged by a validator of Amazon States Language that others wrote."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from firelake.infra.move_machine import definition
from firelake.infra.naming import Names
from tests.truth.parts import CACHE, Outcome, SkippedError, tool

if TYPE_CHECKING:
    from collections.abc import Iterator

_PACKAGE: Final = "asl-validator"
_VERSION: Final = "4.0.0"
_REGIONS: Final = ("eu-central-1", "cn-north-1", "us-gov-west-1")


def outcomes() -> Iterator[Outcome]:
    """Puts our definition to it, of every partition of AWS, and others that are wrong.

    Raises:
        SkippedError: There is no Node, or the package cannot be had.
    """
    validator = _validator()
    outcome = Outcome("asl-validator, the state machine of moves", _VERSION)
    for region in _REGIONS:
        _judge(outcome, validator, region, _machine(region), is_valid=True)
    # Or it would say of anything that it is right.
    machine = _machine(_REGIONS[0])
    machine["States"]["Ask"]["Next"] = "Nowhere"
    _judge(outcome, validator, "a state that is not there", machine, is_valid=False)
    machine["States"]["Ask"] = {"Type": "Task", "Next": "Which"}
    _judge(outcome, validator, "a task of nothing", machine, is_valid=False)
    yield outcome


def _machine(region: str) -> dict[str, Any]:
    return definition(Names("firelake", "dev", "111122223333", region))


def _judge(
    outcome: Outcome, validator: str, what: str, machine: dict[str, Any], *, is_valid: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "definition.json")
        file.write_text(json.dumps(machine))
        command = [tool("node"), validator, "--json-path", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    outcome.asked += 1
    if (done.returncode == 0) is is_valid:
        outcome.same += 1
    else:
        outcome.different.append(f"{what}: {done.stdout}{done.stderr}".strip())


def _validator() -> str:
    """Installs the package, once; returns the path of its program."""
    folder = CACHE / f"{_PACKAGE}-{_VERSION}"
    program = folder / "node_modules" / ".bin" / _PACKAGE
    if not program.exists():
        command = [tool("npm"), "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(
            [*command, "--prefix", str(folder), f"{_PACKAGE}@{_VERSION}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            message = f"npm: {done.stderr.strip().splitlines()[-1:]}"
            raise SkippedError(message)
    return str(program)
