"""How to simulate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How to simulate.

    Attributes:
        hours: How long, after the warm-up.
        seed: Decides everything that is random.
        is_new: Whether stream and table have never seen the load.
    """

    hours: float = 1.0
    seed: int = 1
    is_new: bool = False

    @property
    def title(self) -> str:
        """What a table of it is about."""
        age = "a new stack" if self.is_new else "a stack that has seen the load before"
        return f"Simulation of {self.hours:g} h of {age}, seed {self.seed}"
