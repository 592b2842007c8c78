"""AWS's limits and rates that the formulas go by, each with the page that tells it."""

from __future__ import annotations

from typing import Final

from firelake.infra.config_sections import CLAIMS_UTILIZATION_PERCENT
from firelake.plan.units import GIB, KIB, MIB

_KINESIS: Final = "https://docs.aws.amazon.com/streams/latest/dev"
_FIREHOSE: Final = "https://docs.aws.amazon.com/firehose/latest/dev"
_LAMBDA: Final = "https://docs.aws.amazon.com/lambda/latest/dg"
_DYNAMODB: Final = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide"

KINESIS_QUOTAS_PAGE: Final = f"{_KINESIS}/service-sizes-and-limits.html"
SHARD_BYTES_PER_S: Final = MIB
SHARD_RECORDS_PER_S: Final = 1000
SHARD_READ_BYTES_PER_S: Final = 2 * MIB
READ_PAGE_RECORDS: Final = 10_000
# A new on-demand stream; and where one ends that nobody has asked AWS about.
ON_DEMAND_START_SHARDS: Final = 4
ON_DEMAND_MOST_BYTES_PER_S: Final = 200 * MIB
ON_DEMAND_MOST_BYTES_PER_S_LARGE: Final = 10 * GIB
SHARD_QUOTA: Final = 1000
SHARD_QUOTA_LARGE: Final = 20_000
# The Regions with the larger quotas.
LARGE_REGIONS: Final = frozenset({"us-east-1", "us-west-2", "eu-west-1"})
# "Up to double the previous peak"; what grows faster within 15 minutes is throttled.
ON_DEMAND_STREAM_PAGE: Final = f"{_KINESIS}/how-do-i-size-a-stream.html"
ON_DEMAND_STREAM_DOUBLES_S: Final = 900
KINESIS_RECORD_INCREMENT_BYTES: Final = KIB
PUT_UNIT_BYTES: Final = 25 * KIB

FIREHOSE_QUOTAS_PAGE: Final = f"{_FIREHOSE}/limits.html"
FIREHOSE_PARTITIONS_PAGE: Final = f"{_FIREHOSE}/dynamic-partitioning-s3bucketdelivery.html"
FIREHOSE_TRANSFORM_PAGE: Final = f"{_FIREHOSE}/data-transformation.html"
# Twice a second where source records are kept, as Firelake does.
READ_INTERVAL_S: Final = 0.5
INVOCATIONS_PER_SHARD: Final = 5
PARTITION_BYTES_PER_S: Final = GIB
FIREHOSE_RECORD_INCREMENT_BYTES: Final = 5 * KIB

LAMBDA_QUOTAS_PAGE: Final = f"{_LAMBDA}/gettingstarted-limits.html"
LAMBDA_CONCURRENCY: Final = 1000
# A function has so much memory for each whole virtual processor.
MEMORY_MB_PER_CPU: Final = 1769

DYNAMODB_QUOTAS_PAGE: Final = f"{_DYNAMODB}/ServiceQuotas.html"
DYNAMODB_WARM_PAGE: Final = f"{_DYNAMODB}/warm-throughput.html"
DYNAMODB_SCALING_PAGE: Final = f"{_DYNAMODB}/AutoScaling.html"
ON_DEMAND_TABLE_START_WRITES_PER_S: Final = 4000
ON_DEMAND_TABLE_DOUBLES_S: Final = 1800
TABLE_WRITES_PER_S: Final = 40_000
ITEM_OVERHEAD_BYTES: Final = 100
TABLE_UTILIZATION: Final = CLAIMS_UTILIZATION_PERCENT / 100
# Unused capacity that a table keeps for bursts, and how long autoscaling watches before it acts.
BURST_S: Final = 300
AUTOSCALING_WAIT_S: Final = 120
# Items are deleted within a few days after they expire.
TTL_LAG_DAYS: Final = 2

ATHENA_SCAN_PAGE: Final = (
    "https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html"
)
ATHENA_LEAST_BYTES: Final = 10_000_000
CRAWLER_LEAST_S: Final = 600
LIST_PAGE_OBJECTS: Final = 1000
GLUE_FREE_PARTITIONS: Final = 1_000_000
GLUE_TABLE_PARTITIONS: Final = 10_000_000
GLUE_QUOTAS_PAGE: Final = "https://docs.aws.amazon.com/general/latest/gr/glue.html"
