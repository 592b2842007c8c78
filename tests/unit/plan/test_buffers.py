"""How often something is closed that fills by size or by age."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firelake.plan.buffers import filling


def test_what_is_full_first_is_closed_by_its_size() -> None:
    """100 a second of 10 bytes fill 5,000 bytes in 5 s: 500 items, of which the first opens."""
    fill = filling(100, 10, 5000, 60)
    assert (fill.items, fill.period_s) == (500, 5)
    assert fill.open_s == pytest.approx(4.99)


def test_what_is_old_first_holds_its_opener_and_what_comes_after() -> None:
    fill = filling(2, 10, 5000, 60)
    assert fill.items == 121
    assert fill.period_s == 60.5
    assert fill.open_share == pytest.approx(60 / 60.5)


def test_a_rare_item_is_alone_and_open_for_the_whole_interval() -> None:
    """One an hour, 300 s: 1/12 of another one joins it on average."""
    fill = filling(1 / 3600, 10, 5000, 300)
    assert fill.items == pytest.approx(1 + 1 / 12)
    assert fill.open_share == pytest.approx(300 / 3900)


def test_an_item_larger_than_the_size_is_alone() -> None:
    fill = filling(5, 10_000, 5000, 300)
    assert (fill.items, fill.per_s, fill.open_s) == (1, 5, 0)


def test_where_nothing_comes_nothing_is_closed() -> None:
    assert filling(0, 1, 1, 1).per_s == 0


@given(st.floats(1e-6, 1e6), st.floats(1, 1e6), st.floats(1e4, 1e8), st.floats(1, 900))
def test_twice_the_items_never_close_fewer(
    rate: float, item: float, size: float, interval: float
) -> None:
    once, twice = (filling(each, item, size, interval) for each in (rate, 2 * rate))
    assert once.per_s * (1 - 1e-9) <= twice.per_s <= 2 * once.per_s * (1 + 1e-9)
    assert once.items * once.per_s == pytest.approx(rate)


def test_items_at_random_close_as_often_as_the_formula_says() -> None:
    """Ten thousand hours of 20 items an hour, thrown by chance."""
    chance, now, closes_s, closed = Random(7), 0.0, -1.0, 0
    while now < 10_000 * 3600:
        now += chance.expovariate(20 / 3600)
        if now > closes_s:
            closed += 1
            closes_s = now + 300
    assert closed / 10_000 == pytest.approx(filling(20 / 3600, 1, 1e9, 300).per_s * 3600, rel=0.01)
