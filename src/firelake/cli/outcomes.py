"""What a failure is told as: words for an operator and an exit code, never a traceback."""

from __future__ import annotations

import errno
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.aws.errors import AwsError, LakeRefError
from firelake.catalog.errors import CatalogError
from firelake.contract.errors import ContractError
from firelake.operations.errors import InputError, OpsError

if TYPE_CHECKING:
    from collections.abc import Mapping

FAILED: Final = 1
WRONG_USE: Final = 2
INTERRUPTED: Final = 130

# The extra that has what a command needs; the others need none.
_EXTRAS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("init", "demo", "up", "status", "down"), "local"),
    **dict.fromkeys(("verify", "backfill", "history"), "query"),
    "report": "report",
    "plan": "plan",
}
# What a write that names no file raises.
_OF_WRITING: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO})


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure.

    Attributes:
        text: What is wrong, which value, and what to do; one line for each thing that is wrong.
        exit_code: What the process ends with.
    """

    text: str
    exit_code: int = FAILED


def failure_of(error: Exception, command: str | None = None) -> Failure | None:
    """Return what an error is told as; None where it is a fault of the program itself.

    Args:
        error: Whatever a command raised.
        command: Its name, where it is known.
    """
    match error:
        case InputError() | LakeRefError():
            return Failure(str(error), WRONG_USE)
        case UnicodeDecodeError():
            return Failure(f"what was given to read is not UTF-8: {error}", WRONG_USE)
        case OpsError() | AwsError() | CatalogError() | ContractError():
            return Failure(str(error))
        case ModuleNotFoundError():
            return Failure(missing_package(error, command))
        case OSError():
            return Failure(_of_system(error))
        case _:
            return _of_aws(error)


def missing_package(error: ModuleNotFoundError, command: str | None) -> str:
    """Return what to install where an optional package is missing.

    Args:
        error: What the import raised.
        command: The command that needs it.
    """
    name = (error.name or "").partition(".")[0]
    extra = _EXTRAS.get(command or "")
    how = name if extra is None else f"firelake[{extra}]"
    return f"the package {name!r} is not installed, which this command needs: pip install '{how}'"


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
