"""What the design promises, as conditions on a state."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tests.model.model import Model
    from tests.model.state import State


class Promise(StrEnum):
    """The promises, by the names under which the design's notes know them."""

    P1 = "an event that was sent is in the lake or in an error object, a backfilled one in the lake"
    P2 = "an event has one row, or rows of one position of the stream in one partition"
    P3 = "the verdict on a record does not change between attempts"
    P4 = "an event that is a row is shown by the views, which show one row for several alike"


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
    in_files = model.contents_in_files(state.backfill)
    if Promise.P1 in promises and _loses(model, state, in_files, quiet=quiet):
        return Promise.P1
    if Promise.P2 in promises and _doubles(model, state, in_files):
        return Promise.P2
    if Promise.P4 in promises and _hides(model, state):
        return Promise.P4
    # A deployment between two attempts may well change a verdict: what is refused is in errors.
    if Promise.P3 in promises and model.world.narrowed is None:
        pronounced = 0
        for mask in state.verdicts:
            if pronounced & mask:
                return Promise.P3
            pronounced |= mask
    return None


def _loses(model: Model, state: State, in_files: Mapping[int, int], *, quiet: bool) -> bool:
    """Whether something that was sent is nowhere, or something that was brought in is not there."""
    kept = state.lake | state.errors
    if quiet and not all(
        kept & of_content or content in in_files
        for content, of_content in enumerate(model.content_mask[: model.contents_sent])
    ):
        return True
    promised = state.promised
    return bool(promised) and not all(
        state.lake & of_content or content in in_files
        for content, of_content in enumerate(model.content_mask)
        if promised >> content & 1
    )


def _doubles(model: Model, state: State, in_files: Mapping[int, int]) -> bool:
    """Whether an event has rows of two positions, partitions or files, or of two of these."""
    for of_one in model.one_row_masks:
        rows = state.lake & of_one
        if rows & (rows - 1):
            return True
        if rows and sum(1 for _, there in state.partitions if there & rows) > 1:
            return True
    return any(
        times > 1 or state.lake & model.identity_mask[model.contents[content][:3]]
        for content, times in in_files.items()
    )


def _hides(model: Model, state: State) -> bool:
    """Whether a view takes rows of two events in one partition for rows of one."""
    for _, rows in state.partitions:
        there = [
            event
            for content, event in enumerate(model.contents)
            if rows & model.content_mask[content]
        ]
        if len({model.rules.seen_as_one(event) for event in there}) < len(there):
            return True
    return False
