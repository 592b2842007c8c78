"""The notebooks, executed on a delivered lake: no error, every plot, and the right numbers."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import nbformat
import pytest
from nbclient import NotebookClient

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.helpers.queried_lake import QueriedLake

pytestmark = pytest.mark.local

FOLDER: Final = Path(__file__).parents[2] / "notebooks"
PNG_START: Final = b"\x89PNG\r\n"
# A plot that shows something has more bytes than empty axes.
LEAST_PLOT_BYTES: Final = 4_000


def executed(
    name: str, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> list[Any]:
    """The outputs of all cells of a notebook; an error in one of them is one here."""
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    read = cast("Any", nbformat).read(FOLDER / f"{name}.ipynb", as_version=4)
    client = NotebookClient(
        read, timeout=100, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    )
    client.execute()
    return [output for cell in read.cells for output in cell.get("outputs", [])]


def plots(outputs: list[Any]) -> list[bytes]:
    found = [each.data["image/png"] for each in outputs if "image/png" in each.get("data", {})]
    return [base64.b64decode(each) for each in found]


def tables(outputs: list[Any]) -> str:
    return "\n".join(
        each["data"]["text/html"] for each in outputs if "text/html" in each.get("data", {})
    )


def warnings(outputs: list[Any]) -> list[str]:
    return [each.text for each in outputs if each.output_type == "stream"]


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("name", "plot_count", "told"),
    [
        pytest.param("explore", 11, ("story:started", "mood", "funnel"), id="explore"),
        pytest.param("operate", 9, ("uuid_reused", "delivered twice"), id="operate"),
    ],
)
def test_a_notebook_runs_with_nothing_but_the_environment_and_plots_what_it_found(
    queried_lake: QueriedLake,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    plot_count: int,
    told: tuple[str, ...],
) -> None:
    outputs = executed(name, queried_lake.environment, monkeypatch)
    assert warnings(outputs) == []
    drawn = plots(outputs)
    assert len(drawn) == plot_count
    for plot in drawn:
        assert plot.startswith(PNG_START)
        assert len(plot) > LEAST_PLOT_BYTES
    for text in told:
        assert text in tables(outputs)
