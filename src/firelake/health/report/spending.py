"""What the events of some time cost: what CloudWatch counted, times AWS's list prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.health.report.findings import Gap, Spending, SpentLine
from firelake.infra.config_sections import TransformConfig
from firelake.infra.watch.metrics import claims, firehose, function
from firelake.plan.limits import FIREHOSE_RECORD_INCREMENT_BYTES, KINESIS_RECORD_INCREMENT_BYTES
from firelake.plan.units import GIB, KIB, MILLION, rounded_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.infra.naming import Names
    from firelake.infra.watch.metrics import Metric
    from firelake.plan.prices import Prices

_READ_BYTES: Final = "DataReadFromKinesisStream.Bytes"
_READ_RECORDS: Final = "DataReadFromKinesisStream.Records"
_ROW_BYTES: Final = "SucceedProcessing.Bytes"
_OBJECTS: Final = "DeliveryToS3.ObjectCount"
_INVOCATIONS: Final = "Invocations"
_DURATION: Final = "Duration"
_WRITES: Final = "ConsumedWriteCapacityUnits"
_READS: Final = "ConsumedReadCapacityUnits"
_THOUSAND: Final = 1000


def spending_metrics(names: Names) -> tuple[Metric, ...]:
    """Returns the metrics whose sums `spending_of` takes, each of its own name."""
    return (
        *(firehose(names, each) for each in (_READ_BYTES, _READ_RECORDS, _ROW_BYTES, _OBJECTS)),
        *(function(names, each) for each in (_INVOCATIONS, _DURATION)),
        *(claims(names, each) for each in (_WRITES, _READS)),
    )


def spending_of(sums: Mapping[str, float], prices: Prices) -> Spending | Gap:
    """Returns what was billed by the event, as far as there are metrics of it.

    Args:
        sums: Of the metrics by name; one of which CloudWatch has nothing is not there.
        prices: Those of `firelake plan`.

    Raises:
        InputError: The prices lack one.
    """
    if not sums:
        return Gap("CloudWatch has no metrics of this time by which the services bill.")
    return Spending(tuple(_lines(sums, prices)), prices.region, prices.as_of)


def _lines(sums: Mapping[str, float], prices: Prices) -> Iterator[SpentLine]:
    form = TransformConfig()
    memory = f"{_DURATION} at {form.memory_mb:,} MB on {form.architecture.value}, the defaults"
    stream_gb = _rounded_gb(sums, KINESIS_RECORD_INCREMENT_BYTES)
    firehose_gb = _rounded_gb(sums, FIREHOSE_RECORD_INCREMENT_BYTES)
    rows_gb = _over(sums, _ROW_BYTES, GIB)
    gb_s = _over(sums, _DURATION, _THOUSAND * KIB / form.memory_mb)
    calls, writes, reads = (sums.get(each) for each in (_INVOCATIONS, _WRITES, _READS))
    read, objects = f"{_READ_BYTES}, {_READ_RECORDS}", sums.get(_OBJECTS)
    million, thousand = MILLION, _THOUSAND
    # What it is, the price and of how many, how many, and where that was read.
    for service, what, key, per, quantity, unit, source in (
        ("Kinesis", "data in", "on_demand_gb_in", 1, stream_gb, "GB", read),
        ("Kinesis", "data out", "on_demand_gb_out", 1, stream_gb, "GB", read),
        ("Firehose", "ingested", "ingested_gb", 1, firehose_gb, "GB", read),
        ("Firehose", "converted to Parquet", "converted_gb", 1, firehose_gb, "GB", read),
        ("Firehose", "partitioned", "partitioned_gb", 1, rows_gb, "GB", _ROW_BYTES),
        ("Firehose", "objects", "partitioned_objects_thousand", thousand, objects, "", _OBJECTS),
        ("Lambda", "invocations", "requests_million", million, calls, "", _INVOCATIONS),
        ("Lambda", "memory by time", f"gb_s_{form.architecture.value}", 1, gb_s, "GB-s", memory),
        ("DynamoDB", "claims written", "write_units_million", million, writes, "units", _WRITES),
        ("DynamoDB", "claims read", "read_units_million", million, reads, "units", _READS),
        ("S3", "objects written", "puts_and_lists_thousand", thousand, objects, "", _OBJECTS),
    ):
        price = prices[f"{service.lower()}.{key}"]
        dollars = None if quantity is None else price.cost(quantity / per)
        yield SpentLine(service, what, quantity, unit, dollars, source)


def _over(sums: Mapping[str, float], name: str, unit: float) -> float | None:
    return sums[name] / unit if name in sums else None


def _rounded_gb(sums: Mapping[str, float], increment_bytes: int) -> float | None:
    """What is billed of the records, each rounded up, as if all were of their mean size."""
    records = sums.get(_READ_RECORDS)
    if not records or _READ_BYTES not in sums:
        return None
    return records * rounded_up(sums[_READ_BYTES] / records, increment_bytes) / GIB
