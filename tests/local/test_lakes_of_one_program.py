"""Two lakes of one program of somebody's own, in a bucket and on a stream that are there already.

The program makes the bucket, the stream and the topic itself, as such a program would; both lakes
lie in folders of the one bucket, and the commands find each by what the program gives out.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pulumi
import pulumi_aws as aws
import pytest
from typer.testing import CliRunner

from athena_on_duckdb.clients import Clients
from firehose_emulator.settings import DeliverySettings, LocalSwitches
from firelake.cli.app import app
from firelake.infra import CatalogConfig, DeliveryConfig, Existing, Lake, LakeArgs, LakeConfig
from firelake.infra.lake import Deploying
from firelake.laptop.embedded import variables_of
from firelake.local.athena_endpoint import AthenaEndpoint
from firelake.local.children import spawn
from firelake.local.cloud import host_zip, unix_ms
from firelake.local.ministack import ACCOUNT_ID, REGION, Ministack
from firelake.local.provision.place import Place
from firelake.local.provision.provider import MinistackProvider
from firelake.local.runner import Stack, run_program
from tests.helpers.foreign_contracts import TINY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_s3 import S3Client

pytestmark = [pytest.mark.local, pytest.mark.timeout(600)]

SOURCES: Final = Path(__file__).parents[2] / "src"
START: Final = datetime.now(UTC).date() - timedelta(days=60)
LAKES: Final = ("shop", "ads")
DAY_S: Final = 86_400
FIX: Final = """
import time

def fix(event):
    return event | {"event_uuid": event["of"] + "-mended", "created_at": time.time()}
"""


def program(contract: Path) -> None:
    data = aws.s3.Bucket("data", bucket="acme-data", force_destroy=True)
    clicks = aws.kinesis.Stream(
        "clicks",
        name="clicks",
        stream_mode_details={"stream_mode": "PROVISIONED"},
        shard_count=1,
        retention_period=72,
    )
    on_call = aws.sns.Topic("on-call", name="on-call")
    streams = {"shop": clicks.arn, "ads": None}
    for name in LAKES:
        config = LakeConfig(
            start_date=START,
            delivery=DeliveryConfig(buffer_interval_s=60, raw_buffer_interval_s=60),
            catalog=CatalogConfig(has_crawler=False),
            existing=Existing(
                stream_arn=streams[name],
                bucket=data.bucket,
                bucket_folder=f"lakes/{name}/",
                topic_arn=on_call.arn,
            ),
        )
        deploying = Deploying(zip_of=host_zip)
        lake = Lake(name, LakeArgs(config=config, contract_file=contract, deploying=deploying))
        pulumi.export(name, lake.outputs)


@dataclass(frozen=True)
class Running:
    outputs: Mapping[str, Mapping[str, object]]
    environment: Mapping[str, str]
    clients: Clients

    def command(self, lake: str, *arguments: str) -> tuple[int, str]:
        """What a command prints that is to find this lake of the two."""
        outputs = {name: str(value) for name, value in self.outputs[lake].items()}
        environment = {**self.environment, **variables_of(outputs)}
        result = CliRunner().invoke(app, [*arguments], env=environment)
        assert isinstance(result.exception, SystemExit | None), result
        return result.exit_code, result.output

    def listed(self) -> list[str]:
        s3 = cast("S3Client", self.clients.client("s3"))
        listed = s3.list_objects_v2(Bucket="acme-data").get("Contents", [])
        return [each.get("Key", "") for each in listed]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("two_lakes")
    contract, records = folder / "events.toml", folder / "processes"
    contract.write_text(TINY)
    with ExitStack() as stopping:
        ministack = Ministack.start(folder, account_id=ACCOUNT_ID, region=REGION, records=records)
        stopping.callback(ministack.stop)
        clients = Clients(ministack.environment())
        stopping.callback(clients.close)
        place = Place(account_id=ACCOUNT_ID, region=REGION, clients=clients, now_ms=unix_ms)
        deployment = run_program(
            lambda: program(contract),
            MinistackProvider(place),
            Stack(project="platform", name="dev", config={"aws:region": REGION}),
        )
        athena = AthenaEndpoint.start(ministack.environment(), folder=folder, records=records)
        stopping.callback(athena.stop)
        for name, stream in place.kept.delivery_streams.items():
            settings, state = folder / f"{name}.json", folder / name
            state.mkdir()
            DeliverySettings.from_inputs(
                stream.inputs,
                created_at_ms=stream.created_at_ms,
                switches=LocalSwitches(flush_sooner_s=1, max_invocations=2),
            ).write(settings)
            child = spawn(
                f"the delivery {name}",
                [
                    *(sys.executable, "-m", "firehose_emulator"),
                    *("--settings", str(settings), "--state", str(state)),
                ],
                environment={
                    **os.environ,
                    **ministack.environment(),
                    "PYTHONPATH": str(SOURCES),
                },
                log=folder / f"{name}.log",
                records=records,
            )
            stopping.callback(child.stop)
        yield Running(
            cast("Mapping[str, Mapping[str, object]]", deployment.outputs),
            {
                **ministack.environment(),
                **athena.environment(),
                "FIRELAKE_CONTRACT": str(contract),
                "FIRELAKE_STATE": str(folder),
            },
            clients,
        )


@pytest.fixture(scope="module")
def sent(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Running:
    """Both lakes have three events of their own, one of them twice, and one that is none."""
    for lake in LAKES:
        lines: list[dict[str, Any]] = [
            {"event_uuid": f"{lake}-{n}", "event_name": "ping", "created_at": time.time()}
            for n in range(3)
        ]
        lines += [lines[0], {"event_name": "ping", "of": lake}]
        file = tmp_path_factory.mktemp(lake) / "events.jsonl"
        file.write_text("\n".join(map(json.dumps, lines)))
        code, told = running.command(lake, "produce", str(file), "--wait")
        assert (code, ": 3 rows, 1 copy, 1 error" in told) == (0, True), told
    return running


def ids(running: Running, lake: str) -> list[str]:
    """The ids of a lake's rows."""
    code, told = running.command(
        lake, "query", "SELECT event_uuid FROM events_unique ORDER BY 1", "--json"
    )
    assert code == 0, told
    return [json.loads(line)["event_uuid"] for line in told.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("lake", LAKES)
def test_each_has_its_own_events(sent: Running, lake: str) -> None:
    assert ids(sent, lake)[:3] == [f"{lake}-{n}" for n in range(3)]
    assert len([each for each in ids(sent, lake) if not each.startswith(lake)]) == 0


@pytest.mark.parametrize("lake", LAKES)
def test_each_has_its_own_errors_and_receipts(sent: Running, lake: str, tmp_path: Path) -> None:
    code, told = sent.command(lake, "errors")
    assert (code, "errors/type=processing-failed/" in told) == (0, True), told
    fix = tmp_path / "mend.py"
    fix.write_text(FIX)
    code, told = sent.command(lake, "replay", "--fix", str(fix))
    assert code == 0, told
    receipts = [key for key in sent.listed() if key.startswith(f"lakes/{lake}/errors-replayed/")]
    assert len(receipts) == 1
    code, told = sent.command(lake, "report", "--out", str(tmp_path / "report.html"))
    assert code == 0, told
    assert f"{lake}-dev" in (tmp_path / "report.html").read_text("utf-8")


@pytest.mark.parametrize("lake", LAKES)
def test_history_comes_into_its_own_folder(sent: Running, lake: str, tmp_path: Path) -> None:
    file = tmp_path / "old.jsonl"
    old = {
        "event_uuid": f"{lake}-old",
        "event_name": "ping",
        "created_at": time.time() - 40 * DAY_S,
    }
    file.write_text(json.dumps(old))
    code, told = sent.command(lake, "backfill", str(file))
    assert code == 0, told
    assert f"{lake}-old" in ids(sent, lake)


def test_all_lies_in_the_folders_and_nothing_beside_them(sent: Running) -> None:
    folders = {"/".join(key.split("/")[:3]) for key in sent.listed()}
    assert {f"lakes/{lake}/{place}" for lake in LAKES for place in ("events", "errors")} <= folders
    assert {key.split("/")[1] for key in sent.listed()} == set(LAKES)
    buckets = sent.clients.call("s3", "ListBuckets", {})["Buckets"]
    assert [each["Name"] for each in buckets] == ["acme-data"]


def test_the_stream_that_was_there_is_one_of_two(sent: Running) -> None:
    names = sent.clients.call("kinesis", "ListStreams", {})["StreamNames"]
    assert sorted(names) == ["ads-dev-events", "clicks"]
    assert sent.outputs["shop"]["streamName"] == "clicks"
