"""The command `firelake erase`: a person's events, out of every answer now and out of the lake."""

from __future__ import annotations

import secrets
from functools import partial
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import LakeRef  # noqa: TC001 -- Typer reads the annotations
from firelake.cli.context import with_lake
from firelake.cli.options import HISTORY_FACTS, refuse
from firelake.contract.layout import EVENTS_PREFIX
from firelake.history.erase.dates import closes_at_s, places
from firelake.history.erase.erasure import Erasure
from firelake.history.erase.rules import judged
from firelake.history.erase.showing import standing, told
from firelake.history.erase.values import checked_values, subject_of
from firelake.history.erase.wiring import erasing_of
from firelake.operations.errors import InputError
from firelake.operations.terminal import print_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.history.erase.wiring import Erasing


@with_lake(*HISTORY_FACTS)
def erase_command(
    *,
    lake: LakeRef,
    field: Annotated[
        str | None, typer.Option(help="The field, marked as data_subject in the contract.")
    ] = None,
    value: Annotated[str | None, typer.Option(help="The value whose events are erased.")] = None,
    values: Annotated[Path | None, typer.Option(help="A file of such values, a line each.")] = None,
    status: Annotated[
        bool, typer.Option("--status", help="Look what is left of earlier erasures.")
    ] = False,
) -> None:
    """Erase a person's events: hidden at once, deleted by the moves, gone by the day that is told.

    With --status it looks at every earlier erasure: which rows and objects are left, and when they
    will be gone; entries of which nothing is left are removed. Exits with 1 if anything is left.
    """
    given = _values(value, values)
    refuse(
        status == (given is not None) or (field is None) != (given is None),
        "give --field with --value or --values, or else --status alone",
    )
    erasing = erasing_of(lake, AwsClients())
    if field is None or given is None:
        if _look(erasing):
            raise typer.Exit(1)
    else:
        _erase(erasing, field, given)


def _values(value: str | None, file: Path | None) -> list[str] | None:
    """Returns the values that were given; None where there are none."""
    if file is None:
        return None if value is None else [value]
    refuse(value is not None, "give --value or --values, and not both")
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"--values {file}: {error}"
        raise InputError(message) from error


def _erase(erasing: Erasing, field: str, values: Iterable[str]) -> None:
    subject = subject_of(field, erasing.hiding.subjects)
    checked = checked_values(values, erasing.columns.get(subject.column, ""))
    erased_at = erasing.clock.now()
    erasure = Erasure(
        name=f"{erased_at:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
        column=subject.column,
        digests=tuple(sorted(subject.digest(erasing.database, each) for each in checked)),
        erased_at_s=erased_at.timestamp(),
    )
    erasing.register.add(erasure)
    rows = erasing.looker.rows(erasure)
    print_lines(*told(erasure, subject.field, rows, places(erasure.erased_at_s, erasing.keeping)))


def _look(erasing: Erasing) -> bool:
    """Tells what is left of each erasure; returns whether anything is."""
    erasures = erasing.register.erasures()
    became = [_look_at(erasing, each) for each in erasures]
    if not erasures:
        print_lines("nothing was erased that is not gone")
    return any(each is not None for each in became)


def _look_at(erasing: Erasing, erasure: Erasure) -> Erasure | None:
    """Returns what became of an entry; None where it ended."""
    keeping = erasing.keeping
    now_s = erasing.clock.now().timestamp()
    closed_s = closes_at_s(keeping.closing, erasure.erased_at_s)
    left = erasing.looker.left(erasure, closed_s)
    became = erasing.register.change(
        erasure.name,
        partial(
            judged,
            left=left,
            now_s=now_s,
            closed_s=closed_s,
            old_version_days=keeping.old_version_days(EVENTS_PREFIX),
        ),
    )
    print_lines(*standing(erasure, left, became, places(erasure.erased_at_s, keeping)))
    return became
