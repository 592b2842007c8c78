"""S3, Glue and Athena: what lies in the lake, what three questions read, what a crawler lists.

https://aws.amazon.com/s3/pricing/
https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.plan import limits
from firelake.plan.delivery import periods_in
from firelake.plan.moves import DAYS_OF_FILES, files_of_a_type
from firelake.plan.units import DAY_S, DAYS_A_MONTH, GIB, HOUR_S

if TYPE_CHECKING:
    from firelake.plan.delivery import DeliveryNeeds
    from firelake.plan.situation import Situation

_MONTH_DAYS: Final = 30
# What a reader takes of a file before its columns: the length of the footer, and the footer.
_READS_OF_A_FILE: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A typical question, and what Athena reads, bills and roughly needs for it."""

    text: str
    files: float
    read_bytes: float
    billed_bytes: float
    seconds: float


class LakeNeeds:
    """What lies in the lake after the kept months, and what reads it in a month.

    Attributes:
        events_gb_a_month: What a month adds under `events/`.
        raw_gb: What lies under `raw/`.
        objects_a_month: Objects that a month writes, raw ones too.
        objects: Objects under `events/`.
        partitions: Partitions that the crawler registers and projection works out.
        crawl_dpu_hours: Each crawl at its least.
    """

    def __init__(self, situation: Situation, delivery: DeliveryNeeds) -> None:
        """Works out what lies in the lake and what reads it; no row expires."""
        workload, config, given = situation.workload, situation.config, situation.assumptions
        self.kept_months: Final = situation.kept_months
        current = delivery.objects_per_hour - delivery.late_objects_per_hour
        bytes_per_hour = (
            current * delivery.object_bytes
            + delivery.late_objects_per_hour * delivery.late_object_bytes
        )
        self.events_gb_a_month: Final = bytes_per_hour * 24 * DAYS_A_MONTH / GIB
        self.events_gb: Final = self.events_gb_a_month * self.kept_months
        kept_days = self.kept_months * DAYS_A_MONTH
        raw_per_s = workload.records_per_s * workload.record_bytes * given.raw_share
        raw_days = min(kept_days, config.delivery.raw_expire_days)
        self.raw_gb: Final = raw_per_s * raw_days * DAY_S / GIB
        written_per_hour = delivery.objects_per_hour + delivery.raw_objects_per_hour
        self.objects_a_month: Final = written_per_hour * 24 * DAYS_A_MONTH
        # With history what has not moved stays; else all does.
        small_days = DAYS_OF_FILES if config.catalog.has_history else kept_days
        self.objects: Final = delivery.objects_per_hour * 24 * min(small_days, kept_days)
        self.questions: Final = _questions(situation, delivery)
        periods = max(1.0, periods_in(config.granularity, kept_days))
        self.partitions: Final = len(workload.type_shares) * periods
        self.crawls: Final = DAYS_A_MONTH if config.catalog.has_crawler else 0.0
        lists = self.objects / limits.LIST_PAGE_OBJECTS + self.partitions
        self.crawl_list_requests: Final = self.crawls * lists
        dpu_s = self.crawls * given.crawler_dpus * limits.CRAWLER_LEAST_S
        self.crawl_dpu_hours: Final = dpu_s / HOUR_S


def _questions(situation: Situation, delivery: DeliveryNeeds) -> tuple[Question, ...]:
    """Returns three, of the commonest type where a question is about one type."""
    workload, given = situation.workload, situation.assumptions
    share = max(workload.type_shares)
    types = len(workload.type_shares)
    per_type = delivery.objects_per_hour * 24 / types
    if situation.config.catalog.has_history:
        per_type = files_of_a_type(situation, delivery, _MONTH_DAYS) / _MONTH_DAYS
    files = per_type * types
    rows = workload.unique_per_s * DAY_S

    def question(text: str, files: float, rows: float, columns: float) -> Question:
        # The footer is nearly all of a file of one row.
        read = files * given.parquet_file_bytes + rows * columns * situation.parquet_row_bytes
        return Question(
            text=text,
            files=files,
            read_bytes=read,
            billed_bytes=max(float(limits.ATHENA_LEAST_BYTES), read),
            seconds=given.query_start_s
            + files * _READS_OF_A_FILE * given.file_open_s
            + read / given.scan_bytes_per_s,
        )

    column, days = given.column_share, _MONTH_DAYS
    return (
        question("one event type, one day, one column", per_type, rows * share, column),
        question(
            "one event type, 30 days, three columns",
            per_type * days,
            rows * share * days,
            3 * column,
        ),
        question("every event of a day, every column", files, rows, 1.0),
    )
