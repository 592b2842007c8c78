"""The context of a command: its lake, by options first and then the environment, and the state.

It alone reads the environment of the process; all else is given what it needs.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_type_hints

import typer

from firelake.aws.lake_ref import CONTRACT_VARIABLE, Fact, LakeRef
from firelake.cli.lake_environment import (
    deployed_variables,
    embedded_variables,
    misleading_names,
    names_lake,
)
from firelake.contract.layout import Granularity
from firelake.laptop.running import StateFolder
from firelake.operations.project_folder import contract_of, project_folder
from firelake.operations.terminal import say_step

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

_LAKE = "lake"
_CONTRACT = "contract"


def environment() -> Mapping[str, str]:
    """Return the variables of this process, as they are now."""
    return dict(os.environ)


def change_environment(variables: Mapping[str, str], without: Iterable[str] = ()) -> None:
    """Set variables of this process, for clients that read them, and unset others."""
    for name in without:
        os.environ.pop(name, None)
    os.environ.update(variables)


def state_folder() -> StateFolder:
    """Return the folder in which the embedded cloud of this project is on record."""
    return StateFolder.of_project(os.environ, current_project())


def current_project() -> Path:
    """Return the folder of the project that this command is for."""
    return project_folder(Path.cwd())


def project_contract() -> Path:
    """Return the contract of the project that this command is for."""
    return contract_of(current_project())


@contextmanager
def changed_environment(variables: Mapping[str, str]) -> Generator[None]:
    """Set variables of this process until the block ends, for clients that read them."""
    before = environment()
    change_environment(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def with_lake(
    *needed: Fact, known: Sequence[Fact] = ()
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command an option for each fact of its lake, and the lake itself as `lake`.

    Where neither an option nor the environment says anything, it is the project's embedded lake if
    one runs. What is not known then is an error that names both, before the command does anything.

    Args:
        needed: Facts without which the command cannot run.
        known: Facts that it asks the lake for only if it needs them, by `LakeRef.require`.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        facts = (*needed, *known)

        @wraps(command)
        def run(**given: Any) -> None:  # noqa: ANN401 -- what Typer read
            options = {fact: given.pop(fact.value.parameter) for fact in facts}
            if not (any(options.values()) or names_lake(environment())):
                _use_embedded_lake(given)
            command(lake=LakeRef.resolve(options, environment(), needed), **given)

        # Typer reads the signature, whose types are names as long as nobody looks them up.
        types = get_type_hints(command, include_extras=True)
        own = [
            each.replace(annotation=types[name])
            for name, each in signature(command).parameters.items()
            if name != _LAKE
        ]
        options = [_parameter(fact, is_needed=fact in needed) for fact in facts]
        cast("Any", run).__signature__ = signature(command).replace(parameters=[*own, *options])
        run.__annotations__ = {}
        return run

    return decorate


def use_stack(stack: str) -> None:
    """Use a stack on AWS, whatever lake the environment names.

    Raises:
        InputError: Pulumi's command does not tell of it.
    """
    running = state_folder().read()
    if running is not None:
        # What `firelake env` set leads to this machine, and its keys are of no use on AWS.
        before = environment()
        ours = [name for name, value in running.environment.items() if before.get(name) == value]
        change_environment({}, ours)
    change_environment(deployed_variables(stack, current_project(), environment()))


def _use_embedded_lake(given: dict[str, Any]) -> None:
    running = state_folder().read()
    if running is None or not running.is_ready:
        return
    variables = embedded_variables(running, environment())
    change_environment(variables, misleading_names(environment(), variables))
    # It may have been started with another contract than the project's.
    if given.get(_CONTRACT) == project_contract():
        given[_CONTRACT] = Path(variables[CONTRACT_VARIABLE])
    say_step(f"the lake on this machine, stack {running.stack}")


def _parameter(fact: Fact, *, is_needed: bool) -> Parameter:
    form = fact.value
    option = typer.Option(
        fact.option,
        envvar=form.variable,
        min=form.least,
        max=form.most or None,
        help=form.help,
        show_default="required" if is_needed else "if it is needed",
    )
    kind: Any = str if form.least is None else int
    if fact is Fact.GRANULARITY:
        kind = Granularity
    annotation = Annotated[kind | None, option]
    return Parameter(form.parameter, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
