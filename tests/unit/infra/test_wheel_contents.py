"""Tests of what is taken from a wheel, and which wheels are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.infra.errors import PackageError
from firelake.infra.target import Architecture, System, Target
from firelake.infra.wheel_contents import read_wheel

if TYPE_CHECKING:
    from tests.unit.infra.conftest import MakeWheel

LAMBDA = Target("3.13", Architecture.ARM64)
MAC = Target("3.13", Architecture.ARM64, System.MACOS)
PURE = "lib-1.0-py3-none-any.whl"
COMPILED = "lib-1.0-cp313-cp313-manylinux_2_17_aarch64.manylinux2014_aarch64.whl"
LIBRARY = "lib/_core.cpython-313-aarch64-linux-gnu.so"


def elf(machine: int) -> bytes:
    """The first bytes of a shared library of 64 bits, little-endian."""
    return b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\x00" + machine.to_bytes(2, "little")


AARCH64 = elf(0xB7)
X86_64 = elf(0x3E)


def test_of_a_wheel_only_what_runs_and_what_names_it_is_taken(make_wheel: MakeWheel) -> None:
    wheel = make_wheel(
        PURE,
        {
            "lib/": b"",
            "lib/__init__.py": b"import this",
            "lib/__init__.pyi": b"",
            "lib/__pycache__/x.cpython-313.pyc": b"",
            "lib/data.json": b"{}",
            "lib/old.pyc": b"",
            "lib/py.typed": b"",
            "lib/tests/test_lib.py": b"",
            "lib-1.0.data/scripts/lib.py": b"",
            "lib-1.0.dist-info/LICENSE": b"MIT",
            "lib-1.0.dist-info/METADATA": b"Name: lib",
            "lib-1.0.dist-info/RECORD": b"",
            "lib-1.0.dist-info/WHEEL": b"",
            "lib-1.0.dist-info/licenses/LICENSE.txt": b"MIT",
            "lib_single.py": b"",
        },
    )
    assert dict(read_wheel(wheel, LAMBDA)) == {
        "lib/__init__.py": b"import this",
        "lib/data.json": b"{}",
        "lib-1.0.dist-info/LICENSE": b"MIT",
        "lib-1.0.dist-info/METADATA": b"Name: lib",
        "lib-1.0.dist-info/licenses/LICENSE.txt": b"MIT",
        "lib_single.py": b"",
    }


@pytest.mark.parametrize(
    "name",
    [
        PURE,
        "lib-1.0-py2.py3-none-any.whl",
        "lib-1.0-1-py3-none-any.whl",
        COMPILED,
        "lib-1.0-cp313-cp313-manylinux_2_34_aarch64.whl",
        "lib-1.0-cp38-abi3-manylinux2014_aarch64.whl",
    ],
)
def test_a_wheel_for_the_target_is_taken(make_wheel: MakeWheel, name: str) -> None:
    assert dict(read_wheel(make_wheel(name, {"lib.py": b"1"}), LAMBDA)) == {"lib.py": b"1"}


@pytest.mark.parametrize(
    "name",
    [
        "lib-1.0-py2-none-any.whl",
        "lib-1.0-cp312-cp312-manylinux2014_aarch64.whl",
        "lib-1.0-cp314-abi3-manylinux2014_aarch64.whl",
        "lib-1.0-cp313-cp313t-manylinux2014_aarch64.whl",
        "lib-1.0-cp313-cp313-manylinux2014_x86_64.whl",
        "lib-1.0-cp313-cp313-manylinux_2_39_aarch64.whl",
        "lib-1.0-cp313-cp313-musllinux_1_2_aarch64.whl",
        "lib-1.0-cp313-cp313-macosx_11_0_arm64.whl",
    ],
)
def test_a_wheel_for_something_else_is_refused(make_wheel: MakeWheel, name: str) -> None:
    wheel = make_wheel(name, {"lib.py": b""})
    with pytest.raises(PackageError) as raised:
        list(read_wheel(wheel, LAMBDA))
    assert str(raised.value) == f"the wheel {name} is not for Python 3.13 on arm64"


def test_a_file_that_is_not_named_as_wheels_are_is_refused(make_wheel: MakeWheel) -> None:
    wheel = make_wheel("lib.whl", {"lib.py": b""})
    with pytest.raises(PackageError) as raised:
        list(read_wheel(wheel, LAMBDA))
    assert str(raised.value) == (
        "lib.whl is not a wheel's name: name-version-pythons-abis-platforms.whl"
    )


def test_a_library_for_the_target_is_taken(make_wheel: MakeWheel) -> None:
    wheel = make_wheel(COMPILED, {LIBRARY: AARCH64, "lib.libs/libz.so.1": AARCH64})
    assert dict(read_wheel(wheel, LAMBDA)) == {LIBRARY: AARCH64, "lib.libs/libz.so.1": AARCH64}


@pytest.mark.parametrize("path", [LIBRARY, "lib.libs/libz.so.1"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (X86_64, "it begins with 7f454c4602010100, its machine is 0x3e"),
        (b"\x7fELF\x01" + AARCH64[5:], "it begins with 7f454c4601010100, its machine is 0xb7"),
        (b"text", "it begins with 74657874, its machine is 0x0"),
    ],
    ids=["other-machine", "32-bits", "not-elf"],
)
def test_a_library_for_another_machine_is_refused(
    make_wheel: MakeWheel, path: str, content: bytes, reason: str
) -> None:
    wheel = make_wheel(COMPILED, {path: content})
    with pytest.raises(PackageError) as raised:
        list(read_wheel(wheel, LAMBDA))
    assert str(raised.value) == (
        f"{path} in the wheel {COMPILED} is no library for Python 3.13 on arm64: {reason}"
    )


def test_a_library_for_another_python_is_refused(make_wheel: MakeWheel) -> None:
    path = "lib/_core.cpython-312-aarch64-linux-gnu.so"
    wheel = make_wheel(COMPILED, {path: AARCH64})
    with pytest.raises(PackageError) as raised:
        list(read_wheel(wheel, LAMBDA))
    assert str(raised.value) == (
        f"{path} in the wheel {COMPILED} is for Python 3.12, not for Python 3.13 on arm64"
    )


def test_a_mac_takes_libraries_of_its_own_kind_alone(make_wheel: MakeWheel) -> None:
    name, path = "lib-1.0-cp313-cp313-macosx_11_0_arm64.whl", "lib/_core.cpython-313-darwin.so"
    arm64 = bytes.fromhex("cffaedfe0c000001")
    assert dict(read_wheel(make_wheel(name, {path: arm64}), MAC)) == {path: arm64}
    for content in (bytes.fromhex("cffaedfe07000001"), AARCH64):
        wheel = make_wheel(name, {path: content})
        with pytest.raises(PackageError, match=r"is no library for Python 3\.13 on macos arm64"):
            list(read_wheel(wheel, MAC))


def test_a_wheel_that_needs_an_installer_is_refused(make_wheel: MakeWheel) -> None:
    wheel = make_wheel(PURE, {"lib-1.0.data/purelib/lib.py": b""})
    with pytest.raises(PackageError) as raised:
        list(read_wheel(wheel, LAMBDA))
    assert str(raised.value) == (
        f"the wheel {PURE} has lib-1.0.data/purelib/lib.py, which only an installer can place"
    )
