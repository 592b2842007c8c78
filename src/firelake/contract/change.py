"""One difference between two contracts, and its verdict."""

from __future__ import annotations

from dataclasses import dataclass

from firelake.contract.lines import spell


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two contracts.

    Attributes:
        key: Where it is, as TOML writes it, such as `fields.score.type`.
        what: What changed, from what to what.
        allowed: Whether the new contract may replace the old one as far as this goes.
        reason: Why it is allowed or not.
    """

    key: str
    what: str
    allowed: bool
    reason: str


def passed(path: tuple[str, ...], what: str, reason: str) -> Change:
    """A change that may be made, at a path of keys."""
    return Change(spell(path), what, allowed=True, reason=reason)


def refused(path: tuple[str, ...], what: str, reason: str) -> Change:
    """A change that may not be made, at a path of keys."""
    return Change(spell(path), what, allowed=False, reason=reason)
