"""Reads a wheel for the zip: what the function needs of it, checked against the target."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from firelake.infra.errors import PackageError
from firelake.infra.target import Architecture, System

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from firelake.infra.target import Target

# PEP 427: name-version(-build)?-pythons-abis-platforms.whl, each of the last three a dotted list.
_WHEEL_NAME_PARTS = (5, 6)
_LIBRARY_TAG = re.compile(r"\.cpython-3(\d+)[-.]")
_LIBRARY_SUFFIXES = (".so", ".dylib")
# ELF: e_ident says 64 bits and little-endian, e_machine stands at byte 18.
_ELF_64_LITTLE = b"\x7fELF\x02\x01"
_ELF_MACHINES = {Architecture.ARM64: 0xB7, Architecture.X86_64: 0x3E}
# Mach-O: the magic number of 64 bits, then the processor.
_MACH_O_64_LITTLE = b"\xcf\xfa\xed\xfe"
_MACH_O_MACHINES = {Architecture.ARM64: 0x0100000C, Architecture.X86_64: 0x01000007}

# Of the metadata the function itself loads nothing. METADATA stays as Amazon Inspector finds
# vulnerable packages by it, and licences have to go wherever the code goes.
_KEPT_METADATA = re.compile(r"[^/]+\.dist-info/(METADATA|(licenses/.+)|(LICEN[CS]E|NOTICE)[^/]*)")
_METADATA_FOLDERS = (".dist-info", ".data")
# Commands, headers and other files of the machine: nothing that can be imported.
_LEFT_OUT_DATA = ("scripts", "headers", "data")
_LEFT_OUT_SUFFIXES = (".pyi", ".pyc", "/py.typed")
_LEFT_OUT_FOLDERS = frozenset({"__pycache__", "tests"})


def read_wheel(wheel: Path, target: Target) -> Iterator[tuple[str, bytes]]:
    """Yields path and content of every file of the wheel that belongs into the zip.

    Type stubs, tests and most metadata are left out.

    Raises:
        PackageError: The wheel is not one for the target, a compiled library in it is for another
            processor or Python, or the wheel is laid out in a way that needs an installer.
    """
    _check_tags(wheel, target)
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or not _is_needed(wheel, entry.filename):
                continue
            content = archive.read(entry)
            if entry.filename.endswith(_LIBRARY_SUFFIXES) or ".so." in entry.filename:
                _check_library(wheel, entry.filename, content, target)
            yield entry.filename, content


def _check_tags(wheel: Path, target: Target) -> None:
    """Refuse a wheel whose name says that it is for something else."""
    parts = wheel.name.removesuffix(".whl").split("-")
    if len(parts) not in _WHEEL_NAME_PARTS:
        message = f"{wheel.name} is not a wheel's name: name-version-pythons-abis-platforms.whl"
        raise PackageError(message)
    pythons, abis, platforms = (frozenset(part.split(".")) for part in parts[-3:])
    is_pure = "py3" in pythons and "none" in abis and "any" in platforms
    # An extension for the stable ABI of an older CPython runs on every later one.
    stable = {f"cp3{minor}" for minor in range(2, target.python_minor + 1)}
    fits_python = (target.interpreter_tag in pythons & abis) or (
        "abi3" in abis and not pythons.isdisjoint(stable)
    )
    fits_platform = not platforms.isdisjoint(target.platform_tags)
    if not is_pure and not (fits_python and fits_platform):
        message = f"the wheel {wheel.name} is not for {target}"
        raise PackageError(message)


def _is_needed(wheel: Path, path: str) -> bool:
    """Returns whether a file of the wheel goes into the zip."""
    top, *below = path.split("/")
    if top.endswith(_METADATA_FOLDERS):
        if top.endswith(".data") and below[0] not in _LEFT_OUT_DATA:
            message = f"the wheel {wheel.name} has {path}, which only an installer can place"
            raise PackageError(message)
        return _KEPT_METADATA.fullmatch(path) is not None
    return not path.endswith(_LEFT_OUT_SUFFIXES) and _LEFT_OUT_FOLDERS.isdisjoint((top, *below))


def _check_library(wheel: Path, path: str, content: bytes, target: Target) -> None:
    """Refuse a compiled library that the target could not load."""
    if target.system is System.LINUX:
        magic, machine = _ELF_64_LITTLE, int.from_bytes(content[18:20], "little")
        fits_machine = machine == _ELF_MACHINES[target.architecture]
    else:
        magic, machine = _MACH_O_64_LITTLE, int.from_bytes(content[4:8], "little")
        fits_machine = machine == _MACH_O_MACHINES[target.architecture]
    if not content.startswith(magic) or not fits_machine:
        message = (
            f"{path} in the wheel {wheel.name} is no library for {target}: "
            f"it begins with {content[:8].hex()}, its machine is {machine:#x}"
        )
        raise PackageError(message)
    tag = _LIBRARY_TAG.search(path)
    if tag is not None and int(tag[1]) != target.python_minor:
        message = f"{path} in the wheel {wheel.name} is for Python 3.{tag[1]}, not for {target}"
        raise PackageError(message)
