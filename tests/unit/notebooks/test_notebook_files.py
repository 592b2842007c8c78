"""The notebooks as they are committed: code and words alone, and nothing of where they were run."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, Final

import nbformat
import pytest

from firelake.infra.config import LakeConfig
from firelake.infra.naming import Names
from firelake.infra.watch.alarms import alarms

FOLDER: Final = Path(__file__).parents[3] / "notebooks"
NOTEBOOKS: Final = sorted(FOLDER.glob("*.ipynb"))


def content(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())


def test_there_are_a_notebook_to_explore_and_one_to_operate() -> None:
    assert [path.name for path in NOTEBOOKS] == ["explore.ipynb", "operate.ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    cells = [cell for cell in content(path)["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 5
    for cell in cells:
        assert (cell["outputs"], cell["execution_count"]) == ([], None)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_its_metadata_tells_nothing_of_whoever_wrote_it(path: Path) -> None:
    notebook = content(path)
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert all(cell["metadata"] == {} for cell in notebook["cells"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_a_notebook_of_the_current_format(path: Path) -> None:
    notebook = content(path)
    nbformat.validate(notebook)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_only_the_environment_says_which_lake_it_reads(path: Path) -> None:
    code = "".join(
        line
        for cell in content(path)["cells"]
        if cell["cell_type"] == "code"
        for line in cell["source"]
    )
    assert "Lake.from_environment()" in code
    assert not re.search(r"endpoint|localhost|127\.0\.0\.1|s3://|aws_|firelake_dev", code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_plot_and_table_is_told_of_before(path: Path) -> None:
    kinds = [cell["cell_type"] for cell in content(path)["cells"]]
    assert kinds[0] == "markdown"
    assert "code code code code" not in " ".join(kinds)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_alarm_that_it_names_is_one_of_a_stack(path: Path) -> None:
    text = "".join(line for cell in content(path)["cells"] for line in cell["source"])
    named = {
        name
        for told in re.findall(r"alarms?\b[^.]*", text, re.IGNORECASE)
        for name in re.findall(r"`([a-z]+(?:-[a-z]+)+)`", told)
    }
    names = Names("firelake", "dev", "111122223333", "eu-west-1")
    specs = alarms(names, LakeConfig(start_date=date(2026, 1, 1)))
    assert named <= {each.key for each in specs}
    assert bool(named) == (path.stem == "operate")
