"""What the plan takes as given of Firelake and of AWS: each with where it was measured, or not.

Sizes were measured on sample events of the shipped contract, CPU on a shared machine of two cores;
both are ratios that hold for other events and machines roughly. `firelake plan` prints them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final


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

    row_extra_bytes: float = 215
    parquet_file_bytes: float = 36_186
    parquet_row_share: float = 0.39
    raw_share: float = 0.27
    batch_log_bytes: float = 864
    type_log_bytes: float = 250
    platform_log_bytes: float = 350
    transform_us: float = 10.9
    claim_us: float = 58
    page_call_us: float = 220
    page_claim_us: float = 9
    invocation_ms: float = 5
    claim_call_ms: float = 20
    page_call_ms: float = 10
    used_memory_mb: float = 120
    batch_memory_ratio: float = 12
    shard_utilization: float = 0.7
    crawler_dpus: float = 2
    column_share: float = 0.1
    scan_bytes_per_s: float = 1e9
    file_open_s: float = 0.002
    query_start_s: float = 1.5
    id_share: float = 0.40
    mover_call_s: float = 2
    mover_files_per_s: float = 500


_ASSUMED: Final = "assumed, not measured on AWS"
_MEASURED_BY: Final = {
    "bench_plan": (
        "row_extra_bytes",
        "parquet_file_bytes",
        "parquet_row_share",
        "id_share",
        "raw_share",
        "batch_log_bytes",
        "type_log_bytes",
    ),
    "bench_transform": ("transform_us",),
    "bench_claims": ("claim_us",),
    "bench_claim_pages": ("page_call_us", "page_claim_us"),
}

ORIGINS: Final = {
    **dict.fromkeys((each.name for each in fields(Assumptions)), _ASSUMED),
    **{
        name: f"measured: python -m bench.{bench}"
        for bench, names in _MEASURED_BY.items()
        for name in names
    },
    "shard_utilization": "Firelake's choice",
}


def listed(assumptions: Assumptions) -> list[tuple[str, float, str]]:
    """Returns name, value and origin of every assumption; what is no default is the user's."""
    plain = Assumptions()
    rows: list[tuple[str, float, str]] = []
    for each in fields(Assumptions):
        value = float(getattr(assumptions, each.name))
        is_given = value != getattr(plain, each.name)
        rows.append((each.name, value, "given" if is_given else ORIGINS[each.name]))
    return rows
