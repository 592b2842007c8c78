"""The design's rules in every small world: whatever fails, nothing is lost and nothing doubles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.model.rules import Rules
from tests.model.search import explore
from tests.model.worlds import WORLDS, Explorable

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("explorable", WORLDS.values(), ids=WORLDS.keys())
def test_no_state_of_the_world_breaks_a_promise(
    explorable: Explorable, record_property: Callable[[str, object], None]
) -> None:
    explored = explore(explorable.world, Rules())
    record_property("states", explored.states)

    assert explored.broken is None, f"\n{explored}"
    assert explorable.actions <= explored.actions.keys()
    assert explored.states >= explorable.states
    assert explored.quiet != []
