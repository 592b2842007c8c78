"""What the design promises, as conditions on a state."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.model.model import Model
    from tests.model.state import State


class Promise(StrEnum):
    """The promises, by the names under which the design's notes know them."""

    P1 = "an event that was sent is in the lake or in an error object"
    P2 = "an id has one row, or rows of one position of the stream"
    P3 = "the verdict on a record does not change between attempts"


def is_quiet(state: State) -> bool:
    """Whether Firehose has nothing left to do: all is read, and what came of it is in S3.

    Replays and zombies may still act in a quiet state, or never again: nothing waits for them.
    """
    sent = sum(1 << position for position, at in enumerate(state.arrivals) if at >= 0)
    return not state.batches and not state.buffer and sent == state.read & state.stored & sent


def broken_promise(
    model: Model, state: State, promises: Collection[Promise], *, quiet: bool
) -> Promise | None:
    """The first of some promises that a state breaks.

    Args:
        model: The model of the state.
        state: The state.
        promises: The promises to look at.
        quiet: Whether Firehose has nothing left to do, for only then P1 is due.
    """
    if Promise.P1 in promises and quiet:
        kept = state.lake | state.errors
        if not all(kept & of_content for of_content in model.content_mask):
            return Promise.P1
    if Promise.P2 in promises:
        for of_id in model.id_mask:
            rows = state.lake & of_id
            if rows & (rows - 1):
                return Promise.P2
    if Promise.P3 in promises:
        pronounced = 0
        for mask in state.verdicts:
            if pronounced & mask:
                return Promise.P3
            pronounced |= mask
    return None
