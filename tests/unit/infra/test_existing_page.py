"""docs/existing.md: its programs run, and its keys are keys."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from firelake.infra import lake as component
from firelake.infra.config import SETTINGS
from tests.helpers.contracts import LESSONS_FILE
from tests.unit.infra.components.lakes import recorded_program
from tests.unit.infra.components.recordings import TODAY, ZIP_PATH

if TYPE_CHECKING:
    from datetime import tzinfo

    from firelake.infra.target import Target

TEXT: Final = (Path(__file__).parents[3] / "docs" / "existing.md").read_text("utf-8")
PROGRAMS: Final = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


class _Clock(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> _Clock:
        return cls(TODAY.year, TODAY.month, TODAY.day, tzinfo=tz)


def zip_of(_target: Target, *, contract: Path) -> Path:
    assert contract.name == "events.toml"
    return ZIP_PATH


@pytest.fixture
def in_a_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder with a contract, on the day of the tests, with a zip that is built already."""
    shutil.copy(LESSONS_FILE, tmp_path / "events.toml")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(component, "current_zip", zip_of)
    monkeypatch.setattr(component, "datetime", _Clock)


@pytest.mark.usefixtures("in_a_project")
def test_the_first_program_makes_a_lake_as_the_page_says() -> None:
    made = recorded_program(lambda: exec(PROGRAMS[0], {}))  # noqa: S102 -- the page's own
    assert made.only("aws:kinesis/stream:Stream").inputs["name"] == "acme-shop-events"
    assert made.only("CatalogDatabase").inputs["name"] == "shop_events"
    assert made.all("Crawler") == made.all("Dashboard") == []
    assert {each.inputs["path"] for each in made.all("Role")} == {"/data/"}
    assert made.outputs["shop"]["streamName"] == "acme-shop-events"


@pytest.mark.usefixtures("in_a_project")
def test_the_second_program_makes_a_lake_on_what_it_has_made() -> None:
    made = recorded_program(lambda: exec(PROGRAMS[1], {}), streams={"clicks": 72})  # noqa: S102
    assert [each.name for each in made.all("aws:kinesis/stream:Stream")] == ["clicks"]
    assert [each.name for each in made.all("Key")] == ["data"]
    assert [each.name for each in made.all("aws:sns/topic:Topic")] == ["on-call"]
    outputs = made.outputs["clicks"]
    assert (outputs["streamName"], outputs["namePrefix"]) == ("clicks", "clicks-lake-dev")
    assert [each.name for each in made.all("aws:s3/bucket:Bucket")] == ["data"]
    assert outputs["bucket"] == "acme-data/lakes/clicks"
    for statements in ("keyPolicyStatements", "topicPolicyStatements", "lifecycleRules"):
        assert f"`{statements}`" in TEXT
        assert statements in outputs


def test_every_key_of_the_page_is_one() -> None:
    named = set(
        re.findall(r"`((?:names|existing|stream|watch|catalog|transform)\.[a-zA-Z]+)", TEXT)
    )
    assert len(named) > 5
    assert named - {setting.key for setting in SETTINGS} == set()
