"""The answer of `firelake plan`: tables, JSON, a page, a stack's file."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.errors import InputError
from ops.plan.document import document
from ops.plan.headroom import headrooms
from ops.plan.plan import make_plan
from ops.plan.recommend import recommend, stack_file
from ops.plan.show import show
from ops.plan.variants import variants
from ops.terminal import output, plain, report

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from ops.plan.plan import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How the answer is to come.

    Attributes:
        is_recommended: Plan with the settings that suit the volume, not with the stack's.
        stack_file: Where to write these settings; None for nowhere.
        is_json: JSON in place of tables.
    """

    is_recommended: bool = False
    stack_file: Path | None = None
    is_json: bool = False


def answer(situation: Situation, wish: Wish, *, today: date) -> None:
    """Plan and tell.

    Args:
        situation: What to plan.
        wish: How to tell it.
        today: The day, UTC.

    Raises:
        InputError: Prices are missing, or a file cannot be written.
    """
    recommendation = recommend(situation)
    if wish.is_recommended:
        situation = recommendation.situation
    plan = make_plan(situation)
    found, others = headrooms(situation), variants(plan)
    if wish.stack_file is not None:
        title = f"For {situation.workload.events_per_hour:,.0f} events an hour."
        text = stack_file(recommendation, situation.config.start_date, title)
        write(wish.stack_file, text)
        report().print(plain(f"wrote {wish.stack_file}"))
    if wish.is_json:
        content = document(plan, found, others, today)
        sys.stdout.write(json.dumps(content, indent=2, allow_nan=False) + "\n")
    else:
        show(output(), plan, found, others, today)


def write(path: Path, text: str) -> None:
    """Write a file.

    Raises:
        InputError: It cannot be written.
    """
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        message = f"{str(path)!r} cannot be written: {error.strerror}"
        raise InputError(message) from error
