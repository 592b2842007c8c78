"""The shell of a page: complete in itself, no script, nothing loaded, every text escaped."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER: Final = Path(__file__).parent


def render(template: Path, title: str, content: Mapping[str, object]) -> str:
    """Render a page.

    The style is one element, allowed by its hash; images may come as data; nothing else may be
    loaded or run: https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy

    Args:
        template: A template that extends `shell.html`.
        content: What the template shows, by its names.

    Raises:
        jinja2.TemplateError: The template shows what it was not given, or cannot be read.
    """
    style = (_FOLDER / "page.css").read_text("utf-8")
    environment = Environment(
        loader=FileSystemLoader([template.parent, _FOLDER]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template.name).render(
        **content,
        title=title,
        style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
