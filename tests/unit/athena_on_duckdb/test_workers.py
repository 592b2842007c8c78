"""How many workers run at once, and what each may take of the machine."""

from __future__ import annotations

import pytest

from athena_on_duckdb.workers.pool import shares

_GIB = 1 << 30


@pytest.mark.parametrize(
    ("machine_gib", "at_once", "each_mib"),
    [(1, 4, 192), (4, 6, 512), (8, 12, 512), (16, 20, 614), (64, 20, 2457)],
)
def test_all_workers_together_leave_a_quarter_of_the_memory(
    machine_gib: int, at_once: int, each_mib: int
) -> None:
    most, bytes_each = shares(machine_gib * _GIB)
    assert (most, bytes_each >> 20) == (at_once, each_mib)
