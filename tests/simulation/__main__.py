"""Runs the simulation: `python -m tests.simulation --runs 10000`, or `--weaker` for its power."""

from __future__ import annotations

import argparse
import sys

from tests.simulation.rules import Rules
from tests.simulation.run import broken_by
from tests.simulation.weaker import WEAKER


def main() -> int:
    """Tell each run that breaks a promise, or for each weaker rule the first one; 1 if it must not.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="how many, one a seed")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--weaker", action="store_true", help="find where each weaker rule fails")
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.runs)
    return _weaker(seeds) if options.weaker else _shipped(seeds)


def _shipped(seeds: range) -> int:
    failed = 0
    for seed in seeds:
        broken = broken_by(seed, Rules())
        failed += bool(broken)
        for each in broken:
            sys.stdout.write(f"seed {seed}: {each}\n")
    sys.stdout.write(f"{len(seeds):,} runs, {failed:,} of which broke a promise\n")
    return int(failed > 0)


def _weaker(seeds: range) -> int:
    unfound = 0
    for rules in WEAKER:
        seed = next((seed for seed in seeds if broken_by(seed, rules())), None)
        unfound += seed is None
        told = "is not found" if seed is None else f"fails with seed {seed}"
        sys.stdout.write(f"{rules.__name__} {told}\n")
        sys.stdout.flush()
    return int(unfound > 0)


if __name__ == "__main__":
    sys.exit(main())
