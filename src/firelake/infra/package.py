"""Builds the zip of the transform function, the same bytes wherever and whenever it is built.

`python -m firelake.infra.package --architecture arm64 --python-version 3.13` builds one for Lambda,
and `--host` one that this very interpreter can run. The function is packed by path: nothing of it
is imported here.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from firelake.contract.errors import ContractFileError
from firelake.contract.events import load_contract
from firelake.contract.facts import EVENTS_FILE
from firelake.contract.names import HANDLER
from firelake.infra.errors import InfraError, PackageError
from firelake.infra.target import Architecture, Target, host_target
from firelake.infra.wheel_contents import read_wheel
from firelake.infra.wheels import get_wheels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from firelake.contract.events import EventContract

SOURCE_ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder that holds the package `firelake`."""
BUILD_FOLDER: Final = Path.home() / ".cache" / "firelake"
"""Where zips and their wheels are kept: an installed package may not write beside its files."""
MAX_ZIP_BYTES: Final = 10_000_000
"""What a zip may weigh, and its files together, as it is not compressed. Lambda takes more, but a
function this small starts quickly."""

_PACKAGES = ("firelake/contract", "firelake/transform")
_SOURCE_SUFFIX = ".py"
_LEFT_OUT_FOLDERS = frozenset({"__pycache__", "tests"})
_REQUIREMENTS = Path("firelake", "transform", "requirements.txt")
# Where the function reads its contract, whichever file it was made from.
_CONTRACT_FILE = EVENTS_FILE.relative_to(SOURCE_ROOT).as_posix()
_HANDLER_FILE = f"{HANDLER.rpartition('.')[0].replace('.', '/')}.py"

# The zip holds the digest of what it was made from, so that it alone tells whether it is up to
# date: time stamps tell nothing after a clone. Raise the number whenever equal sources are packed
# into another zip than before.
_DIGEST_FILE = "SOURCE_DIGEST"
_RULES_OF_PACKING = 1

# The first date a zip can hold, and plain files that everyone may read: Lambda keeps the modes.
_DATE_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644
_CREATED_ON_UNIX = 3
DIGITS_IN_NAME: Final = 12
"""How much of a digest tells zips apart."""


@dataclass(frozen=True, slots=True)
class ZipReport:
    """What was built: the file, its SHA-256 in hexadecimal digits and its sizes."""

    path: Path
    target: Target
    sha256: str
    size_bytes: int
    unpacked_size_bytes: int
    file_count: int

    def __str__(self) -> str:
        """Returns the lines that `make zip` prints."""
        return (
            f"{self.path}\n"
            f"  for     {self.target}\n"
            f"  sha256  {self.sha256}\n"
            f"  size    {self.size_bytes:,} bytes, unpacked {self.unpacked_size_bytes:,} bytes "
            f"in {self.file_count} files"
        )


def build_zip(
    target: Target, output: Path, *, contract: Path, source_root: Path, wheels: Iterable[Path]
) -> ZipReport:
    """Pack function, contract and wheels into `output`, which is replaced at once or not at all.

    Equal sources and wheels give equal bytes on every machine: entries are sorted, bear one time
    stamp and one mode, and are stored as they are. They are not compressed as zlib does not promise
    the same bytes from one release, or one build of Python, to the next.

    Raises:
        PackageError: The handler is missing, the contract cannot be read, a wheel or a library in
            it does not fit the target, two files claim one path, or the zip is too large.
    """
    files = {_DIGEST_FILE: source_digest(source_root, target, contract).encode() + b"\n"}
    _add(files, _read_sources(source_root, contract), "the sources")
    if _HANDLER_FILE not in files:
        message = f"there is no {_HANDLER_FILE} in {source_root}, which Lambda would call"
        raise PackageError(message)
    for wheel in wheels:
        _add(files, read_wheel(wheel, target), f"the wheel {wheel.name}")

    content = write_zip(output, files, most_bytes=MAX_ZIP_BYTES)
    return ZipReport(
        path=output,
        target=target,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        unpacked_size_bytes=sum(len(each) for each in files.values()),
        file_count=len(files),
    )


def package(
    target: Target,
    output: Path | None = None,
    *,
    contract: Path = EVENTS_FILE,
    source_root: Path = SOURCE_ROOT,
) -> ZipReport:
    """Build the zip with the wheels that `src/firelake/transform/requirements.txt` pins.

    Without an `output` the zip goes to `BUILD_FOLDER`. Wheels are kept there too, so that only the
    first build after a change of the requirements needs the network.

    Raises:
        PackageError: As `build_zip` and `get_wheels` raise it.
    """
    wheels = get_wheels(target, source_root / _REQUIREMENTS, BUILD_FOLDER / "wheels")
    return build_zip(
        target,
        output or default_output(target, source_root, contract),
        contract=contract,
        source_root=source_root,
        wheels=wheels,
    )


def default_output(
    target: Target, source_root: Path = SOURCE_ROOT, contract: Path = EVENTS_FILE
) -> Path:
    """Returns the path of a target's zip in `BUILD_FOLDER`, named by what it is made of.

    Two releases, or two contracts, that are deployed at once do not replace each other's.
    """
    system = "" if target == Target(target.python_version, target.architecture) else target.system
    words = [
        *("firelake-transform", f"python{target.python_version}", system, target.architecture),
        source_digest(source_root, target, contract)[:DIGITS_IN_NAME],
    ]
    return BUILD_FOLDER / f"{'-'.join(filter(None, words))}.zip"


def source_digest(source_root: Path, target: Target, contract: Path) -> str:
    """Returns the SHA-256, in hexadecimal digits, of all that decides what a target's zip holds.

    That is the function's sources, the contract, the pinned requirements, the target and the rules
    of packing.
    """
    digest = hashlib.sha256(f"{_RULES_OF_PACKING}\n{target}\n".encode())
    requirements = (_REQUIREMENTS.as_posix(), (source_root / _REQUIREMENTS).read_bytes())
    for path, content in (requirements, *sorted(_read_sources(source_root, contract))):
        digest.update(f"{path}\n{hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


def is_up_to_date(
    path: Path, target: Target, *, contract: Path = EVENTS_FILE, source_root: Path = SOURCE_ROOT
) -> bool:
    """Tell whether a zip is there and was built for the target from the sources as they are now."""
    try:
        with zipfile.ZipFile(path) as archive:
            built_from = archive.read(_DIGEST_FILE).decode().strip()
    except (FileNotFoundError, KeyError, zipfile.BadZipFile):
        return False
    return built_from == source_digest(source_root, target, contract)


def current_zip(
    target: Target, *, contract: Path = EVENTS_FILE, source_root: Path = SOURCE_ROOT
) -> Path:
    """Give the path of a target's zip, which is built if it is missing or older than its sources.

    Raises:
        PackageError: As `package` raises it.
    """
    path = default_output(target, source_root, contract)
    if not is_up_to_date(path, target, contract=contract, source_root=source_root):
        package(target, path, contract=contract, source_root=source_root)
    return path


def _read_sources(source_root: Path, contract: Path) -> Iterator[tuple[str, bytes]]:
    """Give path and content of the contract and of every module of the function's own packages."""
    yield _CONTRACT_FILE, _content(contract)
    yield from read_modules(source_root, _PACKAGES)


def read_modules(source_root: Path, packages: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Give path and content of the modules of packages, and of the one that they are in.

    Args:
        packages: Folders and files below the source root.
    """
    top = Path("firelake", "__init__.py")
    yield top.as_posix(), (source_root / top).read_bytes()
    for name in packages:
        root = source_root / name
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            relative = path.relative_to(source_root)
            if (
                path.suffix == _SOURCE_SUFFIX
                and not path.name.startswith(".")
                and _LEFT_OUT_FOLDERS.isdisjoint(relative.parts)
            ):
                yield relative.as_posix(), path.read_bytes()


def checked_contract(path: Path) -> EventContract:
    """Read the contract that a stack is deployed with.

    Raises:
        ContractFileError: It breaks rules; the error lists all of them.
        PackageError: The file cannot be read.
    """
    try:
        return load_contract(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _content(contract: Path) -> bytes:
    try:
        return contract.read_bytes()
    except OSError as error:
        raise _unreadable(contract, error) from error


def _unreadable(contract: Path, error: OSError) -> PackageError:
    return PackageError(f"the contract {str(contract)!r} cannot be read: {error.strerror}")


def _add(files: dict[str, bytes], more: Iterable[tuple[str, bytes]], origin: str) -> None:
    """Add files that none of those before may have claimed."""
    for path, content in more:
        if path in files:
            message = f"{origin} would overwrite {path} in the zip"
            raise PackageError(message)
        files[path] = content


def write_zip(output: Path, files: Mapping[str, bytes], most_bytes: int | None = None) -> bytes:
    """Write files into a zip, the same bytes wherever and whenever, and all of it at once.

    Args:
        output: The zip, which is replaced.
        files: What it holds, by its paths.
        most_bytes: How large it may be.

    Returns:
        What the zip holds.

    Raises:
        PackageError: It is larger; the zip that was there stays.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".zip-") as scratch:
        built = Path(scratch) / output.name
        with zipfile.ZipFile(built, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, _DATE_TIME)
                entry.create_system = _CREATED_ON_UNIX
                entry.external_attr = _MODE << 16
                archive.writestr(entry, files[name])
        content = built.read_bytes()
        if most_bytes is not None and len(content) > most_bytes:
            message = f"the zip has {len(content):,} bytes, at most {most_bytes:,} are allowed"
            raise PackageError(message)
        built.replace(output)
    return content


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the zip that the command line asks for, print its report and give the exit code."""
    parser = argparse.ArgumentParser(prog="python -m firelake.infra.package", description=__doc__)
    parser.add_argument("--python-version", default="3.13", help="as in Lambda's runtime name")
    parser.add_argument(
        "--architecture", default=Architecture.ARM64, type=Architecture, choices=list(Architecture)
    )
    parser.add_argument("--host", action="store_true", help="for this interpreter and machine")
    parser.add_argument(
        "--contract", type=Path, default=EVENTS_FILE, help="the events; by default this project's"
    )
    parser.add_argument("--output", type=Path, help="the zip; by default in the user's cache")
    options = parser.parse_args(arguments)
    try:
        target = (
            host_target() if options.host else Target(options.python_version, options.architecture)
        )
        checked_contract(options.contract)
        print(package(target, options.output, contract=options.contract))
    except (InfraError, ContractFileError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
