"""Partition projection: the table parameters by which Athena works out partitions itself.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from firelake.contract.layout import Granularity, dt_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from firelake.catalog.location import LakeLocation

NOW: Final = "NOW"
# An event may have been created up to a day after its arrival, where a clock is ahead. The last
# partition is the one in which this moment lies, so days fit months and hours too.
TOMORROW: Final = "NOW+1DAYS"

_UNITS: Final[Mapping[Granularity, str]] = MappingProxyType(
    {Granularity.MONTH: "MONTHS", Granularity.DAY: "DAYS", Granularity.HOUR: "HOURS"}
)


def projected(
    lake: LakeLocation, prefix: str, keys: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Give the parameters of a projected table.

    Athena wants every partition key projected, and a location that names each and ends in `/`.

    Args:
        lake: Where the table is.
        prefix: The table's prefix in the bucket, such as `events/`.
        keys: For each partition key, in the order of the prefix, what `by_enum`, `by_date` or
            `by_integer` gives.
    """
    parameters = {"projection.enabled": "true"}
    for key, settings in keys.items():
        for name, value in settings.items():
            parameters[f"projection.{key}.{name}"] = value
    folders = "".join(f"{key}=${{{key}}}/" for key in keys)
    parameters["storage.location.template"] = lake.uri(prefix) + folders
    return parameters


def by_enum(values: Iterable[str]) -> dict[str, str]:
    """Project a key with a closed list of values, none of which may hold a comma."""
    # A space after the comma would belong to the value.
    return {"type": "enum", "values": ",".join(values)}


def by_date(granularity: Granularity, start: date, end: str) -> dict[str, str]:
    """Project a key that tells a period in UTC.

    Args:
        granularity: Length and form of a period.
        start: Its period is the first one.
        end: `NOW` or `TOMORROW`, whose period is the last one.
    """
    midnight_s = datetime.combine(start, time.min, UTC).timestamp()
    return {
        "type": "date",
        "format": granularity.pattern,
        "range": f"{dt_of(midnight_s, granularity)},{end}",
        "interval": "1",
        "interval.unit": _UNITS[granularity],
    }


def by_integer(first: int, last: int, digits: int) -> dict[str, str]:
    """Project a key of whole numbers from first to last, written with leading zeros."""
    return {"type": "integer", "range": f"{first},{last}", "digits": str(digits)}
