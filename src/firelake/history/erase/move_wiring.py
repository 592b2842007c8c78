"""The part of a move that takes rows out of history, put together for a lake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.catalog.retention import expire_statements
from firelake.contract.layout import ERRORS_PREFIX, RECEIPTS_PREFIX, granularity_of
from firelake.history.erase.eraser import HistoryEraser
from firelake.history.erase.looking import LakeObjects, orphaned_receipts
from firelake.history.erase.register import Register
from firelake.history.objects import remove_objects

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

    from firelake.aws.lake_ref import LakeRef
    from firelake.history.glue_tables import GlueTables


def eraser_of(
    lake: LakeRef,
    s3: S3Client,
    tables: GlueTables,
    now_s: Callable[[], float],
    say: Callable[[str], None],
) -> HistoryEraser:
    """Return what takes rows out of the history of a lake.

    Args:
        now_s: The time by AWS, Unix time, as erasures have it.
        say: Tells the operator what happens.
    """
    objects = LakeObjects(s3, lake.bucket)
    register = Register(s3, lake.bucket)

    def expired() -> list[str]:
        granularity = granularity_of(tables.deployed().first_dt)
        return [*expire_statements(lake.database, tables.retention(), now_s(), granularity)]

    def sweep() -> None:
        if tables.hiding().subjects and register.erasures():
            receipts = [key for key, _ in objects.listed(RECEIPTS_PREFIX)]
            errors = (key for key, _ in objects.listed(ERRORS_PREFIX))
            remove_objects(s3, lake.bucket, orphaned_receipts(errors, receipts))

    return HistoryEraser(
        register=register,
        hiding=tables.hiding,
        expired=expired,
        sweep=sweep,
        now_s=now_s,
        say=say,
    )
