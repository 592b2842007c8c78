"""The command `firelake backfill`: its options, and what it shows."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import Fact, LakeRef
from firelake.cli.bulk_import import import_table
from firelake.cli.commands.errors import selection_of
from firelake.cli.context import with_lake
from firelake.cli.options import DeployedContractOption, refuse
from firelake.cli.outcomes import INTERRUPTED
from firelake.failures.errors.events import ErrorEvents
from firelake.failures.errors.listing import ErrorBucket
from firelake.failures.receipt_bucket import ReceiptBucket
from firelake.history.backfill.lake import LakeIds
from firelake.history.backfill.noting import note_done
from firelake.history.backfill.run import Backfill
from firelake.history.backfill.showing import InvalidFile, progress_bar, summary
from firelake.history.backfill.sources import (
    FailedEvents,
    error_sources,
    named_sources,
    raw_sources,
)
from firelake.history.backfill.store import S3Files
from firelake.history.backfill.tally import Tally
from firelake.history.backfill.wiring import READERS, WRITERS, Way, opened
from firelake.operations.contract_source import read_contract
from firelake.operations.moments import moment
from firelake.operations.result_files import writing
from firelake.operations.terminal import print_lines, report, say

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from mypy_boto3_s3 import S3Client

    from firelake.history.backfill.reading import Invalid
    from firelake.history.backfill.sources import Source
    from firelake.history.backfill.work import Settings


@with_lake(
    Fact.BUCKET,
    Fact.DATABASE,
    Fact.CLAIMS_TABLE,
    Fact.GRANULARITY,
    Fact.LATENESS_DAYS,
    Fact.RETENTION_HOURS,
    Fact.DEDUPE_DAYS,
    known=(Fact.WORKGROUP,),
)
def backfill_command(  # noqa: PLR0913 -- one an option
    *,
    lake: LakeRef,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INPUT]...",
            help="JSON objects: files, s3://bucket/key, all of s3://bucket/prefix/.",
        ),
    ] = None,
    raw: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="SINCE UNTIL", help="Raw records by their hours of arrival."),
    ] = None,
    errors: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="SINCE UNTIL", help="Events of error objects by their arrival."),
    ] = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only errors of this type; repeatable.")
    ] = None,
    invalid: Annotated[
        Path | None, typer.Option(help="Write invalid events and why there, as JSON lines.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be written, and why not.")
    ] = False,
    processes: Annotated[
        int,
        typer.Option(
            min=1,
            max=64,
            help="How many processes read and convert.",
            show_default="one a processor",
        ),
    ] = os.cpu_count() or 1,
    folder: Annotated[
        Path | None,
        typer.Option(help="For files of the work, up to 2 GB and the ids of what is asked for."),
    ] = None,
    from_table: Annotated[
        str | None,
        typer.Option(
            metavar="DATABASE.TABLE",
            help="A table or view that Athena reads, into history by Athena's own SQL.",
        ),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="With --from-table: what its columns are, as TOML.")
    ] = None,
    left_out: Annotated[
        Path | None,
        typer.Option(help="With --from-table: write the query of the invalid rows there."),
    ] = None,
    contract: DeployedContractOption,
) -> None:
    """Bring in what the stream cannot: history of any size, late events, what overflowed.

    Takes only events of which no copy can come by the stream any more; the others go by the
    stream, or wait. What the lake has is left out. Run it again as often as you like: it neither
    doubles nor loses. Exits with 1 if anything of the input is left undone. A table goes into
    history by SQL in Athena, whatever its size, where the stack has catalog.hasHistory.
    """
    others = (inputs, raw, errors, types, invalid, folder)
    if from_table and not any(others):
        import_table(
            lake,
            from_table,
            contract=contract,
            mapping=mapping,
            left_out=left_out,
            is_dry_run=dry_run,
        )
        return
    refuse(
        from_table or mapping or left_out,
        "--from-table DATABASE.TABLE, --mapping and --left-out go together, and with --dry-run:"
        " bring in other inputs by another call",
    )
    refuse(
        not (inputs or raw or errors),
        "say what to bring in: files, s3://bucket/key, --raw, --errors or --from-table",
    )
    refuse(types and not errors, "--type is of error objects: it needs --errors SINCE UNTIL")
    events = ErrorEvents(read_contract(contract), lateness_days=None, granularity=lake.granularity)
    now = datetime.now(UTC)
    clients = AwsClients(READERS + WRITERS)
    s3 = clients.s3()
    sources: list[Source] = [
        source
        for text in inputs or ()
        for source in named_sources(text, lambda name: S3Files(s3, name))
    ]
    if raw:
        since, until = (moment(text, now) for text in raw)
        sources += raw_sources(S3Files(s3, lake.bucket), since, until)
    failed = None
    if errors:
        selection = selection_of(*errors, types, now, lag_days=lake.dedupe_days)
        failed = FailedEvents(
            ErrorBucket(s3, lake.bucket), selection, events, ReceiptBucket(s3, lake.bucket)
        )
        sources += error_sources(failed)
    text = contract.read_text("utf-8")
    way = Way(contract=text, processes=processes, folder=folder, is_dry_run=dry_run)
    tally, start_s = Tally(), time.monotonic()
    with ExitStack() as opened_here:
        means = opened_here.enter_context(opened(lake, way, clients, say))
        means = replace(means, on_invalid=opened_here.enter_context(_noted_in(invalid)))
        size_bytes = sum(source.size_bytes for source in sources) or None
        show = opened_here.enter_context(progress_bar(report(), size_bytes, time.monotonic))
        Backfill(means, tally, show).run(sources)
    elapsed_s = time.monotonic() - start_s
    print_lines(*summary(tally, means.settings.closing, elapsed_s, is_dry_run=dry_run))
    if failed is not None and not dry_run and not tally.is_interrupted:
        count = _note_done(failed, s3, lake.bucket, means.settings)
        print_lines(f"{count:>13,} of the failed events are noted as done, being there")
    if tally.is_interrupted:
        raise typer.Exit(INTERRUPTED)
    if not tally.is_complete:
        raise typer.Exit(1)


@contextmanager
def _noted_in(path: Path | None) -> Generator[Callable[[Invalid], None]]:
    """Gives what writes invalid events to a file, if there is one."""
    if path is None:
        yield lambda _: None
        return
    with writing(path):
        file = path.open("wb")
    try:
        yield InvalidFile(path, file)
    finally:
        with writing(path):
            file.close()


def _note_done(failed: FailedEvents, s3: S3Client, bucket: str, settings: Settings) -> int:
    """Notes which of the failed events the lake has, listed anew."""
    with (
        ThreadPoolExecutor(READERS, "lake") as readers,
        TemporaryDirectory(dir=settings.folder.parent, prefix="backfill-") as work,
    ):
        return note_done(
            failed,
            LakeIds(S3Files(s3, bucket), Path(work), readers),
            ReceiptBucket(s3, bucket),
            settings.now_ms,
        )
