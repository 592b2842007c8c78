"""Where widely used producers write id, name and creation time, by the name of a preset."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEGMENT: Final[Mapping[str, object]] = MappingProxyType(
    {
        "when": ["messageId", "originalTimestamp", "type"],
        "id": "messageId",
        # A track call has a name; all other calls are named by their type alone.
        "name": ["type", "?event"],
        "created_at": {"field": "originalTimestamp", "format": "iso8601"},
    }
)
# Each takes the time that all copies of an event share.
PRESETS: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {
        "segment": _SEGMENT,
        "rudderstack": _SEGMENT,
        # What Segment's libraries post. `timestamp` is the device's there, and stays in a copy.
        "segment_batch": {
            "when": ["batch"],
            "items": "batch",
            "id": "messageId",
            "name": ["type", "?event"],
            "created_at": {"field": "timestamp", "format": "iso8601"},
        },
        "cloudevents": {
            "when": {"specversion": "1.0"},
            "id": ["source", "id"],
            "name": "type",
            "created_at": {"field": "time", "format": "iso8601"},
        },
        "eventbridge": {
            "when": ["detail-type", "detail", "source"],
            "id": "id",
            "name": ["source", "detail-type"],
            "created_at": {"field": "time", "format": "iso8601"},
        },
        # Rows of one hit differ in batch_event_index alone.
        "ga4": {
            "when": ["event_timestamp", "event_name", "event_params"],
            "derived_id": [
                "stream_id",
                "user_pseudo_id",
                "event_timestamp",
                "event_name",
                "event_bundle_sequence_id",
                "batch_page_id",
                "batch_ordering_id",
                "batch_event_index",
            ],
            "name": "event_name",
            "created_at": {"field": "event_timestamp", "format": "us"},
        },
        # What Amplitude's libraries post.
        "amplitude_upload": {
            "when": ["api_key", "events"],
            "items": "events",
            "id": ["?device_id", "?user_id", "insert_id"],
            "name": "event_type",
            "created_at": {"field": "time", "format": "ms"},
        },
        # JSON of the analytics SDKs. The other times are of the sending, or computed from it.
        "snowplow": {
            "when": ["event_id", "event_name", "collector_tstamp"],
            "id": "event_id",
            "name": "event_name",
            "created_at": {"field": "dvce_created_tstamp", "format": "iso8601_utc"},
        },
        # What PostHog's libraries post.
        "posthog": {
            "when": ["api_key", "batch"],
            "items": "batch",
            "id": "uuid",
            "name": "event",
            "created_at": {"field": "timestamp", "format": "iso8601"},
        },
        # Lines of the raw export. These four are how Mixpanel tells events apart.
        "mixpanel": {
            "when": ["event", "properties.time", "properties.distinct_id"],
            "id": [
                "event",
                "properties.time",
                "properties.distinct_id",
                "properties.$insert_id",
            ],
            "name": "event",
            "created_at": {"field": "properties.time", "format": "s"},
        },
        # Logs of OpenTelemetry as JSON of its protocol; a record has no id.
        "otlp": {
            "when": ["resourceLogs"],
            "items": ["resourceLogs", "scopeLogs", "logRecords"],
            "derived_id": [
                "$.resourceLogs[0].resource",
                "$.resourceLogs[0].scopeLogs[0].scope",
                "timeUnixNano",
                "observedTimeUnixNano",
                "severityNumber",
                "eventName",
                "body",
                "attributes",
                "traceId",
                "spanId",
            ],
            "fixed_name": "otlp:log",
            "created_at": {"field": "timeUnixNano", "format": "ns"},
        },
        "amplitude": {
            "when": ["uuid", "event_type", "event_time"],
            "id": "uuid",
            "name": "event_type",
            "created_at": {"field": "event_time", "format": "iso8601_utc"},
        },
    }
)
