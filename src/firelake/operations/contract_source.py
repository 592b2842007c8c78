"""Contracts as a command line names them: a file, or what git has of it at a revision."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from firelake.contract.errors import ContractFileError
from firelake.contract.events import EventContract, load_contract, parse_contract
from firelake.operations.errors import InputError


def read_contract(path: Path) -> EventContract:
    """Read a contract that must be without a fault.

    Raises:
        InputError: It cannot be read, or breaks rules; the text lists all of them.
    """
    try:
        return load_contract(path)
    except OSError as error:
        raise unreadable(path, error) from error
    except ContractFileError as error:
        message = f"the contract cannot be used: {error}"
        raise InputError(message) from error


def read_earlier_contract(place: str, beside: Path) -> EventContract:
    """Read the contract that another one is to replace.

    Args:
        place: A file; else a revision of git, such as `HEAD~1` or `v1.0`, at which the other
            contract's own file is meant; else `REVISION:PATH`, the path being that from the top
            of the repository.
        beside: The file of the other contract, which decides in which repository to look.

    Raises:
        InputError: There is no such file and no such revision, or the contract breaks rules.
    """
    if Path(place).exists():
        return read_contract(Path(place))
    name = place if ":" in place else f"{place}:./{beside.name}"
    try:
        return parse_contract(_content_in_git(name, place, beside).decode(), source=name)
    except UnicodeDecodeError as error:
        message = f"{name!r} is not UTF-8: {error}"
        raise InputError(message) from error
    except ContractFileError as error:
        message = f"the contract cannot be used: {error}"
        raise InputError(message) from error


def unreadable(path: Path, error: OSError) -> InputError:
    """Returns the error of a file that cannot be read."""
    return InputError(f"{str(path)!r} cannot be read: {error.strerror}")


def _content_in_git(name: str, place: str, beside: Path) -> bytes:
    git = shutil.which("git")
    # Git would take what begins with a dash as an option.
    if git is None or place.startswith("-"):
        why = "git, which knows revisions, is not installed" if git is None else "nor a revision"
        message = f"{place!r} is no file, {why}"
        raise InputError(message)
    answer = subprocess.run(
        [git, "cat-file", "blob", name],
        cwd=beside.absolute().parent,
        capture_output=True,
        check=False,
    )
    if answer.returncode:
        told = answer.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        message = f"{place!r} is no file, and git knows no {name!r}: {told}"
        raise InputError(message)
    return answer.stdout
