"""Which erasures are past the day by which everything was to be gone: a move tells at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.history.erase.dates import gone_by_s, places
from firelake.history.erase.register import Register
from firelake.history.erase.wiring import keeping_of
from firelake.history.glue_tables import GlueTables
from firelake.operations.lake_clock import LakeClock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.aws.clients import AwsClients
    from firelake.aws.lake_ref import LakeRef
    from firelake.history.erase.dates import Keeping
    from firelake.history.erase.erasure import Erasure


def count_late(erasures: Iterable[Erasure], keeping: Keeping, now_s: float) -> int:
    """Counts the entries of the register that no look has found to be gone by their day.

    Where something is kept for ever there is no such day, as `firelake erase` has told.

    Args:
        now_s: The time, Unix time.
    """
    days = (
        gone_by_s(places(each.erased_at_s, keeping))
        for each in erasures
        if each.cleared_at_s is None
    )
    return sum(day_s is not None and day_s < now_s for day_s in days)


def late_erasures(lake: LakeRef, clients: AwsClients) -> int:
    """Counts those of a lake; nobody may read the register where nothing can be erased.

    Raises:
        AwsError: The environment does not suffice, or does not say which lake.
        OpsError: AWS refused.
    """
    tables = GlueTables(clients.glue(), lake.database)
    if not tables.hiding().subjects:
        return 0
    s3, clock = clients.s3(), LakeClock(clients.dynamodb(), lake.claims_table)
    keeping = keeping_of(lake, s3, clock, has_history=True)
    return count_late(Register(s3, lake.bucket).erasures(), keeping, clock.now().timestamp())
