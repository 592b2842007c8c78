"""The programs of docs/sending.md, with the libraries that they name: each event is one row."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest

from firelake.local.cloud import Cloud, LocalSwitches
from tests.helpers.commands import ROOT
from tests.helpers.function_urls import function_url
from tests.helpers.lake_reading import LakeReader
from tests.helpers.refusing_kinesis import refusing_kinesis
from tests.helpers.toolchains import built, java_class_path, printed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

pytestmark = [pytest.mark.local, pytest.mark.timeout(600)]  # the first run fetches the libraries

PAGE: Final = ROOT / "docs" / "sending.md"
CLIENTS: Final = Path(__file__).parent / "clients" / "sending"
COUNT: Final = 600
CONTRACT: Final = """
version = 1
[fields]
text = { type = "string", description = "Any text." }
number = { type = "bigint", description = "An integer." }
ratio = { type = "double", description = "A number." }
is_new = { type = "boolean", description = "A truth." }
price = { type = "decimal(10,2)", description = "An amount." }
tags = { type = "array<string>", description = "Texts." }
[events."sent:by_app"]
description = "It was sent."
required = ["text", "number", "ratio", "is_new", "price", "tags"]
"""
# Runs a program with an environment and lines to read.
Run: TypeAlias = "Callable[[Mapping[str, str], str], object]"
TEXTS: Final = ('plain <b> & "quoted"', "é€😀\u2028\u00a0", "line\nbreak\ttab \\ back", "")


class Lake:
    """An embedded cloud that delivers, and what its table has.

    Attributes:
        root: The environment of who may do everything.
        producer: The same of somebody with the policy of producers, and nothing else.
    """

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        call = cloud.clients.call
        role = {"RoleName": "producer", "AssumeRolePolicyDocument": policy}
        arn = call("iam", "CreateRole", role)["Role"]["Arn"]
        attached = {"RoleName": "producer", "PolicyArn": cloud.outputs["producerPolicyArn"]}
        call("iam", "AttachRolePolicy", attached)
        session = {"RoleArn": arn, "RoleSessionName": "producer"}
        given = call("sts", "AssumeRole", session)["Credentials"]
        stream = {"FIRELAKE_STREAM": str(cloud.outputs["streamName"])}
        self.root = {**cloud.environment(), **stream}
        self.producer = {
            **self.root,
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }
        self._reader = LakeReader(cloud, folder)

    def sent(self, prefix: str) -> list[dict[str, Any]]:
        """What the table has of the events whose id begins so, as they were sent."""
        self._reader.wait_until_delivered()
        assert not self._reader.errors()
        found = self._reader.select(
            "SELECT event_uuid, event_name, created_at, text, number, ratio, is_new,"  # noqa: S608 -- a word of the test
            " CAST(price AS varchar), tags, extras FROM events"
            f" WHERE event_uuid LIKE '{prefix}-%'"
        )
        names = ("event_uuid", "event_name", "created_at", "text", "number", "ratio", "is_new")
        return sorted(
            (
                {
                    **dict(zip((*names, "price", "tags"), row, strict=False)),
                    **json.loads(row[-1]),
                }
                for row in found
            ),
            key=lambda event: event["event_uuid"],
        )


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    folder = tmp_path_factory.mktemp("sending")
    contract_file = folder / "events.toml"
    contract_file.write_text(CONTRACT)
    start = datetime.now(UTC).date() - timedelta(days=9)
    with Cloud.start(
        {"firelake:startDate": start.isoformat()},
        folder=folder,
        switches=LocalSwitches(flush_sooner_s=0.5),
        contract_file=contract_file,
        is_querying=False,
    ) as cloud:
        yield Lake(cloud, folder)


def program(heading: str, language: str) -> str:
    """The first program of a language below a heading of the page."""
    below = PAGE.read_text("utf-8").split(f"# {heading}\n", 1)[1]
    found = re.search(rf"^```{language}\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def events_of(prefix: str) -> list[dict[str, Any]]:
    now = int(time.time())
    return [
        {
            "event_uuid": f"{prefix}-{number:05d}",
            "event_name": "sent:by_app",
            "created_at": now - number / 4,
            "text": TEXTS[number % len(TEXTS)],
            "number": number - 2**52 if number % 2 else 2**53 - 1 - number,
            "ratio": number / 7,
            "is_new": number % 3 == 0,
            "price": f"{number}.{number % 100:02d}",
            "tags": ["a", "ü"] if number % 2 else [],
            "undeclared": {"deep": [number, None, {"": TEXTS[number % 3]}], "size": -number / 3},
        }
        for number in range(COUNT)
    ]


def assert_each_is_a_row(
    lake: Lake,
    prefix: str,
    run: Run,
    *,
    is_refusing: bool = True,
    tls: Path | None = None,
) -> set[str]:
    """Send events by a program, and look for each in the lake, its values too.

    Args:
        lake: The lake.
        prefix: Of the ids of the events.
        run: Runs the program.
        is_refusing: Whether Kinesis refuses records; else it is MiniStack's, asked by its root, as
            MiniStack takes no signature of others over HTTP/2.
        tls: Where to make a certificate, for a program that speaks TLS alone.

    Returns:
        The data of the records that a Kinesis which refuses has seen, in base64.
    """
    seen: set[str] = set()
    events = events_of(prefix)
    lines = "".join(json.dumps(each) + "\n" for each in events)
    if not is_refusing:
        run(lake.root, lines)
    else:
        with refusing_kinesis(lake.producer, tls) as kinesis:
            run({**lake.producer, "AWS_ENDPOINT_URL_KINESIS": kinesis.endpoint}, lines)
            assert kinesis.refused
            seen |= kinesis.seen
    assert lake.sent(prefix) == events
    return seen


@pytest.mark.parametrize("heading", ["Python", "boto3 alone"])
def test_python(lake: Lake, heading: str) -> None:
    command = [sys.executable, "-c", program(heading, "python")]
    here = {"PYTHONPATH": str(ROOT / "src")}
    assert_each_is_a_row(
        lake,
        heading[0],
        lambda environment, lines: printed(command, {**environment, **here}, lines),
    )


def test_packing(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "events.toml").write_text(CONTRACT)
    command = [sys.executable, "-c", program("Packing", "python")]

    def run(environment: Mapping[str, str], lines: str) -> str:
        here = {"PYTHONPATH": str(ROOT / "src")}
        return printed(command, {**environment, **here}, lines, folder=tmp_path)

    assert len(assert_each_is_a_row(lake, "packed", run)) < COUNT / 10


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a program finds its libraries."""
    folder = tmp_path_factory.mktemp("node")
    shutil.copy(CLIENTS / "package.json", folder)
    built(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"], folder)
    return folder


def test_node(lake: Lake, node: Path) -> None:
    (node / "send.mjs").write_text(program("Node", "js"))
    assert_each_is_a_row(lake, "node", ran(["node", str(node / "send.mjs")]), is_refusing=False)


def test_node_with_refusals(lake: Lake, node: Path) -> None:
    # What refuses records speaks HTTP/1.1, and the client at its default HTTP/2.
    text = program("Node", "js")
    client = "new KinesisClient()"
    assert client in text
    text = text.replace(client, "new KinesisClient({ requestHandler: new NodeHttpHandler() })")
    handler = 'import { NodeHttpHandler } from "@smithy/node-http-handler";\n'
    (node / "send_http1.mjs").write_text(handler + text)
    assert_each_is_a_row(lake, "http1", ran(["node", str(node / "send_http1.mjs")]))


def ran(command: Sequence[str], folder: Path | None = None) -> Run:
    return lambda environment, lines: printed(command, environment, lines, folder=folder)


def test_go(lake: Lake, tmp_path: Path) -> None:
    for name in ("go.mod", "go.sum"):
        shutil.copy(CLIENTS / name, tmp_path)
    (tmp_path / "main.go").write_text(program("Go", "go"))
    built(["go", "build", "-o", "send", "."], tmp_path)
    assert_each_is_a_row(lake, "go", ran([str(tmp_path / "send")]))


@pytest.fixture(scope="module")
def java_class(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("java")
    shutil.copy(CLIENTS / "pom.xml", folder)
    return java_class_path(folder)


def test_java(lake: Lake, java_class: str, tmp_path: Path) -> None:
    source = tmp_path / "Send.java"
    source.write_text(program("Java", "java"))
    command = ["java", "-cp", java_class, str(source)]
    # What refuses records speaks JSON; at its default, CBOR, the SDK is tested elsewhere.
    assert_each_is_a_row(
        lake,
        "java",
        lambda environment, lines: printed(
            command, {**environment, "CBOR_ENABLED": "false"}, lines
        ),
    )


def test_kinesis_producer_library(lake: Lake, java_class: str, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, which makes a certificate")
    (tmp_path / "SendByKpl.java").write_text(program("The Kinesis Producer Library", "java"))
    settings = program("The Kinesis Producer Library", "properties")
    assert "Region = eu-west-1\n" in settings

    def run(environment: Mapping[str, str], lines: str) -> str:
        port = environment["AWS_ENDPOINT_URL_KINESIS"].rpartition(":")[2]
        local = {"Region": environment["AWS_REGION"], "VerifyCertificate": "false"}
        local |= {f"{name}Endpoint": "127.0.0.1" for name in ("Kinesis", "Cloudwatch", "Sts")}
        local |= {f"{name}Port": port for name in ("Kinesis", "Cloudwatch", "Sts")}
        added = "".join(f"{name} = {value}\n" for name, value in local.items())
        (tmp_path / "kpl.properties").write_text(settings + added)
        command = ["java", "-cp", java_class, "SendByKpl.java"]
        return printed(command, environment, lines, folder=tmp_path)

    seen = assert_each_is_a_row(lake, "kpl", run, tls=tmp_path)
    # It aggregates as soon as it knows the shards: by then all but what was refused has gone alone.
    magic = base64.b64encode(b"\xf3\x89\x9a\xc2").decode()[:5]
    assert any(data.startswith(magic) for data in seen)


NPM_AGGREGATES: Final = """
import { text } from "node:stream/consumers";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import aggregation from "aws-kinesis-agg";

const kinesis = new KinesisClient();
const records = new aggregation.RecordAggregator();
for (const data of (await text(process.stdin)).split("\\n").filter(Boolean)) {
  records.addUserRecord({ partitionKey: JSON.parse(data).event_uuid, data });
}
const { partitionKey, data } = records.build();
const StreamName = process.env.FIRELAKE_STREAM;
await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: partitionKey, Data: data }));
"""
PYTHON_AGGREGATES: Final = """
import json, os, sys
import boto3
from aws_kinesis_agg.aggregator import RecordAggregator
records = RecordAggregator()
for line in sys.stdin:
    records.add_user_record(json.loads(line)["event_uuid"], line.strip("\\n"))
partition_key, _, data = records.clear_and_get().get_contents()
boto3.client("kinesis").put_record(
    StreamName=os.environ["FIRELAKE_STREAM"], PartitionKey=partition_key, Data=data
)
"""


def test_aggregates_that_node_makes(lake: Lake, node: Path) -> None:
    (node / "aggregate.mjs").write_text(NPM_AGGREGATES)
    run = ran(["node", str(node / "aggregate.mjs")])
    assert_each_is_a_row(lake, "npmagg", run, is_refusing=False)


def test_aggregates_that_python_makes(lake: Lake) -> None:
    run = ran([sys.executable, "-W", "ignore", "-c", PYTHON_AGGREGATES])
    assert_each_is_a_row(lake, "pyagg", run, is_refusing=False)


BROWSER: Final = """
import { text } from "node:stream/consumers";
globalThis.FIRELAKE_URL = process.env.FIRELAKE_URL;
const { track, flush } = await import("./track.mjs");
for (const line of (await text(process.stdin)).split("\\n").filter(Boolean)) {
  const { event_uuid, event_name, ...fields } = JSON.parse(line);
  Object.defineProperty(crypto, "randomUUID", { value: () => event_uuid, configurable: true });
  track(event_name, fields);
}
for (let round = 0; round < 40; round++) await flush();
process.exit(0);
"""


def test_a_browser_by_a_function(lake: Lake, node: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (node / "track.mjs").write_text(program("From a browser", "js"))
    (node / "browser.mjs").write_text(BROWSER)

    def run(environment: Mapping[str, str], lines: str) -> None:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        members: dict[str, Any] = {}
        exec(program("From a browser", "python"), members)  # noqa: S102 -- the page's program
        with function_url(members["handler"]) as url:
            command = ["node", str(node / "browser.mjs")]
            printed(command, {"FIRELAKE_URL": url}, lines, folder=node)
            for body in ("", "{}", "[]", "[1]", '[{"event_uuid": ""}]', "[" * 100_000):
                assert members["handler"]({"body": body}, None) == {"statusCode": 400}

    assert_each_is_a_row(lake, "browser", run)
