"""The embedded cloud that runs: what is on record of it, in the user's state folder.

https://specifications.freedesktop.org/basedir-spec/latest/
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from firelake.local.processes import ProcessIdentity, is_running
from firelake.operations.errors import CloudError

if TYPE_CHECKING:
    from collections.abc import Generator

ENV_STATE: Final = "FIRELAKE_STATE"

_FILE: Final = "running.json"
_LOCK: Final = "up.lock"
_OWN_ONLY: Final = 0o600
# Tells projects apart whose folders have one name; sixteen digits are no one's by chance.
_DIGEST_DIGITS: Final = 16


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a cloud is, as others are told.

    Attributes:
        environment: The variables for other tools; none until it is ready.
        resources: How many resources were made, by service.
        alarms: The inputs of the alarms that were made, as the program gave them.
    """

    environment: Mapping[str, str] = {}
    outputs: Mapping[str, str] = {}
    resources: Mapping[str, int] = {}
    alarms: tuple[Mapping[str, object], ...] = ()


class Running(Facts, frozen=True, kw_only=True):
    """An embedded cloud on record.

    Attributes:
        process: What holds it: ending this process ends it all.
        since_s: When it was started, Unix time.
    """

    process: ProcessIdentity
    stack: str
    since_s: int
    notes: tuple[str, ...] = ()
    delivery: ProcessIdentity | None = None

    @property
    def is_ready(self) -> bool:
        """Whether everything is made."""
        return bool(self.environment)

    @property
    def since(self) -> str:
        """When it was started, in UTC."""
        return f"{datetime.fromtimestamp(self.since_s, UTC):%Y-%m-%d %H:%M:%S} UTC"


def user_folder(environment: Mapping[str, str]) -> Path:
    """Return the user's own state folder of Firelake."""
    home = environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "firelake"


@dataclass(frozen=True, slots=True)
class StateFolder:
    """Where one embedded cloud is on record, with its files; each project folder has its own."""

    path: Path

    @classmethod
    def of_project(cls, environment: Mapping[str, str], project: Path) -> StateFolder:
        """Returns the folder that the environment names, or else the project's own.

        Args:
            project: The folder with the Pulumi settings of the lake.
        """
        named = environment.get(ENV_STATE)
        if named:
            return cls(Path(named).absolute())
        place = project.resolve()
        digest = hashlib.sha256(os.fsencode(place)).hexdigest()[:_DIGEST_DIGITS]
        return cls(user_folder(environment) / "lakes" / f"{place.name}-{digest}")

    @property
    def processes(self) -> Path:
        """Where processes are on record."""
        return self.path / "processes"

    @property
    def clouds(self) -> Path:
        """Where clouds keep their files."""
        return self.path / "clouds"

    @property
    def log(self) -> Path:
        """What a detached cloud prints."""
        return self.path / "up.log"

    def make(self) -> None:
        """Make the folders, for this user alone.

        Raises:
            CloudError: They cannot be made.
        """
        try:
            for folder in (self.path, self.processes, self.clouds):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            message = (
                f"the state cannot be kept in {self.path}: {error}; name a folder: {ENV_STATE}"
            )
            raise CloudError(message) from error

    def read(self) -> Running | None:
        """Give the cloud that runs; None where none does, whatever is on record.

        Raises:
            CloudError: The record cannot be read.
        """
        running = self.read_last()
        return running if running is not None and is_running(running.process) else None

    def read_last(self) -> Running | None:
        """Returns the cloud on record, though it may have been killed; None without a record.

        Raises:
            CloudError: The record cannot be read.
        """
        file = self.path / _FILE
        try:
            return msgspec.json.decode(file.read_bytes(), type=Running)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            message = f"{file} cannot be read: {error}; if no cloud runs, delete it"
            raise CloudError(message) from error

    def read_ready(self) -> Running:
        """Give the cloud that runs and is ready.

        Raises:
            CloudError: There is none.
        """
        running = self.read()
        if running is None:
            message = "no embedded cloud runs for this project: start one by `firelake up --detach`"
            raise CloudError(message)
        if not running.is_ready:
            message = f"the embedded cloud of process {running.process.pid} is not ready yet"
            raise CloudError(message)
        return running

    def write(self, running: Running) -> None:
        """Put a cloud on record, all of it or nothing, readable for this user alone."""
        unfinished = self.path / f"{_FILE}.new"
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN_ONLY)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(running))
        unfinished.replace(self.path / _FILE)

    def clear(self) -> None:
        """Take what is on record off it."""
        (self.path / _FILE).unlink(missing_ok=True)

    def refuse_second(self) -> None:
        """Refuse to go on where a cloud runs.

        Raises:
            CloudError: One does.
        """
        running = self.read()
        if running is not None:
            raise _already(running)

    @contextmanager
    def hold(self) -> Generator[None]:
        """Be the only one that runs a cloud until the block ends, however the process ends.

        Raises:
            CloudError: Another one runs.
        """
        self.make()
        with (self.path / _LOCK).open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise _already(self.read()) from error
            yield


def _already(running: Running | None) -> CloudError:
    if running is None:
        return CloudError("an embedded cloud is just starting or stopping: try again in a moment")
    return CloudError(
        f"an embedded cloud runs already: stack {running.stack}, process {running.process.pid}, "
        f'since {running.since}. Use it: eval "$(firelake env)". End it: firelake down'
    )
