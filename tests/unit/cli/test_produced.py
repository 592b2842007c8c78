"""What is on its way after a producer ran here, and the record that tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.laptop.produced import Produced

if TYPE_CHECKING:
    from pathlib import Path


def test_rows_are_on_their_way_until_the_time_that_was_noted(tmp_path: Path) -> None:
    produced = Produced.of_user({"XDG_STATE_HOME": str(tmp_path)})
    produced.note("events", now_s=1000.0, visible_s=1210.0)
    again = Produced(tmp_path / "firelake" / "produced.json")
    assert again.visible_s("events", now_s=1209.0) == 1210.0
    assert again.visible_s("events", now_s=1210.0) is None
    assert again.visible_s("others", now_s=1000.0) is None


def test_streams_are_noted_side_by_side_and_forgotten_when_over(tmp_path: Path) -> None:
    file = tmp_path / "produced.json"
    Produced(file).note("a", now_s=0.0, visible_s=100.0)
    Produced(file).note("b", now_s=50.0, visible_s=150.0)
    assert Produced(file).visible_s("a", now_s=50.0) == 100.0
    Produced(file).note("c", now_s=120.0, visible_s=220.0)
    assert file.read_bytes() == b'{"b":150.0,"c":220.0}'


@pytest.mark.parametrize("content", [b"", b"garbage", b'{"events": "x"}'])
def test_a_record_that_is_none_is_as_good_as_missing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "produced.json"
    file.write_bytes(content)
    assert Produced(file).visible_s("events", now_s=0.0) is None


def test_where_there_can_be_no_record_nothing_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "firelake").touch()
    produced = Produced.of_user({"XDG_STATE_HOME": str(tmp_path)})
    produced.note("events", now_s=0.0, visible_s=10.0)
    assert produced.visible_s("events", now_s=0.0) is None


def test_the_folder_of_a_lake_may_be_named(tmp_path: Path) -> None:
    Produced.of_user({"FIRELAKE_STATE": str(tmp_path)}).note("s", now_s=0.0, visible_s=1.0)
    assert (tmp_path / "produced.json").exists()
