"""Tests of the function's zip: what is in it, and that equal input gives equal bytes."""

from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from firelake.infra.errors import PackageError
from firelake.infra.package import build_zip, default_output, is_up_to_date, main, source_digest
from firelake.infra.target import Architecture, System, Target

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from firelake.infra.package import ZipReport
    from tests.unit.infra.conftest import MakeSources, MakeWheel

TARGET = Target("3.13", Architecture.ARM64)
WHEEL = "lib-1.0-py3-none-any.whl"
CONTRACT = "mine.toml"


def built(output: Path, *, source_root: Path, wheels: Iterable[Path]) -> ZipReport:
    contract = source_root / CONTRACT
    return build_zip(TARGET, output, contract=contract, source_root=source_root, wheels=wheels)


def digest_of(sources: Path, target: Target = TARGET) -> str:
    return source_digest(sources, target, sources / CONTRACT)


def is_current(output: Path, sources: Path, target: Target = TARGET) -> bool:
    return is_up_to_date(output, target, contract=sources / CONTRACT, source_root=sources)


def test_a_zip_holds_the_sources_the_wheels_and_what_it_was_made_from(
    tmp_path: Path, make_sources: MakeSources, make_wheel: MakeWheel
) -> None:
    sources = make_sources("sources")
    wheel = make_wheel(WHEEL, {"lib/__init__.py": b"1"})
    report = built(tmp_path / "out" / "f.zip", source_root=sources, wheels=[wheel])
    with zipfile.ZipFile(report.path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    assert content == {
        "SOURCE_DIGEST": digest_of(sources).encode() + b"\n",
        "firelake/__init__.py": b'"""Firelake."""\n',
        "firelake/contract/__init__.py": b'"""Contract."""\n',
        "firelake/contract/events.toml": b"version = 1\n",
        "lib/__init__.py": b"1",
        "firelake/transform/handler.py": b"def handler(event, context): ...\n",
    }
    assert list(content) == sorted(content)
    assert report.file_count == 6
    assert report.unpacked_size_bytes == sum(map(len, content.values()))
    assert report.size_bytes == report.path.stat().st_size


def test_every_entry_of_a_zip_has_the_same_date_and_mode_and_is_stored(
    tmp_path: Path, make_sources: MakeSources
) -> None:
    report = built(tmp_path / "f.zip", source_root=make_sources("sources"), wheels=[])
    with zipfile.ZipFile(report.path) as archive:
        entries = {
            (entry.date_time, entry.external_attr >> 16, entry.create_system, entry.compress_type)
            for entry in archive.infolist()
        }
    assert entries == {((1980, 1, 1, 0, 0, 0), 0o100644, 3, zipfile.ZIP_STORED)}


def test_equal_sources_give_equal_bytes_in_another_place_at_another_time(
    tmp_path: Path, make_sources: MakeSources, make_wheel: MakeWheel
) -> None:
    here, there = make_sources("here"), make_sources("there")
    for path in there.rglob("*"):
        os.utime(path, (1, 1))
    (there / "firelake" / "transform" / "handler.py").chmod(0o755)
    wheel = make_wheel(WHEEL, {"lib.py": b"1"})
    first = built(tmp_path / "1.zip", source_root=here, wheels=[wheel])
    second = built(tmp_path / "2" / "2.zip", source_root=there, wheels=[wheel])
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256 == second.sha256


def test_the_rules_of_packing_are_the_first_ones(
    tmp_path: Path, make_sources: MakeSources, make_wheel: MakeWheel
) -> None:
    """Where this changes, the number of the rules has to be raised too."""
    wheel = make_wheel(WHEEL, {"lib/__init__.py": b"1", "lib-1.0.dist-info/METADATA": b"lib"})
    report = built(tmp_path / "f.zip", source_root=make_sources("sources"), wheels=[wheel])
    assert report.sha256 == "8dcf7703f327fa56a430f067184cf0f90a14129c7bbd39f9c81b5ab4388154d3"


def test_the_report_gives_path_target_digest_and_sizes(
    tmp_path: Path, make_sources: MakeSources
) -> None:
    report = built(tmp_path / "f.zip", source_root=make_sources("sources"), wheels=[])
    assert str(report) == (
        f"{tmp_path}/f.zip\n"
        "  for     Python 3.13 on arm64\n"
        f"  sha256  {report.sha256}\n"
        "  size    784 bytes, unpacked 142 bytes in 5 files"
    )


def test_sources_without_the_handler_are_refused(tmp_path: Path, make_sources: MakeSources) -> None:
    sources = make_sources("sources")
    (sources / "firelake" / "transform" / "handler.py").unlink()
    with pytest.raises(PackageError) as raised:
        built(tmp_path / "f.zip", source_root=sources, wheels=[])
    assert str(raised.value) == (
        f"there is no firelake/transform/handler.py in {sources}, which Lambda would call"
    )


def test_a_wheel_that_would_overwrite_a_source_is_refused(
    tmp_path: Path, make_sources: MakeSources, make_wheel: MakeWheel
) -> None:
    wheel = make_wheel(WHEEL, {"firelake/transform/handler.py": b""})
    with pytest.raises(PackageError) as raised:
        built(tmp_path / "f.zip", source_root=make_sources("sources"), wheels=[wheel])
    assert str(raised.value) == (
        f"the wheel {WHEEL} would overwrite firelake/transform/handler.py in the zip"
    )


def test_a_zip_over_ten_megabytes_is_refused_and_the_old_one_stays(
    tmp_path: Path, make_sources: MakeSources, make_wheel: MakeWheel
) -> None:
    output = tmp_path / "out" / "f.zip"
    sources = make_sources("sources")
    old = built(output, source_root=sources, wheels=[])
    wheel = make_wheel(WHEEL, {"lib/large.bin": bytes(10_000_000)})
    with pytest.raises(PackageError, match=r"the zip has 10,00\d,\d{3} bytes, at most 10,000,000"):
        built(output, source_root=sources, wheels=[wheel])
    assert output.stat().st_size == old.size_bytes
    assert list(output.parent.iterdir()) == [output]


def test_a_zip_is_up_to_date_until_its_sources_change(
    tmp_path: Path, make_sources: MakeSources
) -> None:
    sources = make_sources("sources")
    output = tmp_path / "f.zip"
    assert not is_current(output, sources)
    built(output, source_root=sources, wheels=[])
    os.utime(output, (1, 1))
    assert is_current(output, sources)
    assert not is_current(output, sources, Target("3.12", Architecture.ARM64))
    (sources / CONTRACT).write_text("version = 2\n")
    assert not is_current(output, sources)


@pytest.mark.parametrize("content", [b"", b"no zip"], ids=["empty", "text"])
def test_a_file_that_is_no_zip_is_not_up_to_date(
    tmp_path: Path, make_sources: MakeSources, content: bytes
) -> None:
    output = tmp_path / "f.zip"
    output.write_bytes(content)
    assert not is_current(output, make_sources("sources"))


def test_a_zip_made_by_something_else_is_not_up_to_date(
    make_sources: MakeSources, make_wheel: MakeWheel
) -> None:
    other = make_wheel("other.zip", {"a": b"b"})
    assert not is_current(other, make_sources("sources"))


@pytest.mark.parametrize(
    ("path", "is_changed"),
    [
        (CONTRACT, True),
        ("firelake/contract/new.py", True),
        ("firelake/transform/handler.py", True),
        ("firelake/transform/requirements.txt", True),
        ("firelake/contract/__pycache__/x.cpython-313.pyc", False),
        ("firelake/contract/events.toml", False),
        ("firelake/contract/py.typed", False),
        ("firelake/infra/__init__.py", False),
        ("firelake/transform/tests/test_handler.py", False),
    ],
)
def test_the_digest_of_the_sources_follows_what_the_zip_holds(
    make_sources: MakeSources, path: str, is_changed: bool
) -> None:
    sources = make_sources("sources")
    before = digest_of(sources)
    (sources / path).write_text("changed")
    assert (digest_of(sources) != before) is is_changed


def test_the_digest_of_the_sources_follows_names_and_target(make_sources: MakeSources) -> None:
    sources = make_sources("sources")
    digests = {digest_of(sources), digest_of(make_sources("equal"))}
    assert len(digests) == 1
    digests.add(digest_of(sources, Target("3.13", Architecture.X86_64)))
    digests.add(digest_of(sources, Target("3.12", Architecture.ARM64)))
    digests.add(digest_of(sources, Target("3.13", Architecture.ARM64, System.MACOS)))
    (sources / "firelake" / "contract" / "__init__.py").rename(
        sources / "firelake" / "contract" / "other.py"
    )
    digests.add(digest_of(sources))
    assert len(digests) == 5


def test_a_zip_is_named_by_its_target_and_all_that_it_is_made_of(
    make_sources: MakeSources, tmp_path: Path
) -> None:
    sources, contract = make_sources("sources"), tmp_path / "other.toml"
    contract.write_text("version = 2\n")
    macos = Target("3.12", Architecture.X86_64, System.MACOS)
    names = [
        default_output(TARGET, sources, sources / "mine.toml").name,
        default_output(TARGET, sources, contract).name,
        default_output(macos, sources, sources / "mine.toml").name,
    ]
    (sources / "firelake" / "transform" / "handler.py").write_text("changed")
    names.append(default_output(TARGET, sources, sources / "mine.toml").name)
    assert [name[: -len("-0123456789ab.zip")] for name in names] == [
        "firelake-transform-python3.13-arm64",
        "firelake-transform-python3.13-arm64",
        "firelake-transform-python3.12-macos-x86_64",
        "firelake-transform-python3.13-arm64",
    ]
    assert len(set(names)) == 4


def test_the_command_ends_with_one_and_the_reason_where_it_cannot_build(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--python-version", "2.7"]) == 1
    assert capsys.readouterr().err == (
        "error: Python version '2.7' is not one of Firelake's: "
        "write 3.11 or a later one, as in 3.13\n"
    )


def test_a_contract_is_checked_before_it_is_packed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = tmp_path / "mine.toml"
    assert main(["--contract", str(contract)]) == 1
    contract.write_text("version = 0\n")
    assert main(["--contract", str(contract)]) == 1
    absent, wrong, *_ = capsys.readouterr().err.splitlines()
    assert absent == f"error: the contract '{contract}' cannot be read: No such file or directory"
    assert wrong == "error: mine.toml has 2 problems:"
