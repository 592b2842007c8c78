"""Runs MiniStack with its gaps closed, as the environment says: `-m firelake.local.emulator`."""

from __future__ import annotations

import os
from typing import Any, cast

# Functions that run here inherit the environment, and must not find our code by it.
os.environ.pop("PYTHONPATH", None)

from ministack import app
from ministack.services import firehose

from firelake.local.emulator.dispatch import closing_gaps
from firelake.local.emulator.drawn_metrics import draw_metrics


def _nothing(_stream_arn: str, _records: object) -> None: ...


if __name__ == "__main__":
    ministack = cast("Any", app)  # what it has within has no types
    # Requests come here once they are read and their signature is kept; permissions are next.
    ministack._dispatch_service_request = closing_gaps(ministack._dispatch_service_request)  # noqa: SLF001
    # `firehose_emulator` delivers: MiniStack's own would write an object for each record put.
    firehose.ingest_from_kinesis_source = _nothing
    draw_metrics()
    ministack.main()
