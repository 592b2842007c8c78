"""How long after a claim its event must be in the lake, if it ever will be."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from firelake.infra.config import TRANSFORM_TIMEOUT_S

if TYPE_CHECKING:
    from firelake.infra.config import LakeConfig

# Dynamic partitioning buffers in several stages: an event waits for up to so many intervals.
# https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-s3bucketdelivery.html
BUFFER_STAGES: Final = 1.5
# From the written object to a query that sees it; S3 and Athena need none of it.
_LAKE_LAG_S: Final = 60


def settle_s(config: LakeConfig) -> int:
    """Seconds after which delivery of a claimed event shows in DataFreshness and in the lake.

    Putting an event back waits until a freshness data point is younger than its claim by more than
    this: the call that claims, the buffers of delivery, and the lake's lag, all at their worst.
    """
    buffers_s = ceil(BUFFER_STAGES * config.delivery.buffer_interval_s)
    return TRANSFORM_TIMEOUT_S + buffers_s + _LAKE_LAG_S + 1
