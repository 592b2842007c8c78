"""A MiniStack for tests of one service: nobody else uses it, and every caller may do anything."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from firelake.local.ministack import Ministack

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def ministack_endpoint() -> Generator[str]:
    """Runs MiniStack and yields its endpoint URL; nothing of it is left behind."""
    with (
        tempfile.TemporaryDirectory(prefix="firelake-ministack-") as folder,
        Ministack.start(Path(folder), is_enforcing_iam=False) as ministack,
    ):
        yield ministack.endpoint
