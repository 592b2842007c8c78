"""Time zones: a zoned timestamp's zone is known when a query is translated, or is asked for."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.translation.typed import Typed, fail, fill, not_supported, text
from athena_on_duckdb.types import INTERVAL_DAY, WITH_TIME_ZONE, zoned

_OFFSET: Final = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")
_UTC_NAMES: Final = frozenset({"UTC", "Z", "GMT", "UT", "Etc/UTC"})
_MAX_OFFSET_HOURS: Final = 14
_MINUTE_MS: Final = 60_000
# Zones whose clocks before 1970 the zone database tells in two ways, by its `backzone` file or by
# that of a neighbour: Java's library, Joda-Time, DuckDB and this machine take one or the other.
_TOLD_TWICE: Final = {
    "Africa": """
        Accra Addis_Ababa Asmara Bamako Bangui Banjul Blantyre Brazzaville Bujumbura
        Conakry Dakar Dar_es_Salaam Djibouti Douala Freetown Gaborone Harare Kampala
        Kigali Kinshasa Libreville Lome Luanda Lubumbashi Lusaka Malabo Maseru Mbabane
        Mogadishu Niamey Nouakchott Ouagadougou Porto-Novo
    """,
    "America": """
        Anguilla Antigua Aruba Atikokan Blanc-Sablon Cayman Creston Curacao Dominica
        Grenada Guadeloupe Montserrat Nassau Port_of_Spain St_Kitts St_Lucia St_Thomas
        St_Vincent Tortola
    """,
    "Antarctica": """
        DumontDUrville McMurdo Syowa
    """,
    "Asia": """
        Aden Bahrain Brunei Kuala_Lumpur Kuwait Muscat Phnom_Penh Vientiane
    """,
    "Atlantic": """
        Reykjavik St_Helena
    """,
    "Europe": """
        Amsterdam Copenhagen Guernsey Isle_of_Man Jersey Ljubljana Luxembourg Monaco
        Oslo Sarajevo Skopje Stockholm Vaduz Zagreb
    """,
    "Indian": """
        Antananarivo Christmas Cocos Comoro Kerguelen Mahe Mayotte Reunion
    """,
    "Pacific": """
        Chuuk Funafuti Majuro Midway Pohnpei Saipan Wake Wallis
    """,
}
_DISPUTED: Final = frozenset(
    f"{area}/{place}" for area, places in _TOLD_TWICE.items() for place in places.split()
)
TODAY: Final = "CAST(timezone('UTC', now()) AS DATE)"


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def zone_named(name: str) -> str:
    """Give the proper name of a zone; offsets become `+hh:mm`.

    Raises:
        QueryError: There is no such zone.
    """
    if name in _UTC_NAMES:
        return "UTC"
    if offset := _OFFSET.fullmatch(name):
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours <= _MAX_OFFSET_HOURS and minutes < timedelta(hours=1) / timedelta(minutes=1):
            utc = hours == minutes == 0
            return "UTC" if utc else f"{offset[1]}{hours:02d}:{minutes:02d}"
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        # Listing all zones takes a second, so it is done for odd spellings alone.
        known = _zones().get(name.lower())
    if known is None:
        raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, f"{name!r} is not a valid time zone")
    return known


def zone_east(minutes: int) -> str:
    """Give the name of the zone that is so many minutes east of UTC."""
    sign = "-" if minutes < 0 else "+"
    return zone_named(f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}")


def offset_minutes(zone: str) -> int | None:
    """Give the minutes that a zone of a fixed offset is east of UTC, none for other zones."""
    if zone == "UTC":
        return 0
    if found := _OFFSET.fullmatch(zone):
        minutes = int(found[2]) * 60 + int(found[3] or 0)
        return -minutes if found[1] == "-" else minutes
    return None


def seen(local: datetime) -> datetime:
    """Give what the clocks show at a time that they may leave out when put forward."""
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(fold=0)


def exists(written: str, zone: str) -> bool:
    """Tell whether the clocks of a zone ever show a time; put forward, they leave some out."""
    if offset_minutes(zone) is not None:
        return True
    found = re.match(r"(\d+)-(\d+)-(\d+)(?: (\d+):(\d+)(?::(\d+))?)?", written)
    if found is None:
        return True
    try:
        local = datetime(*(int(part or 0) for part in found.groups()), tzinfo=ZoneInfo(zone))
        return seen(local) == local
    except (ValueError, OverflowError):
        return True


def literal_zone(value: Typed) -> str:
    """Read a zone that a query names.

    Raises:
        QueryError: It is computed, or is no zone.
    """
    if value.type == INTERVAL_DAY and isinstance(value.literal, int):
        minutes, rest = divmod(value.literal, _MINUTE_MS)
        if rest:
            detail = "Invalid time zone offset interval: interval contains seconds"
            raise QueryError(ErrorName.INVALID_FUNCTION_ARGUMENT, detail)
        return zone_east(minutes)
    if not isinstance(value.literal, str):
        raise not_supported(what="time zones that are computed: name one as a literal")
    return zone_named(value.literal)


def zone_of(value: Typed) -> str:
    """Give the zone of a zoned timestamp.

    Raises:
        QueryError: It cannot be told when the query is translated.
    """
    if value.type.zone is None:
        what = (
            "the zone of this timestamp, which may differ from row to row:"
            " name one with AT TIME ZONE"
        )
        raise not_supported(what=what)
    return value.type.zone


def undisputed(sql: str, zone: str) -> str:
    """Refuse zoned timestamps before 1970 in a zone whose clocks of then are in dispute."""
    if zone not in _DISPUTED:
        return sql
    detail = f"times in {zone} before 1970, of which its zone database has two versions"
    failed = fail(ErrorName.NOT_SUPPORTED, f"The local Athena does not know {detail}", zoned(zone))
    return fill(
        f"CASE WHEN {{0}} < make_timestamptz(0) THEN {failed} ELSE {{0}} END",
        [sql],
    )


def to_local(sql: str, zone: str) -> str:
    """Write a zoned timestamp as the timestamp on the clocks of a zone."""
    minutes = offset_minutes(zone)
    if minutes is None:
        return f"timezone({text(zone)}, {sql})"
    local = f"timezone('UTC', {sql})"
    return local if minutes == 0 else f"({local} + to_minutes({minutes}))"


def from_local(sql: str, zone: str) -> str:
    """Write a timestamp on the clocks of a zone as a zoned timestamp."""
    minutes = offset_minutes(zone)
    if minutes is None:
        # An hour that comes twice is the first of the two to Athena, the second to DuckDB.
        moved = f"timezone({text(zone)}, {{0}})"
        earlier = f"timezone('UTC', timezone('UTC', {moved}) - to_hours(1))"
        made = (
            f"CASE WHEN timezone({text(zone)}, {earlier}) = {{0}} THEN {earlier} ELSE {moved} END"
        )
        return undisputed(fill(made, [sql]), zone)
    return f"timezone('UTC', {sql if minutes == 0 else f'({sql} - to_minutes({minutes}))'})"


def local_clock(value: Typed) -> str:
    """Write a date or timestamp, zoned or not, as a timestamp on its own clocks."""
    if value.type.name == WITH_TIME_ZONE:
        return to_local(value.sql, zone_of(value))
    return value.sql if value.type.name == "timestamp" else f"CAST({value.sql} AS TIMESTAMP)"
