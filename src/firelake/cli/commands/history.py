"""The commands `firelake history move` and `firelake history status`."""

from __future__ import annotations

import uuid
from typing import Annotated

import typer

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import LakeRef  # noqa: TC001 -- Typer reads the annotations
from firelake.cli.context import with_lake
from firelake.cli.options import HISTORY_FACTS
from firelake.history.move.progress import Progress
from firelake.history.move.run import move_lake
from firelake.history.move.showing import standing, summary
from firelake.history.move.status import status_of
from firelake.history.statement import GRACE_S
from firelake.operations.terminal import print_lines, say

group = typer.Typer(no_args_is_help=True)


@group.command("move")
@with_lake(*HISTORY_FACTS)
def move_command(
    *,
    lake: LakeRef,
    most: Annotated[
        int,
        typer.Option(
            min=1, max=366, help="How many dt periods to move at once, closed ones and open ones."
        ),
    ] = 31,
    grace_minutes: Annotated[
        float,
        typer.Option(
            min=0,
            max=1440,
            help="How long the longest query may take; 0 where nobody asks.",
        ),
    ] = GRACE_S / 60,
) -> None:
    """Move what is under events/ into events_history, and remove the small files.

    The views show the same rows before, meanwhile and afterwards. Run it as often as you like,
    once a day as a rule: a run that was killed is ended by the next one. Exits with 1 where the
    lake must be deployed first.
    """
    progress = Progress.begun(uuid.uuid4().hex, most=most, grace_s=60 * grace_minutes)
    done = move_lake(lake, AwsClients(), progress, say)
    print_lines(*summary(done))
    if done.needs_deployment:
        raise typer.Exit(1)


@group.command("status")
@with_lake(*HISTORY_FACTS)
def status_command(*, lake: LakeRef) -> None:
    """Tell what has moved, what is due, and how many files each store has."""
    print_lines(*standing(status_of(lake, AwsClients())))
