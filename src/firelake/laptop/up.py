"""Runs an embedded cloud until it is to stop: on record all the while, and watched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from firelake.laptop.running import Running
from firelake.laptop.updates import UpdateAnswer, answer_update, forget_requests, requested_update
from firelake.local.children import end_left_overs, one_at_a_time, tail, told
from firelake.local.processes import end, identify
from firelake.operations.errors import CloudError, OpsError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from types import FrameType

    from firelake.laptop.running import Facts, StateFolder
    from firelake.laptop.updates import UpdateRequest
    from firelake.local.processes import ProcessIdentity

_LOOK_EVERY_S: Final = 1.0
_POLL_S: Final = 0.1
# The delivery and MiniStack have ten seconds each to stop by themselves.
_STOP_PATIENCE_S: Final = 30.0
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be started.

    Attributes:
        project: Name of the project, with which every name begins.
        settings: Its settings, by Pulumi's keys.
        contract: The file of its event contract, an absolute path.
        flush_sooner_s: Greatest buffer interval of the embedded Firehose, in seconds; None for
            the intervals of the settings.
    """

    stack: str
    project: str
    settings: Mapping[str, object]
    contract: Path
    flush_sooner_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A cloud that was started.

    Attributes:
        facts: Returns what it is.
        notes: What the start had to say, such as of left-overs that it ended.
        update: Brings it up to date with settings and the file of a contract; returns what was
            made, changed and deleted, in words.
        delivery: Returns the delivery process; None while it does not run.
        tend: Starts again what has ended by itself, and returns what there is to say of it.
        fault: Tells why the cloud is of no use any more; None while it is.
    """

    facts: Callable[[], Facts]
    notes: tuple[str, ...]
    update: Callable[[Mapping[str, object], Path], tuple[str, ...]]
    delivery: Callable[[], ProcessIdentity | None]
    tend: Callable[[], Sequence[str]]
    fault: Callable[[], str | None]
    stop: Callable[[], None]


def run_up(  # noqa: PLR0913 -- what a test has otherwise
    plan: Plan,
    state: StateFolder,
    *,
    start: Callable[[Plan, StateFolder], Started],
    show: Callable[[Running], None],
    say: Callable[[str], None],
    wait: Callable[[float], None] = time.sleep,
    now_s: Callable[[], float] = time.time,
) -> None:
    """Start a cloud and stay until a signal says to stop; then stop it in order.

    Args:
        state: Where it is put on record.
        show: Is given the cloud when it is ready.
        wait: Waits so many seconds; raises KeyboardInterrupt to stop the cloud.
        now_s: Gives the time, Unix time.

    Raises:
        CloudError: A cloud runs already, this one cannot be started, or it broke.
    """
    process = identify(os.getpid())
    if process is None:
        message = f"the system does not tell of this very process, {os.getpid()}"
        raise CloudError(message)
    with state.hold(), _stop_signals():
        forget_requests(state)
        running = Running(process=process, stack=plan.stack, since_s=int(now_s()))
        state.write(running)
        try:
            started = start(plan, state)
            try:
                running = msgspec.structs.replace(
                    running, notes=started.notes, delivery=started.delivery()
                )
                running = _with_facts(running, started.facts())
                state.write(running)
                stay = _Stay(started=started, state=state, say=say, wait=wait)
                stay.until_stopped(running, show)
            finally:
                say("stopping the embedded cloud; its data goes with it")
                started.stop()
        finally:
            state.clear()


def detach(arguments: Sequence[str], state: StateFolder) -> Running:
    """Run `firelake up` in a process of its own, which goes on after this one.

    Args:
        arguments: Those of `firelake up`, without `--detach`.
        state: Where the cloud is put on record.

    Raises:
        CloudError: A cloud runs already, or this one could not be started.
    """
    state.make()
    state.refuse_second()
    with state.log.open("wb") as log:
        process = subprocess.Popen(
            # Without -P a folder `firelake` where the user happens to be would be run.
            [sys.executable, "-P", "-m", "firelake", "up", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        while process.poll() is None:
            running = state.read()
            if running is not None and running.is_ready and running.process.pid == process.pid:
                return running
            time.sleep(_POLL_S)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    message = f"the embedded cloud did not start; {state.log} ends with:\n{tail(state.log).strip()}"
    raise CloudError(message)


def bring_down(state: StateFolder) -> str | None:
    """End the cloud that runs, or whatever a killed one left behind.

    Returns:
        What was ended, one sentence; None where there was nothing.

    Raises:
        CloudError: The record cannot be read.
    """
    last = state.read_last()
    stopped = last is not None and end(last.process, patience_s=_STOP_PATIENCE_S)
    left_overs = ()
    if state.processes.exists():
        with one_at_a_time(state.processes):
            left_overs = end_left_overs(state.processes)
    if state.read() is None:
        state.clear()
    if last is None:
        return told(left_overs) if left_overs else None
    if stopped:
        return f"stopped the embedded cloud of process {last.process.pid}"
    return (
        f"the embedded cloud of process {last.process.pid} had been killed; nothing of it is left"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stay:
    """How a cloud stays."""

    started: Started
    state: StateFolder
    say: Callable[[str], None]
    wait: Callable[[float], None]

    def until_stopped(self, running: Running, show: Callable[[Running], None]) -> None:
        """Tends the cloud until a signal; raises CloudError when it is of no use any more."""
        started = self.started
        try:
            # Whoever is told that Ctrl-C stops it may press it before the telling has ended.
            show(running)
            while (fault := started.fault()) is None:
                for line in started.tend():
                    self._tell(line)
                request = requested_update(self.state)
                if request is not None:
                    running = self._update(running, request)
                delivery = started.delivery()
                if delivery != running.delivery and self._record(running, delivery):
                    running = msgspec.structs.replace(running, delivery=delivery)
                self.wait(_LOOK_EVERY_S)
        except KeyboardInterrupt:
            return
        raise CloudError(fault)

    def _update(self, running: Running, request: UpdateRequest) -> Running:
        """Does what is asked for, puts it on record, and only then answers."""
        try:
            changed = self.started.update(request.settings, Path(request.contract))
            answer = UpdateAnswer(id=request.id, changed=changed)
        except OpsError as error:
            answer = UpdateAnswer(id=request.id, fault=str(error))
        running = _with_facts(running, self.started.facts())
        self.state.write(running)
        answer_update(self.state, answer)
        self._tell(answer.fault or f"brought up to date: {len(answer.changed)} changes")
        return running

    def _tell(self, line: str) -> None:
        # A full disk keeps the log from being written, and must not end what it fills.
        with suppress(OSError):
            self.say(line)

    def _record(self, running: Running, delivery: ProcessIdentity | None) -> bool:
        """Returns whether it could be written; it is tried again a second later."""
        try:
            self.state.write(msgspec.structs.replace(running, delivery=delivery))
        except OSError:
            return False
        return True


def _with_facts(running: Running, facts: Facts) -> Running:
    return msgspec.structs.replace(running, **msgspec.structs.asdict(facts))


@contextmanager
def _stop_signals() -> Generator[None]:
    """Makes the first signal to stop a KeyboardInterrupt, and the next ones nothing.

    A second Ctrl-C would else break off the stop that the first one asked for.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for each in _STOP_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.getsignal(each) for each in _STOP_SIGNALS}
    try:
        for each in _STOP_SIGNALS:
            # A shell lets what it runs in the background ignore Ctrl-C: that stays so.
            if before[each] is not signal.SIG_IGN:
                signal.signal(each, interrupt)
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
