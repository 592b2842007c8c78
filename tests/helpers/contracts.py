"""The contract that tests of code go by, whichever stands in `src/firelake/contract/events.toml`.

It is this repository's example, of which pages and figures tell; a test holds the two together as
long as the example stands there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from firelake.contract.events import load_contract
from firelake.contract.facts import EVENTS_FILE

LEARNING_FILE: Final = Path(__file__).parents[1] / "data" / "contracts" / "learning.toml"
# Twelve of its events, of which tests of a running lake have enough.
LESSONS_FILE: Final = LEARNING_FILE.with_name("lessons.toml")
# One event without fields: what tests go by to whom the events are all one.
TINY_FILE: Final = LEARNING_FILE.with_name("tiny.toml")
LEARNING: Final = load_contract(LEARNING_FILE)
LESSONS: Final = load_contract(LESSONS_FILE)


def is_example_in_place() -> bool:
    """Whether the repository's events.toml is the example, edited perhaps, and no one's own."""
    return "lesson:started" in load_contract(EVENTS_FILE).events
