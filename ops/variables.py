"""The environment variables by which the command line knows its stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from catalog.query_settings import ENV_BUCKET, ENV_DATABASE, ENV_WORKGROUP
from contract.names import (
    ENV_CLAIMS_TABLE,
    ENV_DEDUPE_DAYS,
    ENV_GRANULARITY,
    ENV_LATENESS_DAYS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

# Names the stream, as the stack's output streamName does.
ENV_STREAM: Final = "FIRELAKE_STREAM"
ENV_DELIVERY_STREAM: Final = "FIRELAKE_DELIVERY_STREAM"
ENV_SETTLE_S: Final = "FIRELAKE_SETTLE_S"
ENV_RETENTION_HOURS: Final = "FIRELAKE_RETENTION_HOURS"

# The stack's outputs that commands need, and the variable of each.
OUTPUT_VARIABLES: Final[Mapping[str, str]] = {
    "streamName": ENV_STREAM,
    "bucket": ENV_BUCKET,
    "deliveryStream": ENV_DELIVERY_STREAM,
    "database": ENV_DATABASE,
    "workgroup": ENV_WORKGROUP,
    "claimsTable": ENV_CLAIMS_TABLE,
    "granularity": ENV_GRANULARITY,
    "latenessDays": ENV_LATENESS_DAYS,
    "dedupeDays": ENV_DEDUPE_DAYS,
    "settleSeconds": ENV_SETTLE_S,
    "retentionHours": ENV_RETENTION_HOURS,
}

__all__ = [
    "ENV_BUCKET",
    "ENV_CLAIMS_TABLE",
    "ENV_DATABASE",
    "ENV_DEDUPE_DAYS",
    "ENV_DELIVERY_STREAM",
    "ENV_GRANULARITY",
    "ENV_LATENESS_DAYS",
    "ENV_RETENTION_HOURS",
    "ENV_SETTLE_S",
    "ENV_STREAM",
    "ENV_WORKGROUP",
    "OUTPUT_VARIABLES",
]
