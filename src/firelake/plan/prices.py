"""Prices: one dated file, each price with its page and how it came there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from firelake.operations.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

PRICES_FILE: Final = Path(__file__).with_name("prices.toml")

_NOT_SERVICES: Final = frozenset({"region", "as_of"})


@unique
class Basis(StrEnum):
    """How a price came into the file."""

    PRICE_LIST = "price_list"
    SECOND_HAND = "second_hand"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a unit of one dimension of a service costs.

    Attributes:
        key: Service and dimension, as `firehose.ingested_gb`.
        tiers: Up to how many units a month, infinite in the last one, and dollars a unit.
        page: Where AWS tells it.
        basis: How it came into the file.
        read_in: Where it was read, if not in a price list.
    """

    key: str
    tiers: tuple[tuple[float, float], ...]
    page: str
    basis: Basis
    read_in: str = ""

    def cost(self, units: float) -> float:
        """Returns the dollars of a month's units."""
        total = before = 0.0
        for up_to, dollars in self.tiers:
            total += max(0.0, min(units, up_to) - before) * dollars
            before = up_to
        return total


@dataclass(frozen=True, slots=True)
class Prices:
    """All prices of one Region, as they were on a day."""

    region: str
    as_of: date
    by_key: Mapping[str, Price]

    def __getitem__(self, key: str) -> Price:
        """Returns a price.

        Raises:
            InputError: The file has none of that name.
        """
        price = self.by_key.get(key)
        if price is None:
            message = f"the prices have no {key!r}: add it, as in {PRICES_FILE.name}"
            raise InputError(message)
        return price

    def age_days(self, today: date) -> int:
        """Returns how old the prices are."""
        return (today - self.as_of).days


def load_prices(path: Path = PRICES_FILE) -> Prices:
    """Reads a file of prices.

    Raises:
        InputError: It cannot be read, or is no such file; the message names the place.
    """
    try:
        content: dict[str, object] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"prices {str(path)!r} cannot be read: {error}"
        raise InputError(message) from error
    region, as_of = content.get("region"), content.get("as_of")
    if not isinstance(region, str) or not isinstance(as_of, date):
        message = f"prices {str(path)!r} must say region and as_of, as '2026-11-22' unquoted"
        raise InputError(message)
    prices = {
        price.key: price
        for service, entries in content.items()
        if service not in _NOT_SERVICES
        for price in _service(service, entries)
    }
    return Prices(region, as_of, prices)


def _service(service: str, entries: object) -> Iterator[Price]:
    if not isinstance(entries, Mapping):
        message = f"prices of {service}: expected a table"
        raise InputError(message)
    table = dict(cast("Mapping[str, object]", entries))
    page = table.pop("page", None)
    if not isinstance(page, str) or not page.startswith("https://"):
        message = f"prices of {service}: page must say where AWS tells them"
        raise InputError(message)
    for name, entry in table.items():
        yield _price(f"{service}.{name}", entry, page)


def _price(key: str, entry: object, page: str) -> Price:
    if not isinstance(entry, Mapping):
        message = f"price {key}: expected a table with price or tiers, and basis"
        raise InputError(message)
    values = cast("Mapping[str, object]", entry)
    basis = values.get("basis")
    if basis not in set(Basis):
        message = f"price {key}: basis must be one of {', '.join(Basis)}"
        raise InputError(message)
    return Price(
        key=key,
        tiers=_tiers(key, values),
        page=page,
        basis=Basis(cast("str", basis)),
        read_in=str(values.get("read_in", "")),
    )


def _tiers(key: str, values: Mapping[str, object]) -> tuple[tuple[float, float], ...]:
    tiers: list[tuple[float, float]] = []
    listed = values.get("tiers", [[0, values.get("price")]])
    for each in cast("list[object]", listed) if isinstance(listed, list) else ():
        numbers = cast("list[object]", each) if isinstance(each, list) else []
        up_to, price = (*numbers, None, None)[:2]
        if not isinstance(up_to, int | float) or not isinstance(price, int | float) or price < 0:
            tiers.clear()
            break
        tiers.append((float(up_to) or float("inf"), float(price)))
    bounds = [up_to for up_to, _ in tiers]
    if not tiers or bounds != sorted(set(bounds)) or bounds[-1] != float("inf"):
        message = f"price {key}: tiers must rise and end with [0, price]; or give price alone"
        raise InputError(message)
    return tuple(tiers)
