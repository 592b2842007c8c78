"""Gets the wheels that requirements.txt pins, from a folder that has them or through pip."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from firelake.infra.errors import PackageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firelake.infra.target import Target

_REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9.!+-]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_DOWNLOAD_TIMEOUT_S = 600


def parse_requirements(text: str) -> Mapping[str, frozenset[str]]:
    """Read a requirements file: `name-version`, spelled as in wheel names, to its sha256 digests.

    Raises:
        PackageError: A line is not `name==version` with sha256 hashes. Markers are refused as pip
            would judge them for the Python that builds, not for the one that runs the function.
    """
    requirements: dict[str, frozenset[str]] = {}
    for line in text.replace("\\\n", " ").splitlines():
        words = line.partition(" #")[0].split()
        if not words or words[0].startswith("#"):
            continue
        requirement = _REQUIREMENT.fullmatch(words[0])
        hashes = [_HASH.fullmatch(word) for word in words[1:]]
        if requirement is None or not hashes or None in hashes:
            message = (
                f"the requirement {line.strip()[:100]!r} is not `name==version` with its "
                "--hash=sha256:... words: make it anew with `make constraints`"
            )
            raise PackageError(message)
        key = _normal(requirement[1], requirement[2])
        requirements[key] = frozenset(match[1] for match in hashes if match is not None)
    return requirements


def download_wheels(target: Target, requirements: Path, folder: Path) -> None:
    """Have pip put the wheels of a requirements file for a target into a folder.

    Raises:
        PackageError: pip finds no fitting wheel, or no index within ten minutes.
    """
    platforms = [word for tag in target.platform_tags for word in ("--platform", tag)]
    command = [
        *(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"),
        *("--only-binary=:all:", "--require-hashes", "--no-deps"),
        *("--implementation", "cp", "--python-version", target.python_version, *platforms),
        *("--requirement", str(requirements), "--dest", str(folder)),
    ]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=_DOWNLOAD_TIMEOUT_S
        )
    except subprocess.TimeoutExpired as error:
        message = f"pip did not get the wheels of {requirements.name} in {_DOWNLOAD_TIMEOUT_S} s"
        raise PackageError(message) from error
    if done.returncode != 0:
        errors = [line for line in done.stderr.splitlines() if not line.startswith("WARNING:")]
        message = (
            f"pip could not get the wheels of {requirements.name} for {target}; it says: "
            f"{' '.join(errors) or 'nothing'}"
        )
        raise PackageError(message)


def get_wheels(
    target: Target,
    requirements: Path,
    cache: Path,
    *,
    download: Callable[[Target, Path, Path], None] = download_wheels,
) -> tuple[Path, ...]:
    """Returns the wheels of a requirements file for a target, sorted by name.

    They are kept in a folder of `cache` that bears the digest of the requirements and the target,
    so that a second call needs no network; their hashes are checked at every call.

    Raises:
        PackageError: A line of the requirements is refused, a wheel is not the pinned one, or
            `download` raises it.
    """
    content = requirements.read_bytes()
    pinned = parse_requirements(content.decode())
    tags = f"{target.interpreter_tag}-{target.system}-{target.architecture}"
    folder = cache / f"{tags}-{hashlib.sha256(content).hexdigest()[:16]}"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".download-") as scratch:
            wheels = Path(scratch) / "wheels"
            download(target, requirements, wheels)
            _check_hashes(wheels, pinned)
            _put(wheels, folder)
    return _check_hashes(folder, pinned)


def _normal(name: str, version: str) -> str:
    """Spell a project and its version as a wheel's name begins (PEP 427)."""
    return f"{re.sub(r'[-_.]+', '_', name).lower()}-{version}"


def _name_and_version(wheel: Path) -> tuple[str, str]:
    """Returns the first two parts of a wheel's name."""
    name, _, rest = wheel.name.partition("-")
    return name, rest.partition("-")[0]


def _put(wheels: Path, folder: Path) -> None:
    """Give the filled folder its name at once, so that nobody ever sees half of it."""
    try:
        wheels.rename(folder)
    except OSError:
        # Another build was quicker, and its folder is as good: both hold what the hashes pin.
        if not folder.is_dir():
            raise


def _check_hashes(folder: Path, pinned: Mapping[str, frozenset[str]]) -> tuple[Path, ...]:
    """Returns the folder's wheels if they are exactly the pinned ones."""
    wheels = tuple(sorted(folder.glob("*.whl")))
    found = {_normal(*_name_and_version(wheel)): wheel for wheel in wheels}
    if len(found) != len(wheels) or found.keys() != pinned.keys():
        message = (
            f"the folder {folder.name} holds {[wheel.name for wheel in wheels]}, but pinned are "
            f"{sorted(pinned)}: remove the folder to download them anew"
        )
        raise PackageError(message)
    for key, wheel in found.items():
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        if digest not in pinned[key]:
            message = (
                f"the wheel {wheel.name} has the sha256 {digest}, which is not pinned: "
                "remove its folder to download it anew"
            )
            raise PackageError(message)
    return wheels
