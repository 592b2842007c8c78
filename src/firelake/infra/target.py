"""What a function's zip is built for: a Python version, a processor and an operating system."""

from __future__ import annotations

import platform
import re
import sys
from dataclasses import dataclass
from enum import StrEnum

from firelake.infra.errors import TargetError

_PYTHON_VERSION = re.compile(r"3\.([1-9][0-9]?)")
_OLDEST_MINOR = 11

# Lambda's python3.11 runs on Amazon Linux 2 (glibc 2.26), later ones on Amazon Linux 2023 (2.34):
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
_AMAZON_LINUX_2_NEWEST_MINOR = 11
_AMAZON_LINUX_2_GLIBC_MINOR = 26
_AMAZON_LINUX_2023_GLIBC_MINOR = 34
# The first glibc for which there are wheels of both processors (PEP 599, manylinux2014).
_OLDEST_GLIBC_MINOR = 17

# Every Mac of today runs what was built for these; arm64 begins with macOS 11.
_MACOS_RELEASES = {
    "arm64": ("11_0",),
    "x86_64": ("11_0", *(f"10_{minor}" for minor in range(15, 8, -1))),
}


class Architecture(StrEnum):
    """A processor, by Lambda's name for it."""

    ARM64 = "arm64"
    X86_64 = "x86_64"


class System(StrEnum):
    """An operating system; Lambda's is Linux, a laptop's may be the other one."""

    LINUX = "linux"
    MACOS = "macos"


_ARCHITECTURES = {
    "aarch64": Architecture.ARM64,
    "arm64": Architecture.ARM64,
    "amd64": Architecture.X86_64,
    "x86_64": Architecture.X86_64,
}
_SYSTEMS = {"darwin": System.MACOS, "linux": System.LINUX}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a zip will run.

    `python_version` is written as in Lambda's runtime name, `3.13` for `python3.13`.

    Raises:
        TargetError: The Python version is not written so, or is older than 3.11.
    """

    python_version: str
    architecture: Architecture
    system: System = System.LINUX

    def __post_init__(self) -> None:
        """Refuse a version that is not one."""
        match = _PYTHON_VERSION.fullmatch(self.python_version)
        if match is None or int(match[1]) < _OLDEST_MINOR:
            message = (
                f"Python version {self.python_version!r} is not one of Firelake's: "
                f"write 3.{_OLDEST_MINOR} or a later one, as in 3.13"
            )
            raise TargetError(message)

    def __str__(self) -> str:
        """Returns the target as the report of a build names it."""
        system = "" if self.system is System.LINUX else f" {self.system}"
        return f"Python {self.python_version} on{system} {self.architecture}"

    @property
    def python_minor(self) -> int:
        """The second number of the Python version."""
        return int(self.python_version.partition(".")[2])

    @property
    def interpreter_tag(self) -> str:
        """The tag of this CPython in the names of wheels, as in `cp313` (PEP 425)."""
        return f"cp3{self.python_minor}"

    @property
    def platform_tags(self) -> tuple[str, ...]:
        """The tags of the platforms whose wheels run on the target, the best one first."""
        if self.system is System.MACOS:
            return tuple(
                f"macosx_{release}_{self.architecture}"
                for release in _MACOS_RELEASES[self.architecture]
            )
        machine = "aarch64" if self.architecture is Architecture.ARM64 else "x86_64"
        newest = (
            _AMAZON_LINUX_2_GLIBC_MINOR
            if self.python_minor <= _AMAZON_LINUX_2_NEWEST_MINOR
            else _AMAZON_LINUX_2023_GLIBC_MINOR
        )
        numbered = [
            f"manylinux_2_{minor}_{machine}" for minor in range(newest, _OLDEST_GLIBC_MINOR - 1, -1)
        ]
        return (*numbered, f"manylinux2014_{machine}")


def host_target() -> Target:
    """Returns the target that this very interpreter is, for running the zip on this machine.

    Raises:
        TargetError: This is not CPython on Linux or macOS on a processor that Lambda has.
    """
    machine, system = platform.machine().lower(), sys.platform
    if (
        machine not in _ARCHITECTURES
        or system not in _SYSTEMS
        or sys.implementation.name != "cpython"
    ):
        message = (
            f"no zip can be built for {sys.implementation.name} on {system} {machine}: "
            "use CPython on Linux or macOS, on arm64 or x86_64"
        )
        raise TargetError(message)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Target(version, _ARCHITECTURES[machine], _SYSTEMS[system])
