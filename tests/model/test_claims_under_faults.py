"""The design's rules in every small world: whatever fails, nothing is lost and nothing doubles.

`pytest tests/model --log-cli-level=INFO` tells how many states each world has.
"""

from __future__ import annotations

import logging

import pytest

from tests.model.rules import Rules
from tests.model.search import explore
from tests.model.worlds import WORLDS, Explorable


@pytest.mark.parametrize("explorable", WORLDS.values(), ids=WORLDS.keys())
def test_no_state_of_the_world_breaks_a_promise(explorable: Explorable) -> None:
    explored = explore(explorable.world, Rules())
    logging.getLogger(__name__).info("%s", explored)

    assert explored.broken is None, f"\n{explored}"
    assert explorable.actions <= explored.actions.keys()
    assert explored.states >= explorable.states
    assert explored.quiet != []
