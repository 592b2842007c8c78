"""Names that several parts of Firelake share, each spelled here and nowhere else."""

from __future__ import annotations

from typing import Final

# Columns of the table `events`, besides the declared fields.
EVENT_UUID: Final = "event_uuid"
EVENT_NAME: Final = "event_name"
EVENT_SUBTYPE: Final = "event_subtype"
CREATED_AT: Final = "created_at"
CREATED_DATETIME: Final = "created_datetime"
INGESTED_AT: Final = "ingested_at"
STREAM_POSITION: Final = "stream_position"
EXTRAS: Final = "extras"

# The columns before the declared fields, in table order; `extras` comes after them.
LEADING_COLUMNS: Final = (
    EVENT_UUID,
    EVENT_NAME,
    EVENT_SUBTYPE,
    CREATED_AT,
    CREATED_DATETIME,
    INGESTED_AT,
    STREAM_POSITION,
)

# What every event carries, whatever its kind.
COMMON_FIELDS: Final = (EVENT_UUID, EVENT_NAME, CREATED_AT)

# What tells an event from every other one: two with equal values are copies of each other. An id
# alone does not, as claims are kept for a while only and an id may be used again afterwards.
IDENTITY: Final = COMMON_FIELDS

# Partition keys of `events`; also the names in `metadata.partitionKeys` of the Lambda's answer.
EVENT_TYPE: Final = "event_type"
DT: Final = "dt"
PARTITION_KEYS: Final = (EVENT_TYPE, DT)

# Partition keys of `events_raw` and of `events_errors`.
HOUR: Final = "hour"
ERROR_TYPE: Final = "type"

# The event_type partition of events whose type the contract does not know.
UNREGISTERED: Final = "unregistered"

# Names that no declared field may take, as they are columns or partition keys already.
RESERVED_NAMES: Final = frozenset((*LEADING_COLUMNS, EXTRAS, *PARTITION_KEYS))

# What ids begin with of events that `firelake verify` sends to try a lake; no other event's may.
# Such events stay in the lake, and whoever counts events leaves them out by this.
CANARY_UUID_PREFIX: Final = "canary-"

# Attributes of an item in the claims table.
CLAIM_KEY: Final = EVENT_UUID
CLAIM_OWNER: Final = "owner"
CLAIM_EVENT_NAME: Final = "event_name"
CLAIM_CREATED_AT: Final = "created_at"
CLAIM_CLAIMED_AT: Final = "claimed_at"
CLAIM_EXPIRES_AT: Final = "expires_at"
# Whether the event was delivered to the partition `unregistered`; no attribute in claims of
# releases that did not remember it. Which other partition it was follows from the event's name.
CLAIM_IS_UNREGISTERED: Final = "is_unregistered"
# Of a page of claims: that it takes no more ids.
CLAIM_PAGE_FULL: Final = "full"

# Key of the item by which one backfill keeps out all others. No event id is longer than 128
# characters, so that none can be this key.
BACKFILL_LEASE_KEY: Final = "firelake-backfill-lease".ljust(160, "-")

# Environment variables of the transform function.
ENV_CLAIMS_TABLE: Final = "FIRELAKE_CLAIMS_TABLE"
ENV_LATENESS_DAYS: Final = "FIRELAKE_LATENESS_DAYS"
ENV_DEDUPE_DAYS: Final = "FIRELAKE_DEDUPE_DAYS"
ENV_GRANULARITY: Final = "FIRELAKE_GRANULARITY"
ENV_RETENTION_HOURS: Final = "FIRELAKE_RETENTION_HOURS"
ENV_SETTLE_S: Final = "FIRELAKE_SETTLE_S"
ENV_OLDEST_CONTRACT_VERSION: Final = "FIRELAKE_OLDEST_CONTRACT_VERSION"
ENV_CLAIMS_SCHEDULE: Final = "FIRELAKE_CLAIMS_SCHEDULE"
ENV_HAS_TYPE_METRICS: Final = "FIRELAKE_HAS_TYPE_METRICS"
ENV_CLAIMS_DEADLINE_S: Final = "FIRELAKE_CLAIMS_DEADLINE_S"
ENV_CLAIMS_CALLS_IN_FLIGHT: Final = "FIRELAKE_CLAIMS_CALLS_IN_FLIGHT"

# Handler of the transform function, as Lambda wants it.
HANDLER: Final = "firelake.transform.handler.handler"

# Handler of the function that takes a move further, and its variables beside those above.
MOVER_HANDLER: Final = "firelake.history.move.function.handler"
ENV_BUCKET: Final = "FIRELAKE_BUCKET"
ENV_DATABASE: Final = "FIRELAKE_DATABASE"
ENV_WORKGROUP: Final = "FIRELAKE_WORKGROUP"
ENV_NAME_PREFIX: Final = "FIRELAKE_NAME_PREFIX"

# CloudWatch metrics of the functions.
METRICS_NAMESPACE: Final = "Firelake"
# Its value is the lake's prefix; Powertools gives every metric this dimension.
DIMENSION_SERVICE: Final = "service"
METRIC_EVENTS_RECEIVED: Final = "EventsReceived"
METRIC_EVENTS_DELIVERED: Final = "EventsDelivered"
METRIC_EVENTS_DUPLICATE: Final = "EventsDuplicate"
METRIC_EVENTS_INVALID: Final = "EventsInvalid"
METRIC_EVENTS_UNREGISTERED: Final = "EventsUnregistered"
METRIC_EVENT_AGE_MAX: Final = "EventAgeMax"
METRIC_EVENT_AGE_MEAN: Final = "EventAgeMean"
METRIC_CLAIM_IDS_PER_PAGE: Final = "ClaimIdsPerPage"
METRIC_CLAIM_PAGES_FULL: Final = "ClaimPagesFull"
METRIC_MOVES: Final = "HistoryMoves"
METRIC_FILES_REMOVED: Final = "HistoryFilesRemoved"
METRIC_WATERMARK_AGE: Final = "HistoryWatermarkAge"
METRIC_ERRORS_EXPIRING: Final = "ErrorsExpiring"
METRIC_ERASURES_LATE: Final = "ErasuresLate"
DIMENSION_EVENT_TYPE: Final = EVENT_TYPE
DIMENSION_REASON: Final = "reason"

# Tables and views of the Glue database.
TABLE_EVENTS: Final = "events"
TABLE_EVENTS_RAW: Final = "events_raw"
TABLE_EVENTS_ERRORS: Final = "events_errors"
# Where a lake keeps history: the Iceberg table, and `events` from the watermark on.
TABLE_EVENTS_HISTORY: Final = "events_history"
TABLE_EVENTS_RECENT: Final = "events_recent"
# The register of erasures.
TABLE_ERASURES: Final = "erasures"
VIEW_EVENTS_UNIQUE: Final = "events_unique"


def view_name(event_name: str) -> str:
    """Name the typed view of an event.

    Two names never meet in one view, as the linter refuses `__` inside a part of an event name
    and `_` at its ends.

    Args:
        event_name: Parts joined by `:`, such as `lesson:started`.

    Returns:
        `event_` and the parts joined by `__`, such as `event_lesson__started`.
    """
    return "event_" + event_name.replace(":", "__")
