"""MiniStack's own Firehose beside ours: the same events until their rows are there.

Ours takes them from Kinesis. MiniStack's cannot, with a function that asks MiniStack for claims: it
waits for the function before it answers anybody else. So it gets them by PutRecordBatch, and a
function that makes up their places in a stream, by which events are claimed, and then does all the
same.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.lake import Lake, outgoing, send
from bench.measure import print_table
from firehose_emulator.settings import LocalSwitches
from firelake.formats.service_models.requests import api_requests
from firelake.infra.package import SOURCE_ROOT, current_zip
from firelake.infra.target import host_target
from firelake.local.cloud import Cloud, host_zip
from firelake.send.pack import SingleEvents
from firelake.send.rate import chunked
from tests.helpers.contracts import LEARNING_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

    from firelake.infra.config_sections import TransformConfig

EVENTS = 300
WARM_UP = 10
"""Events that go before, so that neither way waits for the function's first start."""
BATCH = 50
FLUSH_S = 1.0
"""Greatest buffer interval of ours; MiniStack's Firehose has no buffers."""
_MADE_UP = """

import itertools

_answer, _places = handler, itertools.count(time.time_ns())


def handler(event, context):
    for record in event["records"]:
        record["kinesisRecordMetadata"] = {
            "sequenceNumber": str(next(_places)),
            "subsequenceNumber": 0,
            "partitionKey": "",
            "shardId": "shardId-000000000000",
            "approximateArrivalTimestamp": record["approximateArrivalTimestamp"],
        }
    return _answer(event, context)
"""
# The program's own is there already, and MiniStack delivers nothing of it.
_DIRECT = "direct-put"
_DELIVERY_STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"


def seconds(*, ours: bool) -> tuple[float, int]:
    """How long the events take in a cloud of their own, and how many objects they become."""
    start = datetime.now(UTC).date() - timedelta(days=9)
    keys = iter(range(10**9))
    with (
        tempfile.TemporaryDirectory() as folder,
        Cloud.start(
            {"firelake:startDate": start.isoformat()},
            folder=Path(folder),
            contract_file=LEARNING_FILE,
            switches=LocalSwitches(flush_sooner_s=FLUSH_S),
            is_delivering=ours,
            is_querying=False,
            zip_of=host_zip if ours else zip_for_ministack(Path(folder)),
        ) as cloud,
    ):
        os.environ.update(cloud.environment())
        if not ours:
            create_delivery_stream(cloud)
        lake = Lake(cloud)

        def give(number: int, seed: int) -> None:
            if ours:
                send(cloud, SingleEvents(lambda: str(next(keys))), number, seed)
            else:
                put(cloud, number, seed)

        # A file of MiniStack's has one row, so that nobody need look into it meanwhile.
        count: Callable[[], int] = lake.rows if ours else lambda: len(lake.objects())
        give(WARM_UP, 1)
        wait_until(lambda: count() >= WARM_UP)
        objects = len(lake.objects())
        before_s = time.perf_counter()
        give(EVENTS, 2)
        wait_until(lambda: count() >= WARM_UP + EVENTS)
        took_s = time.perf_counter() - before_s
        if lake.rows() != WARM_UP + EVENTS:
            raise AssertionError(lake.rows())
        return took_s, len(lake.objects()) - objects


def zip_for_ministack(folder: Path) -> Callable[[TransformConfig, Path], Path]:
    """Gives what builds the function that makes places up, in a folder of its own."""
    sources = folder / "sources"
    unneeded = shutil.ignore_patterns("__pycache__")
    shutil.copytree(SOURCE_ROOT / "firelake", sources / "firelake", ignore=unneeded)
    with (sources / "firelake" / "transform" / "handler.py").open("a", encoding="utf-8") as file:
        file.write(_MADE_UP)
    return lambda _config, contract_file: current_zip(
        host_target(), contract=contract_file, source_root=sources
    )


def create_delivery_stream(cloud: Cloud) -> None:
    """Makes the delivery stream of the program on MiniStack, but for its name and source."""
    stream = cloud.kept.delivery_streams[str(cloud.outputs["deliveryStream"])]
    for request in api_requests(_DELIVERY_STREAM, stream.inputs):
        named = {"DeliveryStreamName": _DIRECT, "DeliveryStreamType": "DirectPut"}
        parameters = {**request.parameters, **named}
        del parameters["KinesisStreamSourceConfiguration"]
        cloud.clients.call(request.service, request.operation, parameters)


def put(cloud: Cloud, count: int, seed: int) -> None:
    """Sends events to MiniStack's Firehose."""
    for each in chunked(outgoing(count, seed), BATCH):
        records = [{"Data": event.payload} for event in each]
        sent = {"DeliveryStreamName": _DIRECT, "Records": records}
        answer = cloud.clients.call("firehose", "PutRecordBatch", sent)
        if answer["FailedPutCount"]:
            raise AssertionError(answer)


def wait_until(is_there: Callable[[], bool]) -> None:
    """Waits for something that is there within minutes."""
    ends_s = time.monotonic() + 120
    while not is_there():
        if time.monotonic() > ends_s:
            raise TimeoutError
        time.sleep(0.1)


def main() -> None:
    """Prints the table."""
    own_s, own_objects = seconds(ours=True)
    theirs_s, their_objects = seconds(ours=False)
    rows = [
        [name, f"{took_s:.1f}", f"{EVENTS / took_s:.0f}", f"{theirs_s / took_s:.1f}", str(objects)]
        for name, took_s, objects in (
            ("MiniStack's Firehose", theirs_s, their_objects),
            (f"ours, buffers of {FLUSH_S:.0f} s", own_s, own_objects),
        )
    ]
    print_table(
        f"From the stream to Parquet: {EVENTS} events, one a record, function warm",
        ["way", "seconds", "events/s", "x MiniStack", "objects"],
        rows,
    )


if __name__ == "__main__":
    main()
