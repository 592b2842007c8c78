"""How the benchmarks measure: ways side by side in one run, in turn, and the medians of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians of one way.

    Attributes:
        cpu_us: CPU of this process, all threads, in microseconds an event.
        wall_us: Wall time in microseconds an event.
        cpu_ratios: CPU against the first way, round by round.
        wall_ratios: Wall time against the first way, round by round.
    """

    cpu_us: float
    wall_us: float
    cpu_ratios: Sequence[float]
    wall_ratios: Sequence[float]

    @property
    def cpu_ratio(self) -> float:
        """Median of the rounds' CPU ratios."""
        return median(self.cpu_ratios)

    @property
    def wall_ratio(self) -> float:
        """Median of the rounds' wall ratios."""
        return median(self.wall_ratios)


def side_by_side(ways: Mapping[str, Callable[[], int]], *, rounds: int) -> dict[str, Figures]:
    """Runs the ways in turn, so that a change of the machine's speed meets all of them.

    Args:
        ways: What to run; each gives how many events it handled. The first is the yardstick.
        rounds: Counted rounds, after one that is not counted.
    """
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for round_ in range(rounds + 1):
        for name, way in ways.items():
            wall_s, cpu_s = time.perf_counter(), time.process_time()
            events = way()
            cpu_s, wall_s = time.process_time() - cpu_s, time.perf_counter() - wall_s
            if round_:
                taken[name].append((1e6 * cpu_s / events, 1e6 * wall_s / events))
    yardstick = taken[next(iter(ways))]
    return {
        name: Figures(
            median(cpu for cpu, _ in rounds_taken),
            median(wall for _, wall in rounds_taken),
            [a[0] / b[0] for a, b in zip(rounds_taken, yardstick, strict=True)],
            [a[1] / b[1] for a, b in zip(rounds_taken, yardstick, strict=True)],
        )
        for name, rounds_taken in taken.items()
    }


def print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a table: the first column to the left, the others to the right."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    print(f"\n{title}")
    for row in (header, ["-" * width for width in widths], *rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  " + "  ".join(cells))
