"""The commands `firelake contract json-schema`, `odcs`, `python` and `typescript`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from firelake.cli.options import ContractArgument
from firelake.exchange.json_schema_writing import event_schema, json_schema
from firelake.exchange.odcs_writing import open_data_contract
from firelake.exchange.python_types import python_types
from firelake.exchange.typescript_types import typescript_types
from firelake.operations.contract_source import read_contract
from firelake.operations.errors import InputError
from firelake.operations.result_files import write_result

if TYPE_CHECKING:
    from collections.abc import Mapping

OutOption: TypeAlias = Annotated[
    Path | None, typer.Option(help="Write it to this file.", show_default="standard output")
]


def add_exports(group: typer.Typer) -> None:
    """Add the commands to the group."""
    group.command("json-schema")(json_schema_command)
    group.command("odcs")(odcs_command)
    group.command("python")(python_command)
    group.command("typescript")(typescript_command)


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
    if event is not None and event not in contract.events:
        message = f"{event!r} is no event of the contract: `firelake contract docs` lists them"
        raise InputError(message)
    document = json_schema(contract) if event is None else event_schema(contract, event)
    _write(out, _json(document))


def odcs_command(*, file: ContractArgument, out: OutOption = None) -> None:
    """Write the contract as an Open Data Contract (ODCS 3.1.0), in JSON, which is YAML, too."""
    name = file.absolute().parent.name or "events"
    _write(out, _json(open_data_contract(read_contract(file), name)))


def python_command(*, file: ContractArgument, out: OutOption = None) -> None:
    """Write the contract as types of Python, for producers whose types are checked."""
    _write(out, python_types(read_contract(file)))


def typescript_command(*, file: ContractArgument, out: OutOption = None) -> None:
    """Write the contract as types of TypeScript, for producers whose types are checked."""
    _write(out, typescript_types(read_contract(file)))


def _json(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _write(out: Path | None, text: str) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        write_result(out, text)
