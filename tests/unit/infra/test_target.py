"""Tests of what a zip is built for."""

from __future__ import annotations

import platform
import sys

import pytest

from firelake.infra.errors import TargetError
from firelake.infra.target import Architecture, System, Target, host_target


def test_a_target_of_python_3_11_takes_wheels_up_to_the_glibc_of_amazon_linux_2() -> None:
    assert Target("3.11", Architecture.ARM64).platform_tags == (
        "manylinux_2_26_aarch64",
        "manylinux_2_25_aarch64",
        "manylinux_2_24_aarch64",
        "manylinux_2_23_aarch64",
        "manylinux_2_22_aarch64",
        "manylinux_2_21_aarch64",
        "manylinux_2_20_aarch64",
        "manylinux_2_19_aarch64",
        "manylinux_2_18_aarch64",
        "manylinux_2_17_aarch64",
        "manylinux2014_aarch64",
    )


@pytest.mark.parametrize("version", ["3.12", "3.13", "3.14"])
def test_a_target_of_a_later_python_takes_wheels_up_to_the_glibc_of_amazon_linux_2023(
    version: str,
) -> None:
    tags = Target(version, Architecture.X86_64).platform_tags
    assert tags[0] == "manylinux_2_34_x86_64"
    assert tags[-2:] == ("manylinux_2_17_x86_64", "manylinux2014_x86_64")
    assert len(tags) == 19


def test_a_mac_takes_wheels_of_macos_11() -> None:
    arm64 = Target("3.12", Architecture.ARM64, System.MACOS)
    x86_64 = Target("3.12", Architecture.X86_64, System.MACOS)
    assert arm64.platform_tags == ("macosx_11_0_arm64",)
    assert x86_64.platform_tags[:2] == ("macosx_11_0_x86_64", "macosx_10_15_x86_64")
    assert x86_64.platform_tags[-1] == "macosx_10_9_x86_64"


@pytest.mark.parametrize(
    ("version", "minor", "tag"), [("3.11", 11, "cp311"), ("3.13", 13, "cp313")], ids=str
)
def test_the_interpreter_tag_follows_the_version(version: str, minor: int, tag: str) -> None:
    target = Target(version, Architecture.ARM64)
    assert (target.python_minor, target.interpreter_tag) == (minor, tag)


@pytest.mark.parametrize(
    "version", ["", "3", "3.", "3.10", "3.9", "3.013", "3.13.1", "4.13", "python3.13", "3.13 "]
)
def test_a_version_that_is_not_one_of_firelakes_is_refused(version: str) -> None:
    with pytest.raises(TargetError) as raised:
        Target(version, Architecture.ARM64)
    assert str(raised.value) == (
        f"Python version {version!r} is not one of Firelake's: "
        "write 3.11 or a later one, as in 3.13"
    )


def test_a_target_names_its_system_only_where_it_is_not_lambdas() -> None:
    assert str(Target("3.13", Architecture.ARM64)) == "Python 3.13 on arm64"
    assert str(Target("3.13", Architecture.ARM64, System.MACOS)) == "Python 3.13 on macos arm64"


@pytest.mark.parametrize(
    ("machine", "system", "expected"),
    [
        ("x86_64", "linux", (Architecture.X86_64, System.LINUX)),
        ("aarch64", "linux", (Architecture.ARM64, System.LINUX)),
        ("arm64", "darwin", (Architecture.ARM64, System.MACOS)),
    ],
    ids=["linux-x86_64", "linux-aarch64", "macos-arm64"],
)
def test_the_host_is_named_as_lambda_names_processors(
    monkeypatch: pytest.MonkeyPatch,
    machine: str,
    system: str,
    expected: tuple[Architecture, System],
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sys, "platform", system)
    host = host_target()
    assert (host.architecture, host.system) == expected
    assert host.python_version == f"{sys.version_info[0]}.{sys.version_info[1]}"


def test_a_host_that_no_zip_fits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(TargetError) as raised:
        host_target()
    assert str(raised.value) == (
        "no zip can be built for cpython on linux riscv64: "
        "use CPython on Linux or macOS, on arm64 or x86_64"
    )
