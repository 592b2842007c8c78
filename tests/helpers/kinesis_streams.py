"""Streams on an emulated Kinesis: made, and read from their beginning."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient

_numbers = itertools.count(1)


def kinesis_client(endpoint: str) -> KinesisClient:
    """A client with made-up credentials."""
    # boto3-stubs knows the services whose stubs are installed, and shows the others as unknown.
    return boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "kinesis",
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(connect_timeout=2, read_timeout=10),
    )


def new_stream(client: KinesisClient, shards: int = 2) -> str:
    """Makes a stream, and gives its name."""
    name = f"stream-{next(_numbers)}"
    client.create_stream(StreamName=name, ShardCount=shards)
    client.get_waiter("stream_exists").wait(
        StreamName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    return name


def records_of(client: KinesisClient, stream: str) -> list[bytes]:
    """The data of every record so far, shard after shard."""
    found: list[bytes] = []
    for shard in client.list_shards(StreamName=stream)["Shards"]:
        iterator = client.get_shard_iterator(
            StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while records := (answer := client.get_records(ShardIterator=iterator))["Records"]:
            found += [record["Data"] for record in records]
            iterator = answer["NextShardIterator"]
    return found
