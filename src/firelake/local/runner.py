"""Runs a Pulumi program in this process, with its resources made by a provider of ours.

Pulumi keeps what it knows of a run in context variables: a context, a thread and an event loop of
its own keep runs apart, one after the other, side by side, and inside a running event loop.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from google.protobuf import empty_pb2
from pulumi.runtime import Settings, configure, run_in_stack, set_all_config
from pulumi.runtime.proto import engine_pb2

from firelake.local.monitor import Monitor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from firelake.local.provider import Provider, Registration

_LOG = logging.getLogger(__name__)

_LEVELS = {
    engine_pb2.DEBUG: logging.DEBUG,
    engine_pb2.INFO: logging.INFO,
    engine_pb2.WARNING: logging.WARNING,
    engine_pb2.ERROR: logging.ERROR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What a run made: its resources in the order in which they were made, and what it gave out.

    `outputs` are those of the stack, `secret_outputs` the names of the secret ones among them,
    `component_outputs` those of each component by URN; `warnings` is what Pulumi warned of.
    """

    registrations: tuple[Registration, ...]
    outputs: Mapping[str, object]
    secret_outputs: frozenset[str]
    component_outputs: Mapping[str, Mapping[str, object]]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What a program can ask Pulumi about the stack that it runs as.

    `config` has Pulumi's keys, `project:name` or just `name` for the project's own; a value that
    is no text becomes JSON, as Pulumi keeps it. `secret_keys` tells which of them are secret.
    """

    project: str
    name: str
    config: Mapping[str, object] = field(default_factory=dict[str, object])
    secret_keys: frozenset[str] = frozenset()
    organization: str = "local"


class _Engine:
    """Where the program's SDK logs."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def Log(self, request: engine_pb2.LogRequest) -> empty_pb2.Empty:  # noqa: N802
        """Pass a message on to Python's logging, and keep warnings."""
        level = _LEVELS[request.severity]
        _LOG.log(level, "%s", request.message)
        if level >= logging.WARNING:
            self.warnings.append(request.message)
        return empty_pb2.Empty()


def run_program(
    program: Callable[[], Awaitable[None] | None],
    provider: Provider,
    stack: Stack,
    *,
    parallel: int = 8,
) -> Deployment:
    """Run a program, plain or async, until every resource is made; block until then.

    `parallel` is how many resources may be made at once; with 1 they are made in the program's
    order. Nothing is undone after an error: throw away what the provider made things on.

    Raises:
        LocalError: A resource could not be made or broke a net. The first such error is raised.
        Exception: Whatever the program itself raised.
    """
    monitor = Monitor(provider, project=stack.project, stack=stack.name)
    engine = _Engine()
    failures: list[BaseException] = []

    def body() -> None:
        # Made here: its attributes are context variables, and this is the new context.
        settings = Settings(
            project=stack.project,
            stack=stack.name,
            monitor=monitor,
            engine=engine,
            parallel=parallel,
            dry_run=False,
            organization=stack.organization,
            root_directory=str(Path.cwd()),
        )
        configure(settings)
        set_all_config(
            {_full(key, stack): _text(value) for key, value in stack.config.items()},
            [_full(key, stack) for key in stack.secret_keys],
        )
        _run_in_own_loop(program, parallel)

    def target() -> None:
        try:
            contextvars.Context().run(body)
        except BaseException as error:  # noqa: BLE001 (raised again in the caller's thread)
            failures.append(error)

    thread = threading.Thread(target=target, name=f"pulumi {stack.project}/{stack.name}")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return Deployment(
        registrations=tuple(monitor.registrations),
        outputs=monitor.outputs,
        secret_outputs=monitor.secret_outputs,
        component_outputs=dict(monitor.component_outputs),
        warnings=tuple(engine.warnings),
    )


def _run_in_own_loop(program: Callable[[], Awaitable[None] | None], parallel: int) -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)  # Pulumi asks for the loop of the thread
    # After an error, the futures of all that depended on it are never asked for theirs.
    loop.set_exception_handler(lambda _loop, context: _LOG.debug("%s", context["message"]))
    loop.set_default_executor(ThreadPoolExecutor(parallel, thread_name_prefix="pulumi"))
    try:
        loop.run_until_complete(run_in_stack(program))
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()


def _full(key: str, stack: Stack) -> str:
    return key if ":" in key else f"{stack.project}:{key}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
