"""What `firelake backfill --from-table` does: the plan is shown, then the table is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import Fact
from firelake.history.bulk_import.mapping import BY_NAME, parse_mapping
from firelake.history.bulk_import.showing import plan_lines, summary
from firelake.history.bulk_import.sql_names import parse_table
from firelake.history.bulk_import.wiring import opened, planned
from firelake.operations.contract_source import read_contract
from firelake.operations.result_files import writing
from firelake.operations.terminal import print_lines, say

if TYPE_CHECKING:
    from pathlib import Path

    from firelake.aws.lake_ref import LakeRef


def import_table(  # noqa: PLR0913 -- one an option
    lake: LakeRef,
    from_table: str,
    *,
    contract: Path,
    mapping: Path | None,
    left_out: Path | None,
    is_dry_run: bool,
) -> None:
    """Import a table into history, or tell what would be.

    Args:
        left_out: Where the query goes that shows what is invalid.

    Raises:
        OpsError: It cannot begin or go on.
        Exit: Something of the table is left undone.
    """
    lake.require((Fact.WORKGROUP,))
    table = parse_table(from_table)
    given = BY_NAME if mapping is None else parse_mapping(mapping.read_text("utf-8"), mapping.name)
    read_contract(contract)
    text = contract.read_text("utf-8")
    clients = AwsClients()
    plan = planned(lake, clients, text, table, given)
    print_lines(*plan_lines(plan))
    with opened(lake, clients, text, plan, say, is_dry_run=is_dry_run) as made:
        tally = made.bulk_import.run(is_dry_run=is_dry_run)
    print_lines(*summary(tally, plan, made.closing, is_dry_run=is_dry_run))
    if left_out is not None:
        with writing(left_out):
            left_out.write_text(f"{made.statements.left_out()}\n", "utf-8")
        print_lines(f"{left_out} has the query that shows the rows that are invalid")
    elif tally.invalid:
        print_lines("--left-out FILE writes the query that shows the rows that are invalid")
    if not tally.is_complete:
        raise typer.Exit(1)
