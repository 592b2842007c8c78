"""Samples as `firelake init --from-sample` reads them."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from firelake.exchange.sample import Drafted, draft_of_sample
from firelake.send.inputs import documents_to_send

if TYPE_CHECKING:
    from collections.abc import Iterable

NOW_MS: Final = int(datetime(2026, 11, 29, 12, tzinfo=UTC).timestamp() * 1000)


def drafted(events: Iterable[object] | str, name: str = "sample.ndjson") -> Drafted:
    """Drafts a contract of events, or of a text that holds them."""
    text = events if isinstance(events, str) else "\n".join(map(json.dumps, events))
    stream = io.BytesIO(text.encode())
    return draft_of_sample(documents_to_send(lambda: stream.read(65_536), name), name, NOW_MS)
