"""The page: complete in itself, without scripts, and safe whatever texts come into it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from firelake.cli.app import app
from firelake.plan.answer import make_answer
from firelake.plan.assumptions import Assumptions
from firelake.plan.page import page
from tests.unit.operations.page.page_elements import (
    assert_each_chart_has_both_forms_and_words,
    assert_policy_allows_data_images_and_the_one_style,
    assert_runs_and_loads_nothing,
    elements,
)
from tests.unit.plan.situations import TODAY, situation, workload

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "<script>alert('x')</script>\"&"


@cache
def made() -> str:
    """A page in which what users can write is hostile."""
    asked = replace(situation(workload(), Assumptions(), granularity="hour"), region=HOSTILE)
    answer = make_answer(asked, TODAY)
    return page(replace(answer, stack_file=f"# {HOSTILE}"))


def test_nothing_on_the_page_is_run_or_loaded() -> None:
    assert_runs_and_loads_nothing(made())


def test_the_policy_allows_images_as_data_and_the_one_style_and_nothing_else() -> None:
    assert_policy_allows_data_images_and_the_one_style(made())


def test_hostile_texts_are_shown_and_not_obeyed() -> None:
    assert HOSTILE not in made()
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in made()


def test_each_chart_has_a_light_and_a_dark_form_and_words() -> None:
    assert_each_chart_has_both_forms_and_words(made(), 4)


def test_links_go_to_aws_alone() -> None:
    links = [attributes["href"] or "" for tag, attributes in elements(made()) if tag == "a"]
    assert links
    for link in links:
        assert link.startswith(("https://aws.amazon.com/", "https://docs.aws.amazon.com/"))


def test_what_is_broken_is_marked() -> None:
    assert '<tr class="broken"><td class="n">at any</td>' in made()


def test_a_simulation_adds_a_chart_and_a_table(tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    arguments = ["plan", "--events-per-hour", "1000", "--html", str(path)]
    done = CliRunner().invoke(app, [*arguments, "--simulate", "--hours", "0.05"])
    assert done.exit_code == 0, done.stderr
    assert "Simulation of 0.05 h of a stack that has seen the load before" in done.stdout
    text = path.read_text("utf-8")
    assert text.count("<figure>") == 5
    assert "<h2>Simulation of 0.05 h of a stack that has seen the load before, seed 1</h2>" in text
