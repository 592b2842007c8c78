"""A stream to read from, with shards in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

ARN = "arn:aws:kinesis:us-east-1:111122223333:stream/events"


class FakeKinesis:
    """Shards with records; two records a call, in pages of one shard."""

    def __init__(self, shards: dict[str, list[tuple[datetime, bytes]]], hours: int = 72) -> None:
        self._shards = shards
        self._hours = hours
        self.since: list[datetime] = []

    def describe_stream_summary(self, **asked: object) -> object:
        assert asked == {"StreamName": "events"}
        summary = {"RetentionPeriodHours": self._hours, "StreamARN": ARN}
        return {"StreamDescriptionSummary": summary}

    def list_shards(self, **asked: object) -> object:
        assert asked.keys() == {"NextToken"} or asked == {"StreamARN": ARN}
        names = list(self._shards)
        at = names.index(str(asked["NextToken"])) if "NextToken" in asked else 0
        more = {"NextToken": names[at + 1]} if at + 1 < len(names) else {}
        return {"Shards": [{"ShardId": names[at]}], **more}

    def get_shard_iterator(self, **asked: Any) -> object:  # noqa: ANN401 -- as boto3 has it
        assert (asked["StreamARN"], asked["ShardIteratorType"]) == (ARN, "AT_TIMESTAMP")
        self.since.append(asked["Timestamp"])
        return {"ShardIterator": f"{asked['ShardId']} 0"}

    def get_records(self, **asked: object) -> object:
        assert asked["StreamARN"] == ARN
        shard, _, start = str(asked["ShardIterator"]).partition(" ")
        records = self._shards[shard]
        at = int(start)
        is_end = at >= len(records)
        return {
            "Records": [
                {
                    "SequenceNumber": str(at + index),
                    "PartitionKey": "p",
                    "ApproximateArrivalTimestamp": arrived,
                    "Data": data,
                }
                for index, (arrived, data) in enumerate(records[at : at + 2])
            ],
            "MillisBehindLatest": 0 if is_end else 1,
            # A shard that was split has no next place.
            "NextShardIterator": None
            if shard == "closed" and at + 2 >= len(records)
            else f"{shard} {at + 2}",
        }
