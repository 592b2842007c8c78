"""Deployments: another contract comes into effect, for every run of the function that begins then.

Runs that have begun go on by the contract of before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model.state import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.model import Model
    from tests.model.state import State


class Deployments:
    """The deployments of one model."""

    def __init__(self, model: Model) -> None:
        """Deploys as often as the model's world allows."""
        self._model = model

    def steps(self, state: State) -> Iterator[tuple[Step, State]]:
        """The next deployment."""
        if state.left.deployments:
            left = state.left._replace(deployments=state.left.deployments - 1)
            told = "a contract that knows the types"
            if not self._model.knows_types(left):
                told = "a rollback"
            yield Step("deploy", told), state._replace(left=left)
