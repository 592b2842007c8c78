"""Charts of a page: SVG images as data addresses, each in a light and a dark form.

matplotlib, whose types are loose, draws them.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

from firelake.operations.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Callable

_FONT: Final = "DejaVu Sans"
_WIDTH_INCHES: Final = 9.0
_HEIGHT_INCHES: Final = 3.8
_NARROW_INCHES: Final = 4.6
_LONGEST_LABEL: Final = 40
# What stands for a character that the font has no picture of; it has one of this.
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a chart.

    Attributes:
        ground: Behind everything.
        ink: Text and axes.
        grid: Grid lines.
        lines: Of what is drawn, in order.
        soft: What is left over.
        warning: What is beyond a limit.
        shades: Name of the colour map for amounts; its least is near the ground.
    """

    ground: str
    ink: str
    grid: str
    lines: tuple[str, ...]
    soft: str
    warning: str
    shades: str


LIGHT: Final = Theme(
    "#ffffff",
    "#1f2933",
    "#d9dee3",
    ("#0b6bcb", "#c2410c", "#0f7b55", "#7c3aad"),
    "#8a94a0",
    "#b91c1c",
    "Blues",
)
DARK: Final = Theme(
    "#14181d",
    "#e4e8ec",
    "#38414a",
    ("#6cb4ff", "#ffab70", "#5fd3a6", "#d0a2f7"),
    "#7d8894",
    "#ff7b72",
    "Blues_r",
)


@dataclass(frozen=True, slots=True)
class Chart:
    """An image for both colour schemes.

    Attributes:
        description: The same for who cannot see it.
        light: Address of the image on light ground.
        dark: Address of the image on dark ground.
        narrow_light: The same for a phone; empty where there is none.
        narrow_dark: The same for a phone; empty where there is none.
    """

    title: str
    description: str
    light: str
    dark: str
    narrow_light: str = ""
    narrow_dark: str = ""


def draw_chart(
    title: str,
    description: str,
    draw: Callable[[Any, Theme], None],
    height_inches: float = _HEIGHT_INCHES,
    *,
    has_narrow: bool = False,
) -> Chart:
    """Draw a chart for light and dark ground.

    Args:
        description: The same for who cannot see it.
        draw: Draws on matplotlib's axes in the colours of a theme. No text is taken for
            mathematics, whatever `$` it holds.
        height_inches: How high it is; each is 9 inches wide.
        has_narrow: Whether there is a form for phones, half as wide, its texts as large.
    """
    sizes = [(_WIDTH_INCHES, height_inches)]
    if has_narrow:
        sizes.append((_NARROW_INCHES, height_inches))
    images = [_image(draw, theme, *size) for size in sizes for theme in (LIGHT, DARK)]
    return Chart(title, description, *images)


def label(text: str, longest: int = _LONGEST_LABEL) -> str:
    """Make a text from outside one that a chart can hold: short, on one line, in its font."""
    pictures = _pictures()
    shown = "".join(
        each if ord(each) in pictures else _REPLACEMENT for each in visible(text[: longest + 1])
    )
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


@cache
def _pictures() -> frozenset[int]:
    """The characters that the font can draw."""
    fonts = cast("Any", font_manager)
    return frozenset(fonts.get_font(fonts.findfont(_FONT)).get_charmap())


def _image(
    draw: Callable[[Any, Theme], None], theme: Theme, width_inches: float, height_inches: float
) -> str:
    # Equal numbers give equal pages: no date, and names by a fixed salt.
    settings = {
        "font.family": _FONT,
        "font.size": 10,
        "svg.fonttype": "path",
        "svg.hashsalt": "firelake",
        "text.parse_math": False,
    }
    with cast("Any", mpl).rc_context(settings):
        figure = cast("Any", Figure)(
            figsize=(width_inches, height_inches), facecolor=theme.ground, layout="constrained"
        )
        axes = figure.add_subplot(facecolor=theme.ground)
        draw(axes, theme)
        for each in figure.axes:
            _dress(each, theme)
        file = io.BytesIO()
        figure.savefig(file, format="svg", facecolor=theme.ground, metadata={"Date": None})
    return f"data:image/svg+xml;base64,{base64.b64encode(file.getvalue()).decode()}"


def _dress(axes: Any, theme: Theme) -> None:  # noqa: ANN401 -- matplotlib's axes
    if not axes.images:  # Lines would cross the cells of a picture.
        axes.grid(visible=True, color=theme.grid, linewidth=0.6)
        axes.set_axisbelow(True)
    axes.tick_params(colors=theme.ink)
    axes.xaxis.label.set_color(theme.ink)
    axes.yaxis.label.set_color(theme.ink)
    for side, spine in axes.spines.items():
        spine.set_color(theme.grid)
        spine.set_visible(side in {"left", "bottom"})
