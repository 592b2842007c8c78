"""The commands `firelake contract`: a contract checked, compared, described and translated."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import Fact, LakeRef
from firelake.aws.query_run import Athena
from firelake.catalog.mapped_fields import but_mapped
from firelake.catalog.member_drift import undeclared_members
from firelake.catalog.queries import query_over
from firelake.catalog.query_sql import Period
from firelake.cli.context import with_lake
from firelake.cli.options import ContractArgument, JsonOption, refuse
from firelake.cli.query_output import typed_rows
from firelake.cli.streams import write_json
from firelake.contract.changes import changes
from firelake.contract.errors import ContractFileError
from firelake.contract.events import load_contract
from firelake.exchange.json_schema_writing import event_schema, json_schema
from firelake.exchange.odcs_writing import open_data_contract
from firelake.exchange.python_types import python_types
from firelake.exchange.typescript_types import typescript_types
from firelake.health.contract_docs import data_dictionary
from firelake.health.drift import QUERY, drift_of
from firelake.operations.athena import athena_errors
from firelake.operations.contract_source import read_contract, read_earlier_contract, unreadable
from firelake.operations.counts import counted, few
from firelake.operations.moments import moment
from firelake.operations.result_files import write_result
from firelake.operations.terminal import plain, print_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.contract.changes import Change
    from firelake.contract.errors import Problem
    from firelake.contract.events import EventContract
    from firelake.health.drift import DriftedEvent, DriftedField

_MOST_NAMED: Final = 3

OutOption: TypeAlias = Annotated[
    Path | None, typer.Option(help="Write it to this file.", show_default="standard output")
]


group = typer.Typer(no_args_is_help=True)


@group.command("check")
def check_command(*, file: ContractArgument, as_json: JsonOption = False) -> None:
    """Check a contract: show every rule that it breaks, with its line.

    Exits with 1 if it breaks any.
    """
    contract: EventContract | None = None
    problems: tuple[Problem, ...] = ()
    try:
        contract = load_contract(file)
    except ContractFileError as error:
        problems = error.problems
    except OSError as error:
        raise unreadable(file, error) from error
    if as_json:
        write_json({"file": str(file), "is_valid": contract is not None, "problems": problems})
    elif contract is not None:
        print_lines(f"{_place(file)}: {_summary(contract)}, nothing wrong")
    for problem in () if as_json else problems:
        # In the form in which editors and CI find the place.
        line = "" if problem.line is None else f"{problem.line}:"
        print_lines(f"{_place(file)}:{line} {problem.key}: {problem.value}: {problem.rule}")
    if contract is None:
        raise typer.Exit(1)


@group.command("diff")
def diff_command(
    *,
    old: Annotated[
        str,
        typer.Argument(
            help="What is deployed: a file, a revision of git (HEAD~1), or REVISION:PATH."
        ),
    ],
    new: ContractArgument,
    as_json: JsonOption = False,
) -> None:
    """Show what changes from one contract to the next, and whether it may.

    Exits with 1 if a change is refused, because it would break the lake or its readers.
    """
    successor = read_contract(new)
    found = changes(read_earlier_contract(old, new), successor)
    is_allowed = all(change.allowed for change in found)
    if as_json:
        write_json({"old": old, "new": str(new), "is_allowed": is_allowed, "changes": found})
    else:
        _show(found)
    if not is_allowed:
        raise typer.Exit(1)


@group.command("docs")
def docs_command(*, file: ContractArgument, out: OutOption = None) -> None:
    """Write the data dictionary of a contract, in Markdown."""
    _write_out(out, data_dictionary(read_contract(file)))


@group.command("drift")
@with_lake(Fact.DATABASE, Fact.WORKGROUP, Fact.GRANULARITY)
def drift_command(
    *,
    lake: LakeRef,
    file: ContractArgument,
    since: Annotated[
        str, typer.Option(help="From when on events were created: a day, a moment or so long ago.")
    ] = "7d",
    as_json: JsonOption = False,
) -> None:
    """Ask the lake for events and fields that came and the contract does not know.

    Exits with 1 if there are any.
    """
    contract = read_contract(file)
    period = Period.of(moment(since, datetime.now(UTC)), None)
    condition, parameters = period.partitions(lake.granularity)
    with athena_errors():
        athena = Athena.of_lake(lake, AwsClients())
        sql = query_over(
            QUERY,
            lake.database,
            condition,
            undeclared_members=undeclared_members(contract),
            but_mapped=but_mapped(contract),
        )
        execution = athena.run(sql, parameters)
        drift = drift_of(typed_rows(athena.answer(execution)), contract)
    if as_json:
        write_json({"since": period.start, "events": drift.events, "fields": drift.fields})
    else:
        print_lines(*map(_event_line, drift.events), *map(_field_line, drift.fields))
        counts = counted(len(drift.events), "event"), counted(len(drift.fields), "field")
        print_lines(f"{' and '.join(counts)} that the contract does not know")
    if drift:
        raise typer.Exit(1)


@group.command("json-schema")
def json_schema_command(
    *,
    file: ContractArgument,
    event: Annotated[
        str | None, typer.Option(help="Of this event alone.", show_default="of all events")
    ] = None,
    out: OutOption = None,
) -> None:
    """Write the contract as JSON Schema: one schema an event."""
    contract = read_contract(file)
    refuse(
        event is not None and event not in contract.events,
        f"{event!r} is no event of the contract: `firelake contract docs` lists them",
    )
    document = json_schema(contract) if event is None else event_schema(contract, event)
    _write_out(out, _as_json(document))


@group.command("odcs")
def odcs_command(*, file: ContractArgument, out: OutOption = None) -> None:
    """Write the contract as an Open Data Contract (ODCS 3.1.0), in JSON, which is YAML, too."""
    name = file.absolute().parent.name or "events"
    _write_out(out, _as_json(open_data_contract(read_contract(file), name)))


@group.command("python")
def python_command(*, file: ContractArgument, out: OutOption = None) -> None:
    """Write the contract as types of Python, for producers whose types are checked."""
    _write_out(out, python_types(read_contract(file)))


@group.command("typescript")
def typescript_command(*, file: ContractArgument, out: OutOption = None) -> None:
    """Write the contract as types of TypeScript, for producers whose types are checked."""
    _write_out(out, typescript_types(read_contract(file)))


def _event_line(event: DriftedEvent) -> str:
    return (
        f"event {event.event_name}: {counted(event.row_count, 'row')} since {event.first_dt},"
        f" with {few(event.fields, _MOST_NAMED)}"
    )


def _field_line(field: DriftedField) -> str:
    likely = "only null" if field.likely_type is None else f"likely {field.likely_type}"
    known = "" if field.known_type is None else f", {field.known_type} in other events"
    return (
        f"field {field.field} of {few(field.event_names, _MOST_NAMED)}: {likely}{known};"
        f" {counted(field.row_count, 'row')} since {field.first_dt}, such as {field.sample}"
    )


def _show(found: tuple[Change, ...]) -> None:
    for change in found:
        verdict, style = ("allowed", "") if change.allowed else ("refused", "bold red")
        print_lines(plain(f"{verdict}  {change.key}: {change.what}: {change.reason}", style))
    refused = sum(not change.allowed for change in found)
    print_lines(f"{counted(len(found), 'change')}, {refused} refused")


def _place(file: Path) -> Path:
    """Give the path as one would type it here."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _summary(contract: EventContract) -> str:
    return (
        f"version {contract.version}, {counted(len(contract.events), 'event')} of"
        f" {counted(len(contract.event_types), 'type')}, {counted(len(contract.fields), 'field')}"
    )


def _as_json(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _write_out(out: Path | None, text: str) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        write_result(out, text)
