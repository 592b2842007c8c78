"""The report that a demonstration ends with."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from firelake.health.report.findings import Span
from firelake.health.report.page import page, sections
from firelake.health.report.wiring import report_of, sent_by_now
from firelake.operations.result_files import write_result

if TYPE_CHECKING:
    from pathlib import Path

    from firelake.aws.lake_ref import LakeRef
    from firelake.contract.events import EventContract

# `raw/` is written beside `events/`, now and then a moment later.
_LONGEST_WAIT_S: Final = 15.0
_LOOK_AGAIN_S: Final = 0.5


def write_report(lake: LakeRef, contract: EventContract, path: Path, *, sent: int) -> None:
    """Write the report of the hours in which a demonstration ran, by the process's environment.

    Args:
        path: Where the page goes.

    Raises:
        OpsError: The lake does not answer, or the page cannot be written.
    """
    now = datetime.now(UTC)
    # The longest that a demonstration takes, and then some.
    span = Span.around(now - timedelta(minutes=20), now)
    ends_s = time.monotonic() + _LONGEST_WAIT_S
    while sent_by_now(lake, contract, span) < sent and time.monotonic() < ends_s:
        time.sleep(_LOOK_AGAIN_S)
    findings = report_of(lake, contract, span, now)
    write_result(path, page(findings, sections(findings)), makes_folders=True)
