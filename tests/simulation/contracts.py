"""The contracts between which a lake is deployed: the newer one knows a type more."""

from __future__ import annotations

from functools import cache

from firelake.contract.events import EventContract, parse_contract
from firelake.contract.layout import Granularity
from firelake.failures.errors.events import ErrorEvents
from firelake.transform.events import EventReader

_FIELDS = """
[fields]
amount = { type = "bigint", description = "An amount.", since = 1 }
[events."other:done"]
description = "Known to both."
required = []
optional = ["amount"]
"""
_NEWER = """
[events."thing:done"]
description = "Of a type that the older one does not know."
required = []
optional = ["amount"]
"""
CONTRACTS: tuple[EventContract, ...] = (
    parse_contract(f"version = 1{_FIELDS}"),
    parse_contract(f"version = 2{_FIELDS}{_NEWER}"),
)


@cache
def reader_of(version: int, lateness_days: int | None) -> EventReader:
    """The function's reader by one contract."""
    return EventReader(CONTRACTS[version], lateness_days=lateness_days, granularity=Granularity.DAY)


@cache
def error_events_of(version: int, lateness_days: int | None) -> ErrorEvents:
    """What takes error objects apart by one contract."""
    return ErrorEvents(CONTRACTS[version], lateness_days=lateness_days, granularity=Granularity.DAY)
