"""Provisions Kinesis' resource: the data stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.local.provider import Created
from firelake.local.provision.place import text
from firelake.local.provision.waiting import wait_until

if TYPE_CHECKING:
    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place

# Every stream begins with this one, and an increase by nothing is refused:
# https://docs.aws.amazon.com/kinesis/latest/APIReference/API_IncreaseStreamRetentionPeriod.html
_LEAST_RETENTION_HOURS: Final = 24
# A stream on demand takes no number, and begins with this one; MiniStack's would begin with one.
# https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
_SHARDS_ON_DEMAND: Final = 4


def stream(place: Place, registration: Registration) -> Created:
    """Make a stream and wait until it is active."""
    name = text(registration.inputs, "name")
    is_least = registration.inputs.get("retentionPeriod") == _LEAST_RETENTION_HOURS
    on_demand = {"ShardCount": _SHARDS_ON_DEMAND}
    place.send(
        registration,
        changes={} if "shardCount" in registration.inputs else {"CreateStream": on_demand},
        leave_out=frozenset({"IncreaseStreamRetentionPeriod"} if is_least else ()),
    )

    def is_active() -> bool:
        answer = place.clients.call("kinesis", "DescribeStreamSummary", {"StreamName": name})
        return answer["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE"

    wait_until(is_active, f"the stream {name!r} is active")
    arn = place.arn("kinesis", f"stream/{name}")
    return Created(arn, {"arn": arn})
