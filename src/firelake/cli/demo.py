"""The demonstration: a whole lake on this machine, and every event through it accounted for."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from firelake.aws.clients import AwsClients
from firelake.aws.lake_ref import LakeRef
from firelake.aws.query_run import Athena
from firelake.cli.context import changed_environment
from firelake.cli.demo_move import FilesMoved, move, move_files
from firelake.cli.demo_report import write_report
from firelake.cli.query_output import typed_rows
from firelake.contract.facts import DEFAULT_LATENESS_DAYS
from firelake.contract.layout import Granularity
from firelake.infra.partitions import open_periods, partition_types
from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud, LocalSwitches
from firelake.operations.athena import athena_errors
from firelake.operations.contract_source import read_contract
from firelake.operations.errors import OpsError
from firelake.samples.expected import Expected, Found, Reckoning, reckon
from firelake.samples.first_question import first_question
from firelake.samples.generate import Generator, Shares
from firelake.samples.lake_files import LakeFiles
from firelake.send.kinesis import KinesisPut, random_partition_key
from firelake.send.outbox import CALLS_IN_FLIGHT, Outlet
from firelake.send.pack import PackedEvents, PartitionJudge
from firelake.send.produce import Production, produce
from firelake.send.put import Pace
from firelake.send.rate import chunked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mypy_boto3_s3 import S3Client

    from firelake.contract.events import EventContract
    from firelake.samples.labels import SampleEvent

GRANULARITY: Final = Granularity.DAY
SHARES: Final = Shares(duplicates=0.05, invalid=0.02, late=0.01, unregistered=0.02)
# A day of events, so that there is something to see by the hour.
_HOURS: Final = 24.0
_LOOK_AGAIN_S: Final = 0.5
# What a lake of this size takes many times over, on a slow machine too.
_LONGEST_WAIT_S: Final = 240.0


class DemoError(OpsError, RuntimeError):
    """Raised when the lake does not come to what was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the demonstration came to.

    Attributes:
        deliver_s: How long it took from the last record to the last row.
        reckoning: Everything that was sent, counted by type.
        question: The first question, in SQL.
        answer: Its rows, by column.
        moved: What a move into history came to.
    """

    production: Production
    produce_s: float
    deliver_s: float
    reckoning: Reckoning
    question: str
    answer: Sequence[Mapping[str, object]]
    moved: FilesMoved
    report: Path


def run_demo(  # noqa: PLR0913 -- what it is told, and two ways to tell
    count: int,
    seed: int,
    *,
    contract_file: Path,
    report: Path,
    flush_sooner_s: float,
    say: Callable[[str], None],
    show: Callable[[Production], None] = lambda _: None,
) -> Demo:
    """Deploys a lake, sends events, waits until all are accounted for, and asks a first question.

    Args:
        report: Where the report goes.
        flush_sooner_s: Greatest buffer interval of the embedded Firehose, in seconds.
        show: Is told how far the producer is.

    Raises:
        DemoError: The lake did not come to what was sent in time.
        InputError: The contract cannot be read or breaks rules.
        OpsError: The lake does not answer, or the page cannot be written.
    """
    contract = read_contract(contract_file)
    started_s = time.monotonic()
    say("deploying the Pulumi program on the embedded cloud")
    with tempfile.TemporaryDirectory(prefix="firelake-demo-") as name:
        folder = Path(name)
        with Cloud.start(
            _config(),
            folder=folder,
            contract_file=contract_file,
            switches=LocalSwitches(
                flush_sooner_s=flush_sooner_s,
                active_partition_limit=(
                    partition_types(contract) * open_periods(GRANULARITY, DEFAULT_LATENESS_DAYS)
                ),
            ),
        ) as cloud:
            resources = len(cloud.deployment.registrations)
            say(
                f"{resources} resources in {time.monotonic() - started_s:.1f} s at "
                f"{cloud.environment()['AWS_ENDPOINT_URL']}"
            )
            lake = _lake(cloud)
            with changed_environment(cloud.environment()):
                # Views read history once there is such a table.
                move(lake, lambda _: None)
            cloud.update(_config(), contract_file)
            expected, found = Expected(), Found()
            say(f"sending {count:,} events, some of them copies, invalid, late or unregistered")
            sent_s = time.monotonic()
            samples = _generator(contract, seed).events(count)
            production = _send(cloud, contract, expected.watch(samples), show)
            produced_s = time.monotonic()
            say("waiting until every event is a row, a dropped copy or an error")
            files = LakeFiles(
                cast("S3Client", cloud.clients.client("s3")), str(cloud.outputs["bucket"]), folder
            )
            _wait(files, expected, found)
            delivered_s = time.monotonic()
            question = first_question(contract)
            with changed_environment(cloud.environment()):
                say("asking Athena a first question")
                answer = _answer(lake, question)
                say("asking Athena for the report")
                write_report(lake, contract, report, sent=expected.sent.total())
                say("moving files of two days into history")
                moved = move_files(lake)
                if _answer(lake, question) != answer:
                    message = "the first question has another answer after the move"
                    raise DemoError(message)
            return Demo(
                production=production,
                produce_s=produced_s - sent_s,
                deliver_s=delivered_s - produced_s,
                reckoning=reckon(expected, found),
                question=question,
                answer=answer,
                moved=moved,
                report=report,
            )


def _config() -> dict[str, object]:
    start = datetime.now(UTC).date() - timedelta(days=DEFAULT_LATENESS_DAYS + 2)
    return {
        "firelake:startDate": start.isoformat(),
        "firelake:latenessDays": str(DEFAULT_LATENESS_DAYS),
        "firelake:granularity": str(GRANULARITY),
        "firelake:catalog": {"hasHistory": True, "historySchedule": "off"},
        # A contract of many types is to be shown too, whatever quota an account would need for it.
        "firelake:delivery": {"acceptPartitionOverflow": True},
    }


def _lake(cloud: Cloud) -> LakeRef:
    outputs = {name: str(value) for name, value in cloud.outputs.items()}
    return LakeRef.resolve({}, variables_of(outputs))


def _generator(contract: EventContract, seed: int) -> Generator:
    return Generator(
        contract,
        seed=seed,
        start_s=time.time(),
        lateness_days=DEFAULT_LATENESS_DAYS,
        shares=SHARES,
        hours=_HOURS,
    )


def _send(
    cloud: Cloud,
    contract: EventContract,
    samples: Iterator[SampleEvent],
    show: Callable[[Production], None],
) -> Production:
    judge = PartitionJudge(contract, lateness_days=DEFAULT_LATENESS_DAYS, granularity=GRANULARITY)
    with changed_environment(cloud.environment()):
        client = AwsClients(CALLS_IN_FLIGHT).kinesis_puts()
    production = produce(
        chunked(sample.outgoing for sample in samples),
        Outlet(
            packer=PackedEvents(judge.partition_of, random_partition_key),
            put=KinesisPut(client, str(cloud.outputs["streamName"])),
            pace=Pace(),
            now_ms=lambda: time.time_ns() // 1_000_000,
        ),
        show,
    )
    if not production.is_complete:
        message = "the stream did not take every event; look at what the producer says"
        raise DemoError(message)
    return production


def _wait(files: LakeFiles, expected: Expected, found: Found) -> None:
    ends_s = time.monotonic() + _LONGEST_WAIT_S
    while True:
        files.refresh(found)
        if found.row_count >= expected.rows and found.failed.total() >= expected.failures:
            return
        if time.monotonic() > ends_s:
            message = (
                f"after {_LONGEST_WAIT_S:.0f} s the lake has {found.row_count:,} of "
                f"{expected.rows:,} rows and {found.failed.total():,} of {expected.failures:,} "
                "errors"
            )
            raise DemoError(message)
        time.sleep(_LOOK_AGAIN_S)


def _answer(lake: LakeRef, question: str) -> list[dict[str, object]]:
    with athena_errors():
        athena = Athena.of_lake(lake, AwsClients())
        return [*typed_rows(athena.answer(athena.run(question)))]
