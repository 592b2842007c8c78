"""Tests of how the pinned wheels are read, fetched once and checked."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from firelake.infra.errors import PackageError
from firelake.infra.target import Architecture, Target
from firelake.infra.wheels import get_wheels, parse_requirements

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

TARGET = Target("3.13", Architecture.ARM64)
ONE = b"the wheel of one"
TWO = b"the wheel of two"


def write_requirements(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.txt"
    path.write_text(
        f"one-thing==1.0 --hash=sha256:{hashlib.sha256(ONE).hexdigest()}\n"
        f"two==2.1 \\\n    --hash=sha256:{hashlib.sha256(TWO).hexdigest()}\n"
    )
    return path


class Index:
    """Downloads these files, and counts how often it is asked."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.asked = 0

    def __call__(self, _target: Target, _requirements: Path, folder: Path) -> None:
        self.asked += 1
        folder.mkdir()
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


GOOD = {"two-2.1-py3-none-any.whl": TWO, "one_thing-1.0-py3-none-any.whl": ONE}


def test_requirements_are_read_with_all_their_hashes() -> None:
    text = (
        "# pinned\n"
        "\n"
        "Some.Name-here==1.2.post3 \\\n"
        f"    --hash=sha256:{'a' * 64} \\\n"
        f"    --hash=sha256:{'b' * 64}\n"
        f"other==4 --hash=sha256:{'c' * 64} # a reason\n"
    )
    assert parse_requirements(text) == {
        "some_name_here-1.2.post3": {"a" * 64, "b" * 64},
        "other-4": {"c" * 64},
    }


@pytest.mark.parametrize(
    "line",
    [
        "one==1.0",
        f"one>=1.0 --hash=sha256:{'a' * 64}",
        f"one==1.0 --hash=md5:{'a' * 32}",
        f"one==1.0 ; python_version < '3.13' --hash=sha256:{'a' * 64}",
        "--index-url somewhere",
    ],
    ids=["no-hash", "no-version", "weak-hash", "marker", "option"],
)
def test_a_requirement_that_does_not_pin_one_wheel_everywhere_is_refused(line: str) -> None:
    with pytest.raises(PackageError) as raised:
        parse_requirements(line)
    assert str(raised.value) == (
        f"the requirement {line[:100]!r} is not `name==version` with its "
        "--hash=sha256:... words: make it anew with `make constraints`"
    )


def test_wheels_are_downloaded_once_and_given_by_name(tmp_path: Path) -> None:
    requirements, index = write_requirements(tmp_path), Index(GOOD)
    first = get_wheels(TARGET, requirements, tmp_path / "cache", download=index)
    second = get_wheels(TARGET, requirements, tmp_path / "cache", download=index)
    assert [wheel.name for wheel in first] == [
        "one_thing-1.0-py3-none-any.whl",
        "two-2.1-py3-none-any.whl",
    ]
    assert [wheel.read_bytes() for wheel in first] == [ONE, TWO]
    assert second == first
    assert index.asked == 1
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [first[0].parent.name]


def test_another_target_and_other_requirements_have_wheels_of_their_own(tmp_path: Path) -> None:
    requirements, index = write_requirements(tmp_path), Index(GOOD)
    folders = {get_wheels(TARGET, requirements, tmp_path / "cache", download=index)[0].parent}
    x86_64 = Target("3.13", Architecture.X86_64)
    folders |= {get_wheels(x86_64, requirements, tmp_path / "cache", download=index)[0].parent}
    requirements.write_text(requirements.read_text() + "# changed\n")
    folders |= {get_wheels(TARGET, requirements, tmp_path / "cache", download=index)[0].parent}
    assert len(folders) == 3
    assert index.asked == 3


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        (
            {**GOOD, "two-2.1-py3-none-any.whl": b"something else"},
            f"has the sha256 {hashlib.sha256(b'something else').hexdigest()}, which is not pinned",
        ),
        (
            {"one_thing-1.0-py3-none-any.whl": ONE},
            "holds ['one_thing-1.0-py3-none-any.whl'], but pinned are ['one_thing-1.0', 'two-2.1']",
        ),
        (
            {**GOOD, "three.whl": b""},
            "'three.whl', 'two-2.1-py3-none-any.whl'], but pinned are ['one_thing-1.0', 'two-2.1']",
        ),
    ],
    ids=["changed", "missing", "surplus"],
)
def test_wheels_other_than_the_pinned_ones_are_refused_and_not_kept(
    tmp_path: Path, files: Mapping[str, bytes], complaint: str
) -> None:
    with pytest.raises(PackageError) as raised:
        get_wheels(TARGET, write_requirements(tmp_path), tmp_path / "cache", download=Index(files))
    assert complaint in str(raised.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_kept_wheel_that_changed_later_is_refused(tmp_path: Path) -> None:
    requirements, index = write_requirements(tmp_path), Index(GOOD)
    wheels = get_wheels(TARGET, requirements, tmp_path / "cache", download=index)
    wheels[0].write_bytes(b"changed")
    with pytest.raises(PackageError) as raised:
        get_wheels(TARGET, requirements, tmp_path / "cache", download=index)
    assert str(raised.value) == (
        "the wheel one_thing-1.0-py3-none-any.whl has the sha256 "
        f"{hashlib.sha256(b'changed').hexdigest()}, which is not pinned: "
        "remove its folder to download it anew"
    )


def test_of_two_downloads_at_once_the_second_uses_the_wheels_of_the_first(tmp_path: Path) -> None:
    requirements, cache = write_requirements(tmp_path), tmp_path / "cache"
    index = Index(GOOD)

    def late(target: Target, path: Path, folder: Path) -> None:
        get_wheels(target, path, cache, download=index)
        index(target, path, folder)

    download: Callable[[Target, Path, Path], None] = late
    wheels = get_wheels(TARGET, requirements, cache, download=download)
    assert [wheel.read_bytes() for wheel in wheels] == [ONE, TWO]
    assert len(list(cache.iterdir())) == 1


def test_a_failed_download_leaves_nothing_that_a_later_one_would_take(tmp_path: Path) -> None:
    def fail(_target: Target, _requirements: Path, folder: Path) -> None:
        folder.mkdir()
        (folder / "one_thing-1.0-py3-none-any.whl").write_bytes(ONE)
        message = "no index"
        raise PackageError(message)

    requirements, cache = write_requirements(tmp_path), tmp_path / "cache"
    with pytest.raises(PackageError, match="no index"):
        get_wheels(TARGET, requirements, cache, download=fail)
    assert len(get_wheels(TARGET, requirements, cache, download=Index(GOOD))) == 2
