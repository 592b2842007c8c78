"""Whether the function would do of sample events what their labels say: asked of its own code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from firelake.contract.layout import Granularity
from firelake.contract.reasons import Reason
from firelake.samples.labels import Fate
from firelake.transform.events import EventReader
from firelake.transform.records import RecordPosition

if TYPE_CHECKING:
    from firelake.contract.events import EventContract
    from firelake.samples.labels import SampleEvent

# A copy may be of either.
_REGISTERED: Final = {Fate.DELIVERED: True, Fate.UNREGISTERED: False}


class SampleCheck:
    """Confirms the labels of sample events."""

    def __init__(self, contract: EventContract, lateness_days: int) -> None:
        self._reader = EventReader(
            contract, lateness_days=lateness_days, granularity=Granularity.DAY
        )

    def confirmed(self, group: list[SampleEvent], moment_s: float) -> list[SampleEvent]:
        """Return the events with the ids that their rows will have; none if a label is untrue.

        Args:
            group: An event, or two of one id.
            moment_s: Unix time at which they are sent.
        """
        position = RecordPosition("", int(moment_s * 1000))
        confirmed: list[SampleEvent] = []
        times: dict[str, float] = {}
        for sample in group:
            reading = self._reader.read(sample.outgoing.payload, position)
            if reading.problems or len(reading.events) != 1:
                if {each.reason for each in reading.problems} != {sample.reason}:
                    return []
                confirmed.append(sample)
                continue
            (event,) = reading.events
            is_first = event.event_uuid not in times
            is_again = not is_first and times[event.event_uuid] != event.created_at_s
            times[event.event_uuid] = event.created_at_s
            is_true = is_again if sample.reason is Reason.UUID_REUSED else sample.reason is None
            is_registered = _REGISTERED.get(sample.fate, event.is_registered)
            kind = sample.event_type, is_registered
            if not is_true or (event.event_type, event.is_registered) != kind:
                return []
            confirmed.append(replace(sample, event_uuid=event.event_uuid))
        return confirmed
