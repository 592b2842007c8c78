"""The command `firelake produce`: its options, and what it shows."""

from __future__ import annotations

import time
from pathlib import Path  # noqa: TC003 -- Typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final

import typer

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import Fact, LakeRef
from firelake.cli.context import environment, with_lake
from firelake.cli.options import ContractOption, refuse
from firelake.cli.outcomes import INTERRUPTED
from firelake.health.arrival.sent_events import MAX_FOLLOWED
from firelake.health.arrival.showing import arrived_line, waiting
from firelake.health.arrival.wait import MissingEventsError
from firelake.health.arrival.wiring import arrival_at
from firelake.laptop.produced import Produced
from firelake.operations.contract_source import read_contract
from firelake.operations.counts import counted
from firelake.operations.errors import StreamError
from firelake.operations.moments import clock_time
from firelake.operations.terminal import print_lines, report, say
from firelake.samples.generate import Generator, Shares
from firelake.send.inputs import STDIN, bytes_of, documents_to_send, name_of
from firelake.send.kinesis import KinesisPut, random_partition_key
from firelake.send.outbox import CALLS_IN_FLIGHT, Outlet
from firelake.send.pack import PackedEvents, PartitionJudge, SingleEvents
from firelake.send.produce import produce
from firelake.send.progress import progress, summary
from firelake.send.put import PATIENCE_S, Pace
from firelake.send.rate import at_rate, chunked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from typer.models import OptionInfo

    from firelake.health.arrival.wait import Arrival
    from firelake.send.pack import Packer
    from firelake.send.produce import Production
    from firelake.send.records import Outgoing


_WAITING: Final = (Fact.BUCKET, Fact.DATABASE, Fact.WORKGROUP, Fact.GRANULARITY, Fact.SETTLE_S)
_KNOWN: Final = (Fact.LATENESS_DAYS, *_WAITING)
_MOST_NAMED: Final = 5


def _share(text: str) -> OptionInfo:
    return typer.Option(min=0.0, max=1.0, help=text)


@with_lake(Fact.STREAM, known=_KNOWN)
def produce_command(  # noqa: PLR0913 -- one an option
    *,
    lake: LakeRef,
    file: Annotated[
        Path | None,
        typer.Argument(help="JSON objects to send; - for standard input."),
    ] = None,
    generate: Annotated[
        int | None, typer.Option(min=1, help="Send so many sample events in place of a file.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.001, max=1e9, help="At most so many events a second.")
    ] = None,
    pack: Annotated[
        bool | None,
        typer.Option(
            "--pack/--no-pack",
            help="Send many events of one partition in one record; --no-pack each alone.",
            show_default="as stream.takesPackedRecords says",
        ),
    ] = None,
    duplicates: Annotated[float, _share("Share of copies.")] = 0.0,
    invalid: Annotated[float, _share("Share of invalid events.")] = 0.0,
    late: Annotated[float, _share("Share of events that come too late.")] = 0.0,
    unregistered: Annotated[
        float, _share("Share of events that the contract does not know.")
    ] = 0.0,
    seed: Annotated[int, typer.Option(help="Decides which sample events come.")] = 1,
    hours: Annotated[
        float, typer.Option(help="In how many hours until now sample events are created.")
    ] = 1.0,
    contract: ContractOption,
    calls: Annotated[
        int, typer.Option(min=1, max=64, help="Calls in flight at once.")
    ] = CALLS_IN_FLIGHT,
    patience: Annotated[
        float,
        typer.Option(
            min=0.0, max=86_400.0, help="Seconds for which a refused record is sent again."
        ),
    ] = PATIENCE_S,
    wait: Annotated[
        bool,
        typer.Option("--wait", help="Wait until every event is a row, a copy or an error."),
    ] = False,
    deadline: Annotated[
        float | None,
        typer.Option(
            min=1.0,
            max=86_400.0,
            help="Seconds to wait at most after the last event is on the stream.",
            show_default="as long as an event may be on its way",
        ),
    ] = None,
) -> None:
    """Send events to the stream: a file of JSON objects, standard input, or generated ones.

    Objects are read as backfill reads them: in lines, spread over lines, with nothing between or in
    an array, UTF-8 or UTF-16, plain or gzip. What does not begin so is refused before anything is
    sent; what is broken or too large later on is told with its line, and left out. Sends again
    exactly the records that Kinesis refused. Exits with 1 if anything was not accepted; with
    --wait, which follows a million events, also if anything is neither a row nor a copy nor an
    error when the deadline is reached.
    """
    shares = Shares(duplicates=duplicates, invalid=invalid, late=late, unregistered=unregistered)
    refuse(
        (file is None) == (generate is None),
        "say what to send: either a FILE (- for standard input) or --generate N",
    )
    has_shares = shares != Shares()
    refuse(generate is None and has_shares, "shares need --generate: a file is sent as it is")
    refuse(deadline is not None and not wait, "--deadline needs --wait")
    packer: Packer = SingleEvents(random_partition_key)
    if lake.takes_packed_records if pack is None else pack:
        judge = PartitionJudge(
            read_contract(contract), lateness_days=lake.lateness_days, granularity=lake.granularity
        )
        packer = PackedEvents(judge.partition_of, random_partition_key)
    chunks: Iterable[Sequence[Outgoing]]
    if generate is None:
        chunks = documents_to_send(bytes_of(file or STDIN), name_of(file or STDIN))
    else:
        generator = Generator(
            read_contract(contract),
            seed=seed,
            start_s=time.time(),
            lateness_days=lake.lateness_days,
            shares=shares,
            rate_per_s=rate,
            hours=hours,
        )
        chunks = chunked(sample.outgoing for sample in generator.events(generate))
    arrival = None
    if wait:
        lake.require(_WAITING)
        arrival = arrival_at(lake, read_contract(contract))
    if rate is not None:
        chunks = at_rate(chunks, rate, time.monotonic, time.sleep)
    outlet = Outlet(
        packer=packer,
        put=KinesisPut(AwsClients(calls).kinesis_puts(), lake.stream),
        pace=Pace(patience_s=patience),
        now_ms=lambda: time.time_ns() // 1_000_000,
        calls_in_flight=calls,
    )
    production = _send(chunks, outlet, generate, lake, arrival)
    if arrival is not None and production.tally.records:
        _await(arrival, lake.settle_s if deadline is None else deadline, lake)
    if not production.is_complete:
        message = "not every event is on the stream: the counts say why"
        raise StreamError(message) from production.tally.failure


def _send(
    chunks: Iterable[Sequence[Outgoing]],
    outlet: Outlet,
    total: int | None,
    lake: LakeRef,
    arrival: Arrival | None,
) -> Production:
    start_s = time.monotonic()
    with progress(report(), total, time.monotonic) as show:
        if arrival is None:
            production = produce(chunks, outlet, show)
        else:
            production = produce(arrival.sent.watch(chunks), outlet, show, arrival.sent.refused)
    print_lines(*summary(production, time.monotonic() - start_s))
    if production.tally.records and lake.knows(Fact.SETTLE_S):
        _tell_when_visible(lake, is_awaited=arrival is not None)
    if production.is_interrupted:
        raise typer.Exit(INTERRUPTED)
    return production


def _tell_when_visible(lake: LakeRef, *, is_awaited: bool) -> None:
    now_s = time.time()
    visible_s = now_s + lake.settle_s
    Produced.of_user(environment()).note(lake.stream, now_s=now_s, visible_s=visible_s)
    if is_awaited:
        say("waiting until every event has arrived")
        return
    say(
        f"expect all of their rows by {clock_time(visible_s)}, {lake.settle_s:,} s from now:"
        " Firehose gathers events before it writes a file"
    )


def _await(arrival: Arrival, deadline_s: float, lake: LakeRef) -> None:
    start_s = time.monotonic()
    try:
        with waiting(report(), time.monotonic) as show:
            arrived = arrival.wait(deadline_s, show)
    except KeyboardInterrupt:
        _tell_arrived(arrival, start_s)
        say("no longer waited for: what was sent goes on its way all the same")
        raise typer.Exit(INTERRUPTED) from None
    _tell_arrived(arrival, start_s)
    if arrived.missing:
        first = "; ".join(arrival.sent.missing_places(_MOST_NAMED))
        message = (
            f"after {deadline_s:,.0f} s neither rows nor copies nor errors: {arrived.missing:,} of"
            " the events; they are in Kinesis and may still come (firelake status tells how the"
            " delivery is), or are copies of what was erased or is kept no longer; the first:"
            f" {first}"
        )
        raise MissingEventsError(message)
    if arrived.unfollowed:
        message = (
            f"{counted(arrived.unfollowed, 'event was', 'events were')} sent that nobody looked"
            f" for, as the first {MAX_FOLLOWED:,} alone are followed: send fewer at once"
        )
        raise MissingEventsError(message)
    now_s = time.time()
    Produced.of_user(environment()).note(lake.stream, now_s=now_s, visible_s=now_s)


def _tell_arrived(arrival: Arrival, start_s: float) -> None:
    print_lines(arrived_line(arrival.sent.arrived(), time.monotonic() - start_s))
    failed = arrival.sent.error_places(_MOST_NAMED)
    if failed:
        say(f"the first under errors/: {'; '.join(failed)}; firelake errors tells why")
