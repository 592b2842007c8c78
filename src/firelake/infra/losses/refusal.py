"""What the guard says of one resource: what would become of it, and what would be lost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One change that would lose or hide data.

    Attributes:
        name: The resource's name in the program, by which `--accept` names it.
        change: What would become of it, and why.
        loss: What would be lost.
    """

    name: str
    type_name: str
    change: str
    loss: str

    def __str__(self) -> str:
        """Return the resource, the change and the loss on one line."""
        return f"{self.name} ({self.type_name}) {self.change}: {self.loss}"
