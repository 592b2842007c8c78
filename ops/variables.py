"""The environment variables by which the command line knows its stack."""

from __future__ import annotations

from typing import Final

from contract.names import ENV_GRANULARITY, ENV_LATENESS_DAYS

# Names the stream, as the stack's output streamName does.
ENV_STREAM: Final = "FIRELAKE_STREAM"

__all__ = ["ENV_GRANULARITY", "ENV_LATENESS_DAYS", "ENV_STREAM"]
