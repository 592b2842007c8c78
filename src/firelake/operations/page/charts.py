"""Charts of a page: SVG images as data addresses, each in a light and a dark form.

matplotlib, whose types are loose, draws them.
"""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.colors import LinearSegmentedColormap
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
_COLOUR: Final = re.compile("#[0-9a-f]{6}")

# The colours of a chart on light ground: text and axes, grid lines, what is drawn in order, what is
# left over, what is beyond a limit.
INK: Final = "#1f2933"
LINES: Final = ("#0b6bcb", "#c2410c", "#0f7b55", "#7c3aad")
SOFT: Final = "#8a94a0"
WARNING: Final = "#b91c1c"
_GROUND: Final = "#ffffff"
_GRID: Final = "#d9dee3"
# For amounts, on either ground: the least lets most of it through.
SHADES: Final = LinearSegmentedColormap.from_list("amounts", ["#3c8fe026", "#3c8fe0ff"])
_DARK: Final = {
    _GROUND: "#14181d",
    INK: "#e4e8ec",
    _GRID: "#38414a",
    SOFT: "#7d8894",
    WARNING: "#ff7b72",
    **dict(zip(LINES, ("#6cb4ff", "#ffab70", "#5fd3a6", "#d0a2f7"), strict=True)),
}


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
    draw: Callable[[Any], None],
    height_inches: float = _HEIGHT_INCHES,
    *,
    has_narrow: bool = False,
) -> Chart:
    """Draw a chart for light and dark ground.

    Args:
        description: The same for who cannot see it.
        draw: Draws on matplotlib's axes in the colours above, which are others on dark ground. No
            text is taken for mathematics, whatever `$` it holds.
        height_inches: How high it is; each is 9 inches wide.
        has_narrow: Whether there is a form for phones, half as wide, its texts as large.
    """
    images: list[str] = []
    for width_inches in (_WIDTH_INCHES, _NARROW_INCHES) if has_narrow else (_WIDTH_INCHES,):
        light = _drawn(draw, width_inches, height_inches)
        dark = _COLOUR.sub(lambda found: _DARK.get(found[0], found[0]), light)
        images += map(_address, (light, dark))
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


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _drawn(draw: Callable[[Any], None], width_inches: float, height_inches: float) -> str:
    """Returns the SVG of a chart in the colours for light ground."""
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
            figsize=(width_inches, height_inches), facecolor=_GROUND, layout="constrained"
        )
        axes = figure.add_subplot(facecolor=_GROUND)
        draw(axes)
        for each in figure.axes:
            _dress(each)
        file = io.BytesIO()
        figure.savefig(file, format="svg", facecolor=_GROUND, metadata={"Date": None})
    return file.getvalue().decode()


def _dress(axes: Any) -> None:  # noqa: ANN401 -- matplotlib's axes
    if not axes.images:  # Lines would cross the cells of a picture.
        axes.grid(visible=True, color=_GRID, linewidth=0.6)
        axes.set_axisbelow(True)
    axes.tick_params(colors=INK)
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)
    for side, spine in axes.spines.items():
        spine.set_color(_GRID)
        spine.set_visible(side in {"left", "bottom"})
