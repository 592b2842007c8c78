"""Asks engines that others wrote: `python -m tests.truth`, or `make truth`.

Trino 398 is asked what the local Athena is asked, Polars and Spark read what a lake wrote and, with
pyiceberg, what a move made of it, a validator reads the definition of the state machine, the
clients of docs/tools.md run its programs, and the real `pulumi` runs ours on the embedded cloud.
What an engine takes to run that is not here skips it. Producers of others are in
tests/local/clients.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

from tests.truth import iceberg_readers, readers, state_machine, tools_page, trino_questions
from tests.truth.parts import Outcome, SkippedError
from tests.truth.pulumi import questions as pulumi_questions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STATEMENTS: Final = 500
# The longest part, most of which is a compiler's work, runs beside the others.
_BESIDE: Final = "pulumi"


def main() -> int:
    """Prints a table, and below each engine what differs; 1 where more does than is tolerated.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.truth", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of new statements")
    parser.add_argument("--statements", type=int, default=_STATEMENTS, help="how many are new")
    parts: dict[str, Callable[[], Iterator[Outcome]]] = {
        "Trino": lambda: trino_questions.outcomes(options.seed, options.statements),
        "Polars": readers.polars,
        "Spark": readers.spark,
        "Iceberg": iceberg_readers.outcomes,
        "States": state_machine.outcomes,
        "Tools": tools_page.outcomes,
        "pulumi": pulumi_questions.outcomes,
    }
    parser.add_argument("--only", choices=parts, help="one part alone")
    options = parser.parse_args()
    _say(f"{'engine':44} {'version':9} asked   same  known  different")
    if options.only is not None:
        return int(not _asked(options.only, parts[options.only]))
    beside = [sys.executable, "-m", "tests.truth", "--only", _BESIDE]
    with subprocess.Popen(beside, stdout=subprocess.PIPE, text=True) as process:
        same = [_asked(name, part) for name, part in parts.items() if name != _BESIDE]
        printed, _ = process.communicate()
    _say("\n".join(printed.splitlines()[1:]))
    return int(not all(same) or process.returncode != 0)


def _asked(name: str, part: Callable[[], Iterator[Outcome]]) -> bool:
    """Prints what came out of a part; returns whether no more differs than is tolerated."""
    same = True
    try:
        for outcome in part():
            same &= len(outcome.different) <= outcome.tolerated
            _tell(outcome)
    except SkippedError as error:
        _say(f"{name} is skipped: {error}")
    return same


def _tell(one: Outcome) -> None:
    counts = f"{one.asked:5} {one.same:6} {one.known:6} {len(one.different):10}"
    _say(f"{one.engine:44} {one.version:9} {counts}")
    for different in one.different:
        _say(f"  {different}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
