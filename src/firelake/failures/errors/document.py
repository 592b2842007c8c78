"""What stands under `errors/` as one JSON document."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from firelake.failures.errors.events import ErrorEvent
    from firelake.failures.errors.expiring import Expiring
    from firelake.failures.errors.listing import Selection
    from firelake.failures.errors.summary import Summary


def as_document(
    summary: Summary, selection: Selection, expiring: Expiring | None
) -> dict[str, Any]:
    """Give the summary as a JSON document.

    Args:
        expiring: What is about to expire; None where nothing ever does.
    """
    return {
        "since": selection.since.isoformat(),
        "until": selection.until.isoformat(),
        "events": summary.events,
        "sent": summary.sent,
        "done": summary.done,
        "canaries": summary.canaries,
        "expiring": None
        if expiring is None
        else {"events": expiring.events, "until": expiring.until.isoformat()},
        "groups": [
            {
                "reason": group.reason,
                "event_name": group.event_name,
                "hour": group.hour,
                "events": count,
            }
            for group, count in sorted(summary.groups.items())
        ],
        "causes": [
            {
                "reason": cause.reason,
                "field": cause.field,
                "events": failed.events,
                "created_by_hour": {
                    hour.isoformat(): count for hour, count in sorted(failed.by_hour.items())
                },
            }
            for cause, failed in summary.causes.ranked()
        ],
        "samples": {
            reason: [_sample(event) for event in events]
            for reason, events in sorted(summary.samples.items())
        },
        "unreadable": {
            "count": summary.unread.count,
            "first": [
                {"key": each.place.key, "line": each.place.line, "why": each.why}
                for each in summary.unread.listed
            ],
        },
    }


def _sample(event: ErrorEvent) -> dict[str, Any]:
    return {
        "key": event.place.key,
        "line": event.place.line,
        "index": event.index,
        "arrived_at": datetime.fromtimestamp(event.arrived_ms / 1000, UTC).isoformat(),
        "problems": [
            {"reason": each.reason.value, "path": each.path, "expected": each.expected}
            for each in event.problems
        ],
        "event": event.event.decode("utf-8", "backslashreplace"),
    }
