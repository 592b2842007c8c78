"""Makes a project in a folder that holds nothing else, by whose name it is called."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from firelake.infra.bootstrap.names import MAX_PROJECT_LENGTH
from firelake.operations.project_folder import CONTRACT_FILE
from firelake.project.errors import ProjectError
from firelake.project.files import own_files, shared_files
from firelake.project.record import RECORD_FILE, ProjectRecord, digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from firelake.project.files import Choices

_NAME: Final = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
# Such as us-gov-east-1 and eusc-de-east-1.
_REGION: Final = re.compile("[a-z]{2,4}(-[a-z]+)+-[1-9][0-9]?")
# Names that S3 keeps for itself: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_KEPT: Final = ("xn--", "sthree-", "amzn-s3-demo-")
_MOST_NAMED: Final = 3
_GIT: Final = ".git"
# Of a virtual environment: https://docs.python.org/3/library/venv.html
_ENVIRONMENT_MARK: Final = "pyvenv.cfg"


def project_name_of(folder: Path) -> str:
    """Return the name of the project that a folder is to be: the folder's own.

    Raises:
        ProjectError: AWS would take no names that begin with it.
    """
    name = folder.resolve().name
    if _NAME.fullmatch(name) is None or len(name) > MAX_PROJECT_LENGTH or name.startswith(_KEPT):
        message = (
            f"{name!r} can be no project's name, with which the names of its bucket, stream and all"
            f" else begin: take at most {MAX_PROJECT_LENGTH} of a-z, 0-9 and single -, a letter"
            " first, such as `firelake init shop`"
        )
        raise ProjectError(message)
    return name


def refuse_other_regions(region: str) -> None:
    """Refuse what no Region of AWS is called; which there are AWS alone knows.

    Raises:
        ProjectError: It is not of the form of one.
    """
    if _REGION.fullmatch(region) is None:
        message = f"{region!r} can be no Region of AWS: give one such as eu-central-1"
        raise ProjectError(message)


def refuse_what_is_there(folder: Path, inputs: Iterable[Path] = ()) -> None:
    """Refuse a folder in which something is that may be overwritten or taken for the project's.

    Git's folder, virtual environments and what the contract is drafted from may be there.

    Args:
        folder: Where the project is to be; it need not exist.
        inputs: Files that the contract is drafted from.

    Raises:
        ProjectError: It is a file, cannot be read, or holds something else.
    """
    given = {each.resolve() for each in inputs}
    try:
        there = sorted(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        message = f"{str(folder)!r} cannot be a project's folder: {error.strerror}"
        raise ProjectError(message) from error
    others = [
        each.name
        for each in there
        if each.name != _GIT
        and not (each / _ENVIRONMENT_MARK).is_file()
        and each.resolve() not in given
    ]
    if others:
        named = ", ".join(others[:_MOST_NAMED])
        more = ", ..." if len(others) > _MOST_NAMED else ""
        message = (
            f"{str(folder)!r} holds something already ({named}{more}): name a new folder, such as"
            " `firelake init shop`"
        )
        raise ProjectError(message)


def write_project(folder: Path, choices: Choices, contract: str) -> list[str]:
    """Write the files of a project.

    Args:
        folder: Where; nothing that is written may be there.
        choices: What the user chose.
        contract: The text of its contract.

    Returns:
        The paths in the project, sorted.

    Raises:
        OSError: A file cannot be written, or is there.
    """
    shared = shared_files(choices)
    digests = {place: digest(text.encode()) for place, text in shared.items()}
    record = ProjectRecord(version("firelake"), choices, digests)
    files = {
        **own_files(choices),
        **shared,
        CONTRACT_FILE: contract,
        RECORD_FILE: record.text(),
    }
    for place, text in files.items():
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    return sorted(files)
