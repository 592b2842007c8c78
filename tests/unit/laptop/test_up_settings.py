"""The settings of a stack are read as Pulumi reads them, and single ones set over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.operations.errors import InputError
from firelake.operations.stack_settings import stack_settings

if TYPE_CHECKING:
    from pathlib import Path

FILE = """
config:
  aws:region: eu-west-1
  firelake:startDate: 2026-11-01
  lateness: 5
  firelake:delivery:
    bufferIntervalS: 60
    rawBufferIntervalS: 90
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.mine.yaml").write_text(FILE)
    return tmp_path


def test_a_file_is_read_with_full_keys_and_dates_as_texts(folder: Path) -> None:
    assert stack_settings("mine", folder=folder) == {
        "aws:region": "eu-west-1",
        "firelake:startDate": "2026-11-01",
        "firelake:lateness": 5,
        "firelake:delivery": {"bufferIntervalS": 60, "rawBufferIntervalS": 90},
    }


def test_the_shipped_stack_is_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert stack_settings("dev")["firelake:delivery"] == {
        "bufferIntervalS": 60,
        "rawBufferIntervalS": 60,
    }


@pytest.mark.parametrize(
    ("assignment", "key", "value"),
    [
        (
            "delivery.bufferIntervalS=120",
            "firelake:delivery",
            {"bufferIntervalS": 120, "rawBufferIntervalS": 90},
        ),
        ("stream.retentionHours=48", "firelake:stream", {"retentionHours": 48}),
        (
            "firelake:delivery.batchSizeMb=0.25",
            "firelake:delivery",
            {"bufferIntervalS": 60, "rawBufferIntervalS": 90, "batchSizeMb": 0.25},
        ),
        ("catalog.hasCrawler=false", "firelake:catalog", {"hasCrawler": False}),
        ("transform.pythonVersion=3.13", "firelake:transform", {"pythonVersion": "3.13"}),
        ("startDate=2026-11-05", "firelake:startDate", "2026-11-05"),
        ("aws:region=us-west-2", "aws:region", "us-west-2"),
        ("watch.alarmEmail=a=b@example.com", "firelake:watch", {"alarmEmail": "a=b@example.com"}),
        ("stream.retentionHours=two", "firelake:stream", {"retentionHours": "two"}),
        ("stream.retentionHours=1.0", "firelake:stream", {"retentionHours": "1.0"}),
        ("nothing.known=7", "firelake:nothing", {"known": "7"}),
    ],
    ids=[
        "beside others",
        "new section",
        "number",
        "truth",
        "text like a number",
        "no section",
        "region",
        "equals sign",
        "no number",
        "not whole",
        "unknown",
    ],
)
def test_an_assignment_sets_one_value_of_the_kind_that_the_key_wants(
    folder: Path, assignment: str, key: str, value: object
) -> None:
    assert stack_settings("mine", [assignment], folder=folder)[key] == value


def test_the_last_assignment_counts(folder: Path) -> None:
    settings = stack_settings("mine", ["latenessDays=3", "latenessDays=4"], folder=folder)
    assert settings["firelake:latenessDays"] == 4


@pytest.mark.parametrize("assignment", ["", "x", "=1", "a.b.c=1", "a.=1", ".a=1"])
def test_what_assigns_nothing_is_refused(folder: Path, assignment: str) -> None:
    with pytest.raises(InputError, match=r"sets nothing: write KEY=VALUE"):
        stack_settings("mine", [assignment], folder=folder)


@pytest.mark.parametrize("stack", ["", "../mine", "a/b", "a\n"])
def test_a_stack_has_a_name_that_can_be_a_part_of_a_files(folder: Path, stack: str) -> None:
    with pytest.raises(InputError, match="is no name of a stack"):
        stack_settings(stack, folder=folder)


def test_a_stack_without_a_file_is_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="the stack 'other' has no file"):
        stack_settings("other", folder=folder)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("- a", "is no file of a stack: it has no `config`"),
        ("config: 5", "its `config` is no mapping"),
        ("config: [", "cannot be read"),
        ("environment: [shared]\nconfig: {}", "imports an environment of Pulumi ESC"),
        ("config: {firelake:key: {secure: AAAB}}", "firelake:key is a secret"),
        (
            "config: {firelake:watch: {alarmEmail: {secure: AAAB}}}",
            "firelake:watch.alarmEmail is a secret",
        ),
    ],
    ids=["list", "no mapping", "no yaml", "environment", "secret", "nested secret"],
)
def test_what_only_pulumi_can_read_is_refused(folder: Path, text: str, why: str) -> None:
    (folder / "Pulumi.mine.yaml").write_text(text)
    with pytest.raises(InputError, match=why):
        stack_settings("mine", folder=folder)


def test_a_file_of_comments_alone_is_refused_as_no_stack(folder: Path) -> None:
    (folder / "Pulumi.mine.yaml").write_text("# nothing\n")
    with pytest.raises(InputError, match="is no file of a stack"):
        stack_settings("mine", folder=folder)


def test_a_stack_without_settings_has_none(folder: Path) -> None:
    (folder / "Pulumi.mine.yaml").write_text("encryptionsalt: v1:abc\n")
    assert stack_settings("mine", folder=folder) == {}
