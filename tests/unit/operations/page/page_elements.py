"""What a page is made of, and that it can do nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every element of a page: its tag and its attributes."""
    parser = _Elements()
    parser.feed(page)
    return parser.found


def assert_runs_and_loads_nothing(page: str) -> None:
    found = elements(page)
    tags = {tag for tag, _ in found}
    assert tags.isdisjoint({"script", "iframe", "object", "link", "form", "base", "svg", "x"})
    for tag, attributes in found:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("src", "srcset"):
            if name in attributes:
                assert (attributes[name] or "").startswith("data:image/svg+xml;base64,"), tag


def assert_policy_allows_data_images_and_the_one_style(page: str) -> None:
    (policy,) = (
        attributes["content"] or ""
        for tag, attributes in elements(page)
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none';"
        " form-action 'none'"
    )


def assert_each_chart_has_both_forms_and_words(page: str, count: int) -> None:
    images = [attributes for tag, attributes in elements(page) if tag == "img"]
    grounds = [attributes["class"] for tag, attributes in elements(page) if tag == "picture"]
    assert grounds == ["on-light", "on-dark"] * count
    assert len(images) == 2 * count
    for light, dark in zip(images[::2], images[1::2], strict=True):
        assert light["alt"]
        assert light["alt"] == dark["alt"]
        assert light["src"] != dark["src"]
        for image in (light, dark):
            svg = base64.b64decode((image["src"] or "").partition(",")[2])
            assert b"<svg" in svg
            assert b"<script" not in svg
