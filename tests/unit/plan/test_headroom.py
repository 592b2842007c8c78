"""What breaks first, at which volume, and what moves it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firelake.plan.assumptions import Assumptions
from firelake.plan.headroom import Headroom, Kind, headrooms, limits_of
from tests.unit.plan.situations import provisioned, situation, workload


def found(name: str, **values: object) -> Headroom:
    (each,) = (each for each in headrooms(situation(**values)) if each.use.name.startswith(name))
    return each


def test_a_new_stream_and_a_new_table_end_at_four_thousand_a_second() -> None:
    """The peak is twice the mean: 2,000 events a second on average, 7.2 million an hour."""
    stream = found("a new on-demand stream")
    assert stream.breaks_at == pytest.approx(7.2e6, rel=0.002)
    assert stream.remedy.kind is Kind.START
    assert found("claims of a new on-demand table").breaks_at == pytest.approx(7.2e6, rel=0.002)


def test_a_tables_quota_ends_at_forty_thousand() -> None:
    each = found("claims against a table's default quota")
    assert each.breaks_at == pytest.approx(72e6, rel=0.002)
    assert not each.use.is_broken
    assert each.use.share == 0.05


def test_provisioned_modes_end_at_their_settings() -> None:
    claims = provisioned(1, 1500)
    table = found("claims at the peak", claims=claims)
    assert table.use.is_broken
    assert table.breaks_at == pytest.approx(1500 / 2 * 3600, rel=0.002)
    shards = found("shards filled", stream={"mode": "provisioned", "shardCount": 8})
    assert shards.breaks_at == pytest.approx(4 * 3.6e6, rel=0.002)


def test_what_settings_alone_break_is_broken_at_any_volume() -> None:
    hour = found("partitions that may be open", granularity="hour")
    assert hour.use.used == 10 * 193
    assert hour.use.is_broken
    assert hour.breaks_at is None
    first = headrooms(situation(granularity="hour"))[0]
    assert first.use.name.startswith("partitions that may be open")


def test_what_volume_cannot_break_comes_last() -> None:
    order = [each.breaks_at for each in headrooms(situation())]
    known = [each for each in order if each is not None]
    assert order == sorted(known) + [None] * (len(order) - len(known))


def test_large_batches_of_small_events_do_not_fit_an_answer() -> None:
    tiny = situation(workload(event_bytes=100), Assumptions(), delivery={"batchSizeMb": 3})
    (answer,) = (each for each in headrooms(tiny) if each.use.name.startswith("answer"))
    assert answer.use.is_broken


def test_other_regions_have_smaller_quotas() -> None:
    limits = {
        region: next(
            each.use.limit
            for each in headrooms(replace(situation(), region=region))
            if each.use.name.startswith("bytes into an on-demand")
        )
        for region in ("us-east-1", "eu-central-1")
    }
    assert limits == {"us-east-1": 10 * 2**30, "eu-central-1": 200 * 2**20}


@settings(max_examples=6)
@given(st.floats(1e2, 1e10), st.floats(1, 20))
def test_a_limit_holds_below_its_volume_and_not_above(volume: float, peak: float) -> None:
    made = situation(workload(events_per_hour=volume, peak_ratio=peak), Assumptions())
    for each in headrooms(made):
        if each.breaks_at is not None:
            factor = each.breaks_at / volume
            below, above = (
                next(
                    use
                    for use, _ in limits_of(made.times(factor * side))
                    if use.name == each.use.name
                )
                for side in (0.99, 1.01)
            )
            assert not below.is_broken
            assert above.is_broken


def test_every_limit_has_its_page_and_a_remedy() -> None:
    for each in headrooms(situation()):
        assert each.remedy.page.startswith("https://docs.aws.amazon.com/")
        assert each.remedy.remedy
