"""Events that failed in every way, put back: killed half-way, two at once, from every source.

The commands and their edges are the real ones, against the embedded cloud; only the freshness is
told by the delivery's own status, as CloudWatch has it once a minute.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Final

import boto3
import pytest
from typer.testing import CliRunner

from athena_on_duckdb.clients import Clients
from firehose_emulator.settings import ErrorGeneration, Faults, LocalSwitches
from firelake.aws.lake_ref import OUTPUT_VARIABLES, LakeRef
from firelake.cli.app import app
from firelake.failures.errors.choice import Choice
from firelake.failures.errors.listing import Selection
from firelake.failures.replay import wiring
from firelake.infra.components import transform
from firelake.local.cloud import Cloud
from tests.helpers.contracts import LESSONS, LESSONS_FILE
from tests.helpers.lake_reading import LakeReader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from firelake.failures.replay.replay import Progress
    from firelake.infra.config import LakeConfig

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

SETTLE_S: Final = 1
SWITCHES: Final = LocalSwitches(flush_sooner_s=0.2, retry_delay_s=0.05, max_retry_delay_s=0.1)


class Killed(BaseException):
    """Ends a run wherever it is."""


@dataclass
class Lake:
    """An embedded cloud, and the command line that knows it by its environment."""

    cloud: Cloud
    reader: LakeReader
    environment: dict[str, str]
    created_at: float

    def event(self, event_uuid: str, name: str = "account:probed", **fields: object) -> bytes:
        common = {"event_uuid": event_uuid, "event_name": name, "created_at": self.created_at}
        return json.dumps({**common, **fields}).encode()

    def send(self, *records: bytes) -> None:
        name = self.cloud.outputs["streamName"]
        entries = [{"Data": record, "PartitionKey": "p"} for record in records]
        self.cloud.clients.call("kinesis", "PutRecords", {"StreamName": name, "Records": entries})

    def rows(self) -> Counter[str]:
        """How many rows each id has."""
        return Counter(row.event_uuid for row in self.reader.rows())

    def run(self, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, arguments, env=self.environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result.exit_code, result.stdout + result.stderr

    def replay_until_nothing_is_left(self, *arguments: str) -> str:
        """Run replay until all is done but what is refused; tells the last run's counts."""
        for _ in range(8):
            self.reader.wait_until_delivered()
            time.sleep(SETTLE_S)
            _, told = self.run("replay", *arguments)
            if not any(f" {end}: " in told for end in ("sent", "later", "unsent")):
                return told
        pytest.fail(told)  # pyright: ignore[reportPossiblyUnboundVariable]

    def wiring(self, executor: ThreadPoolExecutor) -> wiring.Wiring:
        lake = LakeRef.resolve({}, self.environment)
        return wiring.Wiring(lake, LESSONS, executor, executor)


def settle_soon(_: LakeConfig) -> int:
    return SETTLE_S


def told_by_status(cloud: Cloud) -> type:
    """A freshness in place of CloudWatch's."""

    class Freshness:
        def __init__(self, *_: object) -> None:
            pass

        def __call__(self, _since_ms: int) -> int:
            status = json.loads((cloud.folder / "delivery" / "status.json").read_bytes())
            return status["delivered_until_ms"]

    return Freshness


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    folder = tmp_path_factory.mktemp("replay")
    start = datetime.now(UTC).date() - timedelta(days=9)
    config = {
        "firelake:startDate": start.isoformat(),
        "firelake:stream": {"mode": "provisioned", "shardCount": 1},
        "firelake:delivery": {"transformRetries": 1},
    }
    with pytest.MonkeyPatch.context() as patch, ExitStack() as running:
        # The function notes how long settling takes, and replay waits for the longer one.
        patch.setattr(transform, "settle_s", settle_soon)
        cloud = running.enter_context(
            Cloud.start(
                config,
                folder=folder,
                contract_file=LESSONS_FILE,
                switches=SWITCHES,
                is_delivering=False,
            )
        )
        named = OUTPUT_VARIABLES.keys() & cloud.outputs
        environment = {
            **cloud.environment(),
            **keys_of_an_operator(cloud),
            **{OUTPUT_VARIABLES[name]: str(cloud.outputs[name]) for name in named},
            "FIRELAKE_SETTLE_S": str(SETTLE_S),
        }
        for name, value in environment.items():
            patch.setenv(name, value)
        # The session that others have used knows other credentials.
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        patch.setattr(wiring, "CloudWatchFreshness", told_by_status(cloud))
        lake = Lake(cloud, LakeReader(cloud, folder), environment, round(time.time() - 60, 3))
        fail_in_every_way(lake)
        yield lake


def keys_of_an_operator(cloud: Cloud) -> dict[str, str]:
    """The credentials of somebody who has the operator's policy, and nothing else."""
    environment = {**cloud.environment()}
    # The local Athena knows the keys that are given out by way of it.
    environment["AWS_ENDPOINT_URL"] = environment["AWS_ENDPOINT_URL_IAM"]
    call = Clients(environment).call
    name = {"UserName": "operator"}
    call("iam", "CreateUser", name)
    call(
        "iam",
        "AttachUserPolicy",
        {**name, "PolicyArn": cloud.outputs["operatorPolicyArn"]},
    )
    key = call("iam", "CreateAccessKey", name)["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


@dataclass(frozen=True)
class Story:
    """What the lake was and told before replay, and after."""

    told_before: tuple[int, str]
    dry_run: tuple[int, str]
    errors: Counter[bytes]
    rows_before: Counter[str]
    last_run: str
    told_after: str
    rows: Counter[str]
    unique_rows: Counter[str]
    errors_after: Counter[bytes]


@pytest.fixture(scope="module")
def story(lake: Lake) -> Story:
    told_before = lake.run("errors", "--json")
    errors, rows_before = lake.reader.errors(), lake.rows()
    dry_run = lake.run("replay", "--dry-run")
    be_killed_half_way(lake)
    be_two_at_once(lake)
    last_run = lake.replay_until_nothing_is_left()
    return Story(
        told_before,
        dry_run,
        errors,
        rows_before,
        last_run,
        lake.run("errors", "--json")[1],
        lake.rows(),
        Counter(row.event_uuid for row in lake.reader.unique_rows()),
        lake.reader.errors(),
    )


# What is sent, by how it fails. Copies have the id of what they are copies of.
DIES: Final = ("dies-1", "dies-2", "dies-3")
OVERFLOWS: Final = {
    "flows-1": "lesson:probed",
    "flows-2": "payment:probed",
    "flows-3": "thing:done",
}
UNCONVERTED: Final = ("turns-1", "turns-2")
PACKED: Final = ("packed-1", "packed-2")
DELIVERED: Final = "fine-1"
VALID: Final = {*DIES, *OVERFLOWS, *UNCONVERTED, *PACKED, DELIVERED}


def fail_in_every_way(lake: Lake) -> None:
    cloud = lake.cloud
    # The function runs, and claims, but its answers are lost: the batch ends in errors/, in the
    # older one of the forms that Firehose writes.
    dying = replace(
        SWITCHES,
        faults=Faults(function_times_out=1),
        error_generation=ErrorGeneration.DOCUMENTED,
    )
    with delivering(lake, dying):
        lake.send(*(lake.event(event_uuid) for event_uuid in DIES))
    # One partition is open, and all others overflow.
    with delivering(lake, replace(SWITCHES, active_partition_limit=1)):
        lake.send(
            lake.event(DELIVERED),
            *(lake.event(event_uuid, name) for event_uuid, name in OVERFLOWS.items()),
        )
    # The table takes no texts where the rows have some.
    set_type_of_extras(cloud, "bigint")
    with delivering(lake, SWITCHES):
        lake.send(*(lake.event(event_uuid, a="text") for event_uuid in UNCONVERTED))
    set_type_of_extras(cloud, "string")
    # A packed record with an invalid event; one by itself; no JSON; a reused id; copies.
    cloud.start_delivery(SWITCHES)
    invalid = lake.event("", "account:probed")
    lake.send(
        lake.event(PACKED[0]) + invalid + b"\n" + lake.event(PACKED[1]),
        invalid,
        b'{"event_uuid":',
        lake.event(DELIVERED, "account:other"),
        lake.event(DELIVERED),
        lake.event(DIES[0]),
        lake.event("flows-1", "lesson:probed"),
    )
    lake.reader.wait_until_delivered()


class delivering:  # noqa: N801 -- used as a context manager
    """Delivers with these switches until all that was sent within is stored."""

    def __init__(self, lake: Lake, switches: LocalSwitches) -> None:
        self._lake = lake
        self._switches = switches

    def __enter__(self) -> None:
        self._lake.cloud.start_delivery(self._switches)

    def __exit__(self, *_: object) -> None:
        self._lake.reader.wait_until_delivered()
        self._lake.cloud.stop_delivery()


def set_type_of_extras(cloud: Cloud, glue_type: str) -> None:
    name = {"DatabaseName": cloud.outputs["database"], "Name": "events"}
    table = cloud.clients.call("glue", "GetTable", name)["Table"]
    for column in table["StorageDescriptor"]["Columns"]:
        if column["Name"] == "extras":
            column["Type"] = glue_type
    kept = ("Name", "StorageDescriptor", "PartitionKeys", "TableType", "Parameters")
    cloud.clients.call(
        "glue",
        "UpdateTable",
        {
            "DatabaseName": cloud.outputs["database"],
            "TableInput": {key: table[key] for key in kept if key in table},
        },
    )


def test_each_failed_event_is_found_with_its_reason(story: Story) -> None:
    code, told = story.told_before
    assert code == 0
    found: Counter[str] = Counter()
    for group in json.loads(told)["groups"]:
        found[group["reason"]] += group["events"]
    assert found == {
        "Lambda.FunctionTimedOut": 3,
        "DynamicPartitioning.ActivePartitionsLimitExceeded": 3,
        "DataFormatConversion.MalformedData": 2,
        "Lambda.ProcessingFailedStatus": 2,
        "event_uuid": 2,
        "not_json": 1,
        "uuid_reused": 1,
    }
    assert story.rows_before == {DELIVERED: 1}


def test_a_dry_run_tells_what_there_is_to_do(story: Story) -> None:
    code, told = story.dry_run
    assert code == 1
    assert "\n       14 events chosen, of which\n" in f"\n{told}"
    assert "\na dry run: nothing was changed\n" in told


def test_each_valid_event_is_one_row_whatever_happened_to_it(story: Story) -> None:
    refused = "        4 refused: today's code would refuse it\n"
    assert f"\n       10 done: in the lake\n{refused}" in story.last_run
    assert story.rows == dict.fromkeys(VALID, 1)
    assert story.unique_rows == dict.fromkeys(VALID, 1)


def test_each_invalid_event_still_stands_in_errors(story: Story) -> None:
    # Nor did what was sent again and dropped as a copy leave an error behind.
    assert story.errors_after == story.errors
    left = json.loads(story.told_after)
    assert (left["events"], left["sent"], left["done"]) == (4, 0, 10)


def be_killed_half_way(lake: Lake) -> None:
    """A run whose third chunk claims its way free, and is killed before it sends."""
    with ThreadPoolExecutor(8) as executor:
        parts = lake.wiring(executor)
        replay = parts.replay(fix=None, has_receipts=True, is_dry_run=False)
        sent: list[int] = []

        def send(events: Sequence[bytes]) -> Sequence[bool]:
            sent.append(len(events))
            if len(sent) > 1:
                raise Killed
            return replay.world.send(events)

        killed = replace(replay, world=replace(replay.world, send=send), chunk_events=4)
        with suppress(Killed):
            killed.run(parts.errors(all_of_today(), Choice()), lambda _: None)
        assert len(sent) == 2


def be_two_at_once(lake: Lake) -> None:
    """Two runs that begin together, on the same events."""
    barrier = Barrier(2)

    def run() -> Progress:
        with ThreadPoolExecutor(8) as executor:
            parts = lake.wiring(executor)
            replay = parts.replay(fix=None, has_receipts=True, is_dry_run=False)
            barrier.wait()
            items = parts.errors(all_of_today(), Choice())
            return replace(replay, chunk_events=5).run(items, lambda _: None)

    with ThreadPoolExecutor(2) as runs:
        for run_of in [runs.submit(run) for _ in range(2)]:
            progress = run_of.result()
            assert progress.failure is None
            assert progress.items == progress.ends.total() == 14


def all_of_today() -> Selection:
    now = datetime.now(UTC)
    return Selection(since=now - timedelta(days=1), until=now)


@pytest.mark.usefixtures("story")
@pytest.mark.parametrize("source", ["--raw", "--from-stream"])
def test_replay_of_everything_that_was_ever_sent_changes_nothing(lake: Lake, source: str) -> None:
    rows, errors = lake.rows(), lake.reader.errors()
    told = lake.replay_until_nothing_is_left(source, "12h", "now")
    assert " done: in the lake\n" in told
    assert (lake.rows(), lake.reader.errors()) == (rows, errors)


@pytest.mark.usefixtures("story")
def test_a_fix_that_never_gives_the_same_brings_each_invalid_event_in_once(
    lake: Lake, tmp_path: Path
) -> None:
    rows = lake.rows()
    path = tmp_path / "fix.py"
    path.write_text(
        "import time, uuid\n"
        "def fix(event):\n"
        "    if event['event_uuid']:\n"
        "        return None\n"
        "    drawn = f'mended-{uuid.uuid4()}'\n"
        "    return {**event, 'event_uuid': drawn, 'created_at': time.time()}\n"
    )
    for _ in range(2):
        told = lake.replay_until_nothing_is_left("--reason", "event_uuid", "--fix", str(path))
        assert "        2 events chosen, of which\n        2 done: in the lake\n" in told
    drawn = [event_uuid for event_uuid in lake.rows() if event_uuid.startswith("mended-")]
    assert len(drawn) == 2
    assert lake.rows() == rows + Counter(drawn)
