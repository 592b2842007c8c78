"""The answer of `firelake plan`: tables, JSON, a page, a stack's file."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.operations.result_files import refuse_unwritable, write_result
from firelake.operations.terminal import output, plain, report
from firelake.plan.document import document, plain_values
from firelake.plan.headroom import headrooms
from firelake.plan.plan import make_plan
from firelake.plan.recommend import recommend, stack_file
from firelake.plan.show import show, show_comparison
from firelake.plan.simulation.comparison import compare
from firelake.plan.variants import variants

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from firelake.plan.plan import Situation
    from firelake.plan.simulation.comparison import Compared
    from firelake.plan.simulation.model import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """How to simulate.

    Attributes:
        hours: How long.
        seed: Decides what is random.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How the answer is to come.

    Attributes:
        is_recommended: Plan with the settings that suit the volume, not with the stack's.
        stack_file: Where to write these settings; None for nowhere.
        is_json: JSON in place of tables.
        html: Where to write a page; None for nowhere.
        simulated: How to simulate; None not to.
    """

    is_recommended: bool = False
    stack_file: Path | None = None
    is_json: bool = False
    html: Path | None = None
    simulated: Simulated | None = None


def answer(situation: Situation, wish: Wish, *, today: date) -> None:
    """Plan and tell.

    Args:
        situation: What to plan.
        wish: How to tell it.
        today: The day, UTC.

    Raises:
        InputError: Prices are missing.
        OutputError: A file cannot be written.
    """
    for file in (wish.stack_file, wish.html):
        if file is not None:
            refuse_unwritable(file)
    recommendation = recommend(situation)
    if wish.is_recommended:
        situation = recommendation.situation
    plan = make_plan(situation)
    found, others = headrooms(situation), variants(plan)
    title = f"For {situation.workload.events_per_hour:,.0f} events an hour."
    text = stack_file(recommendation, situation.config.start_date, title)
    outcome, compared = None, ()
    how = wish.simulated or Simulated()
    if wish.simulated is not None:
        outcome = _simulate(situation, how)
        compared = compare(situation, outcome)
    if wish.stack_file is not None:
        _write(wish.stack_file, text)
    if wish.html is not None:
        # Plots take as long to import as a plan takes to answer.
        from firelake.plan.page import page  # noqa: PLC0415

        content = page(
            plan,
            headrooms=found,
            variants=others,
            stack_file=text,
            today=today,
            simulation_title=how.title,
            outcome=outcome,
            compared=compared,
        )
        _write(wish.html, content)
    if wish.is_json:
        _write_json(document(plan, found, others, today), outcome, compared, how.title)
        return
    show(output(), plan, found, others, today)
    if compared:
        show_comparison(output(), compared, how.title)


def _write_json(
    content: dict[str, object],
    outcome: Outcome | None,
    compared: tuple[Compared, ...],
    title: str,
) -> None:
    if outcome is not None:
        content["simulation"] = {
            "title": title,
            "outcome": plain_values(outcome),
            "compared": plain_values(compared),
        }
    sys.stdout.write(json.dumps(content, indent=2, allow_nan=False) + "\n")


def _simulate(situation: Situation, how: Simulated) -> Outcome:
    # simpy and numpy take as long to import as a plan takes to answer.
    from firelake.plan.simulation.model import Run, simulate  # noqa: PLC0415

    return simulate(situation, Run(hours=how.hours, seed=how.seed, is_new=how.is_new))


def _write(path: Path, text: str) -> None:
    write_result(path, text)
    report().print(plain(f"wrote {path}"))
