"""Asks an embedded cloud that runs to bring itself up to date, by a file, and waits for another."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from firelake.local.processes import is_running
from firelake.operations.errors import CloudError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from firelake.laptop.running import Running, StateFolder

_Form = TypeVar("_Form")

_REQUEST: Final = "update-request.json"
_ANSWER: Final = "update-answer.json"
_POLL_S: Final = 0.1
# A deployment takes seconds, and longer on a machine that has other work.
_PATIENCE_S: Final = 300.0


class UpdateRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a cloud is to be from now on.

    Attributes:
        id: Tells its answer from others.
        settings: The stack's settings, by Pulumi's keys.
        contract: The file of its event contract, an absolute path.
    """

    id: str
    settings: Mapping[str, object]
    contract: str


class UpdateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request.

    Attributes:
        id: That of the request.
        changed: What was made, changed and deleted, in words.
        fault: Why it was not done; empty where it was.
    """

    id: str
    changed: tuple[str, ...] = ()
    fault: str = ""


def ask_to_update(
    state: StateFolder,
    running: Running,
    settings: Mapping[str, object],
    contract: Path,
    wait: Callable[[float], None] = time.sleep,
) -> tuple[str, ...]:
    """Ask a cloud to bring itself up to date, and wait until it has.

    Args:
        state: Where it is on record.
        running: The cloud.
        settings: Its settings from now on.
        contract: Its contract from now on, an absolute path.
        wait: Waits so many seconds.

    Returns:
        What was made, changed and deleted, in words.

    Raises:
        CloudError: It cannot, it has ended, or somebody else asks at this moment.
    """
    request = UpdateRequest(id=uuid.uuid4().hex, settings=settings, contract=str(contract))
    asked, answered = state.path / _REQUEST, state.path / _ANSWER
    _put(asked, msgspec.json.encode(request), request.id)
    try:
        waited_s = 0.0
        while waited_s < _PATIENCE_S:
            answer = _read(answered, UpdateAnswer)
            if answer is not None and answer.id == request.id:
                break
            if not is_running(running.process):
                message = f"the embedded cloud ended meanwhile; {state.log} may tell why"
                raise CloudError(message)
            wait(_POLL_S)
            waited_s += _POLL_S
        else:
            message = f"the embedded cloud did not answer in {_PATIENCE_S:.0f} s"
            raise CloudError(message)
    finally:
        asked.unlink(missing_ok=True)
        answered.unlink(missing_ok=True)
    if answer.fault:
        raise CloudError(answer.fault)
    return answer.changed


def requested_update(state: StateFolder) -> UpdateRequest | None:
    """Return what the cloud of this process is asked for; None where nothing is open."""
    request = _read(state.path / _REQUEST, UpdateRequest)
    answer = _read(state.path / _ANSWER, UpdateAnswer)
    return None if answer is not None and request and answer.id == request.id else request


def forget_requests(state: StateFolder) -> None:
    """Take away what nobody waits for: who asked, or was asked, was killed."""
    for name in (_REQUEST, _ANSWER):
        (state.path / name).unlink(missing_ok=True)


def answer_update(state: StateFolder, answer: UpdateAnswer) -> None:
    """Answer a request."""
    target = state.path / _ANSWER
    unfinished = target.with_suffix(".new")
    unfinished.write_bytes(msgspec.json.encode(answer))
    unfinished.replace(target)


def _put(target: Path, content: bytes, name: str) -> None:
    """Writes a file whole, if there is none."""
    unfinished = target.with_name(f"{target.name}.{name}")
    unfinished.write_bytes(content)
    try:
        os.link(unfinished, target)
    except FileExistsError as error:
        message = f"the embedded cloud is being updated already; if it is not, delete {target}"
        raise CloudError(message) from error
    finally:
        unfinished.unlink()


def _read(file: Path, form: type[_Form]) -> _Form | None:
    with suppress(FileNotFoundError):
        return msgspec.json.decode(file.read_bytes(), type=form)
    return None
