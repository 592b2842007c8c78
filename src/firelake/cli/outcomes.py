"""What a failure is told as: words for an operator and an exit code, never a traceback."""

from __future__ import annotations

import errno
import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires
from typing import TYPE_CHECKING, Final

from firelake.aws.errors import AwsError, LakeRefError
from firelake.catalog.errors import CatalogError
from firelake.contract.errors import ContractError
from firelake.operations.errors import InputError, OpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

FAILED: Final = 1
WRONG_USE: Final = 2
INTERRUPTED: Final = 130

_DISTRIBUTION: Final = "firelake"
# `jinja2; extra == "plan"`, as the project's metadata has it.
_EXTRA: Final = re.compile(r"""([A-Za-z0-9._-]+).*;.*extra == ["'](\w+)["']""")
# What a write that names no file raises.
_OF_WRITING: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO})
# Packages of tools and tests: they are not how a command comes to its needs.
_NO_USERS: Final = frozenset({"dev", "lock"})


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure.

    Attributes:
        text: What is wrong, which value, and what to do; one line for each thing that is wrong.
        exit_code: What the process ends with.
    """

    text: str
    exit_code: int = FAILED


def failure_of(error: Exception) -> Failure | None:
    """Return what an error is told as; None where it is a fault of the program itself.

    Args:
        error: Whatever a command raised.
    """
    match error:
        case InputError() | LakeRefError():
            return Failure(str(error), WRONG_USE)
        case UnicodeDecodeError():
            return Failure(f"what was given to read is not UTF-8: {error}", WRONG_USE)
        case OpsError() | AwsError() | CatalogError() | ContractError():
            return Failure(str(error))
        case ModuleNotFoundError():
            return Failure(missing_package(error))
        case OSError():
            return Failure(_of_system(error))
        case _:
            return _of_aws(error)


def missing_package(error: ModuleNotFoundError) -> str:
    """Return what to install where an optional package is missing.

    Args:
        error: What the import raised.
    """
    name = (error.name or "").partition(".")[0]
    extras = _extras_of(name)
    how = f"firelake[{extras[0]}]" if extras else name
    return f"the package {name!r} is not installed, which this command needs: pip install '{how}'"


def _extras_of(module: str) -> Sequence[str]:
    try:
        needs = requires(_DISTRIBUTION) or []
    except PackageNotFoundError:
        return ()
    matches = [match for need in needs if (match := _EXTRA.match(need))]
    return [
        match[2]
        for match in matches
        if match[2] not in _NO_USERS and re.sub("[.-]", "_", match[1]).lower() == module.lower()
    ]


def _of_system(error: OSError) -> str:
    why = error.strerror or str(error)
    if error.filename:
        return f"{str(error.filename)!r} cannot be used: {why}"
    return f"output cannot be written: {why}" if error.errno in _OF_WRITING else why


def _of_aws(error: Exception) -> Failure | None:
    # The command line does not wait for boto3; whatever raised its errors has imported it.
    exceptions = sys.modules.get("botocore.exceptions")
    if exceptions is None:
        return None
    if isinstance(error, exceptions.ClientError):
        return Failure(f"AWS refuses: {error}")
    if isinstance(error, exceptions.BotoCoreError):
        return Failure(f"there is no way to AWS: {error}")
    return None
