"""Situations for the tests of the plan, in round numbers that a hand can reckon with."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from firelake.infra.config import LakeConfig
from firelake.plan.assumptions import Assumptions
from firelake.plan.prices import load_prices
from firelake.plan.situation import Situation
from firelake.plan.workload import Workload

# 1,000 events a second of 1,000 bytes, in ten types of equal shares.
THOUSAND_A_SECOND = 3_600_000.0


def workload(**changes: object) -> Workload:
    given: dict[str, object] = {
        "events_per_hour": THOUSAND_A_SECOND,
        "event_bytes": 1000.0,
        "type_shares": (0.1,) * 10,
        "peak_ratio": 2.0,
        "duplicates": 0.0,
        "late": 0.0,
        "delayed": 0.0,
    }
    return cast("Any", Workload)(**{**given, **changes})


def provisioned(least: int, most: int) -> dict[str, object]:
    """Claims with write units between these, and as many read units as anybody needs."""
    writes = {"minWriteUnits": least, "maxWriteUnits": most}
    return {"mode": "provisioned", **writes, "minReadUnits": 1, "maxReadUnits": 1_000_000}


# Rows are as long as events, and files have no footer.
PLAIN = Assumptions(
    row_extra_bytes=0,
    parquet_file_bytes=0,
    parquet_row_share=0.5,
    transform_us=10,
    claim_us=50,
    invocation_ms=10,
    claim_call_ms=20,
)


def situation(
    of: Workload | None = None, assumptions: Assumptions = PLAIN, /, **values: object
) -> Situation:
    return Situation(
        workload=workload() if of is None else of,
        config=LakeConfig.parse({"startDate": "2026-11-01", **values}),
        region="us-east-1",
        prices=load_prices(),
        assumptions=assumptions,
    )


TODAY = date(2026, 11, 22)
