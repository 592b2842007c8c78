"""Limits that several keys share, or keys and the plan, and whose they are."""

from __future__ import annotations

from typing import Final

from firelake.contract.facts import MAX_LATENESS_DAYS
from firelake.infra.config_setting import Range, whole

# The longest that anything may be kept; a hundred years, as S3, Glue and DynamoDB set no bound.
MOST_DAYS: Final = MAX_LATENESS_DAYS
# The highest quota of shards that an account has unasked.
MOST_SHARDS: Final = 20_000
# Capacity units of a table; AWS's own quota of one is lower unless raised.
MOST_UNITS: Final = 1_000_000
# Firehose's longest buffering.
LONGEST_INTERVAL_S: Final = 900
# Open partitions of one Firehose stream: by default, and the most that AWS gives on request.
PARTITION_QUOTA: Final = 500
MOST_PARTITIONS: Final = 5000
_NO_BOUND: Final = "AWS sets no upper bound; Firelake's is a hundred years"
_EXPIRATION: Final = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html"


def days_kept(default: int, meaning: str, rule: str = _NO_BOUND) -> int:
    """Makes a field of the days after which objects expire."""
    return whole(default, Range(1, MOST_DAYS, "days"), meaning, rule=f"{rule}: {_EXPIRATION}")
