"""What the plan takes as given of Firelake and of AWS: each with where it was measured, or not.

Sizes were measured on sample events of the shipped contract, CPU on a shared machine of two cores;
both are ratios that hold for other events and machines roughly. `firelake plan` prints them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final

_ORIGIN: Final = "origin"


def _measured(bench: str, value: float) -> Any:  # noqa: ANN401 -- a field
    return field(default=value, metadata={_ORIGIN: f"measured: python -m bench.{bench}"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """Figures behind the formulas; every one can be replaced.

    Attributes:
        row_extra_bytes: How much longer the function's row is than its event.
        parquet_file_bytes: A Parquet file of one row: a footer for every column of the contract.
        parquet_row_share: Bytes of a further row in Parquet, by byte of its event.
        raw_share: Bytes of gzip under `raw/`, by byte of the record.
        batch_log_bytes: What a batch logs whatever it holds, Lambda's own lines aside.
        type_log_bytes: What each further event type of a batch adds to the log.
        platform_log_bytes: Lambda's own lines of one invocation.
        transform_us: CPU of one event in the function, claims aside, in microseconds.
        claim_us: CPU of one claim that has an item of its own, in microseconds.
        page_call_us: CPU of one call that writes claims of a page, in microseconds.
        page_claim_us: CPU of each of its claims, in microseconds.
        invocation_ms: CPU of one invocation whatever it holds, in milliseconds.
        claim_call_ms: Time of one BatchExecuteStatement of 25 statements at DynamoDB.
        page_call_ms: Time of one UpdateItem there.
        used_memory_mb: What an invocation holds beside its batch.
        batch_memory_ratio: What an invocation holds by byte of its batch.
        shard_utilization: Share of a provisioned shard that is planned to be used at the peak.
        crawler_dpus: DPUs that a run of the crawler takes.
        column_share: Share of a row's Parquet bytes that one column takes, as `user_id`.
        scan_bytes_per_s: What Athena reads in a second, all workers together.
        file_open_s: What opening one file costs, over all workers.
        query_start_s: What a query takes before it reads.
        id_share: Share of a row's Parquet bytes that id, name and creation time take.
        mover_call_s: Time of a call of the function that takes moves further.
        mover_files_per_s: Files that it removes in a second.
    """

    row_extra_bytes: float = _measured("bench_plan", 215)
    parquet_file_bytes: float = _measured("bench_plan", 36_186)
    parquet_row_share: float = _measured("bench_plan", 0.39)
    raw_share: float = _measured("bench_plan", 0.27)
    batch_log_bytes: float = _measured("bench_plan", 864)
    type_log_bytes: float = _measured("bench_plan", 250)
    platform_log_bytes: float = 350
    transform_us: float = _measured("bench_transform", 10.9)
    claim_us: float = _measured("bench_claims", 58)
    page_call_us: float = _measured("bench_claim_pages", 220)
    page_claim_us: float = _measured("bench_claim_pages", 9)
    invocation_ms: float = 5
    claim_call_ms: float = 20
    page_call_ms: float = 10
    used_memory_mb: float = 120
    batch_memory_ratio: float = 12
    shard_utilization: float = field(default=0.7, metadata={_ORIGIN: "Firelake's choice"})
    crawler_dpus: float = 2
    column_share: float = 0.1
    scan_bytes_per_s: float = 1e9
    file_open_s: float = 0.002
    query_start_s: float = 1.5
    id_share: float = _measured("bench_plan", 0.40)
    mover_call_s: float = 2
    mover_files_per_s: float = 500


def listed(assumptions: Assumptions) -> list[tuple[str, float, str]]:
    """Returns name, value and origin of every assumption; what is no default is the user's."""
    rows: list[tuple[str, float, str]] = []
    for each in fields(Assumptions):
        value = getattr(assumptions, each.name)
        origin = each.metadata.get(_ORIGIN, "assumed, not measured on AWS")
        rows.append((each.name, float(value), origin if value == each.default else "given"))
    return rows
