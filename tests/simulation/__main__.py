"""Runs the simulation: `python -m tests.simulation --runs 10000`, or `--weaker` for its power."""

from __future__ import annotations

import argparse
import sys

from tests.simulation.rules import Rules
from tests.simulation.run import broken_by
from tests.simulation.weaker import WEAKER, WEAKER_MOVES


def main() -> int:
    """Tell each run that breaks a promise, or for each weaker rule the first one; 1 if it must not.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="how many, one a seed")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--weaker", action="store_true", help="find where each weaker rule fails")
    parser.add_argument("--moves", action="store_true", help="while all moves into history")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.runs)
    has_moves = bool(options.moves)
    return _weaker(seeds, has_moves) if options.weaker else _shipped(seeds, has_moves)


def _shipped(seeds: range, has_moves: bool) -> int:
    failed = 0
    for seed in seeds:
        broken = broken_by(seed, Rules(), has_moves=has_moves)
        failed += bool(broken)
        for each in broken:
            sys.stdout.write(f"seed {seed}: {each}\n")
    sys.stdout.write(f"{len(seeds):,} runs, {failed:,} of which broke a promise\n")
    return int(failed > 0)


def _weaker(seeds: range, has_moves: bool) -> int:
    unfound = 0
    for rules in WEAKER_MOVES if has_moves else WEAKER:
        broken = (seed for seed in seeds if broken_by(seed, rules(), has_moves=has_moves))
        seed = next(broken, None)
        unfound += seed is None
        told = "is not found" if seed is None else f"fails with seed {seed}"
        sys.stdout.write(f"{rules.__name__} {told}\n")
        sys.stdout.flush()
    return int(unfound > 0)


if __name__ == "__main__":
    sys.exit(main())
