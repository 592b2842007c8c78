"""The page: complete in itself, without scripts, and safe whatever texts come into it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from ops.cli import app
from ops.plan.assumptions import Assumptions
from ops.plan.headroom import headrooms
from ops.plan.page import page
from ops.plan.plan import make_plan
from ops.plan.variants import variants
from tests.unit.ops.plan.situations import TODAY, situation, workload

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "<script>alert('x')</script>\"&"


@cache
def made() -> str:
    """A page in which what users can write is hostile."""
    asked = replace(situation(workload(), Assumptions(), granularity="hour"), region=HOSTILE)
    plan = make_plan(asked)
    return page(
        plan,
        headrooms=headrooms(asked),
        variants=variants(plan),
        stack_file=f"# {HOSTILE}",
        today=TODAY,
    )


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements() -> list[tuple[str, dict[str, str | None]]]:
    parser = _Elements()
    parser.feed(made())
    return parser.found


def test_nothing_on_the_page_is_run_or_loaded() -> None:
    tags = {tag for tag, _ in elements()}
    assert tags.isdisjoint({"script", "iframe", "object", "link", "form", "base"})
    for tag, attributes in elements():
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("src", "srcset"):
            if name in attributes:
                assert (attributes[name] or "").startswith("data:image/svg+xml;base64,"), tag


def test_the_policy_allows_images_as_data_and_the_one_style_and_nothing_else() -> None:
    (policy,) = (
        attributes["content"] or ""
        for tag, attributes in elements()
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    (style,) = re.findall(r"<style>(.*?)</style>", made(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none';"
        " form-action 'none'"
    )


def test_hostile_texts_are_shown_and_not_obeyed() -> None:
    assert HOSTILE not in made()
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in made()


def test_each_chart_has_a_light_and_a_dark_form_and_words() -> None:
    images = [attributes for tag, attributes in elements() if tag == "img"]
    sources = [attributes for tag, attributes in elements() if tag == "source"]
    assert len(images) == len(sources) == 3
    for image, source in zip(images, sources, strict=True):
        assert image["alt"]
        assert source["media"] == "screen and (prefers-color-scheme: dark)"
        assert source["srcset"] != image["src"]
        svg = base64.b64decode((image["src"] or "").partition(",")[2])
        assert b"<svg" in svg
        assert b"<script" not in svg


def test_links_go_to_aws_alone() -> None:
    links = [attributes["href"] or "" for tag, attributes in elements() if tag == "a"]
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
    assert text.count("<img ") == 4
    assert "<h2>Simulation of 0.05 h of a stack that has seen the load before, seed 1</h2>" in text
