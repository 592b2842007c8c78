"""Net: resolved inputs against the type annotations that pulumi-aws was generated with.

Pulumi checks them neither when a resource is constructed from dict literals nor after outputs have
resolved; the engine of a real deployment leaves it to the provider, which is not here.
"""

from __future__ import annotations

import importlib
import inspect
import types
import typing
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pulumi import Archive, Asset, Output
from pulumi._types import input_type_py_to_pulumi_names, is_input_type
from pulumi.runtime import rpc

from firelake.formats.emulation import UnknownTypeError

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIRE_TYPES: Mapping[object, Callable[[object], bool]] = {
    bool: lambda value: isinstance(value, bool),
    int: lambda value: isinstance(value, int) and not isinstance(value, bool),
    float: lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    str: lambda value: isinstance(value, str),
    Asset: lambda value: isinstance(value, Asset),
    Archive: lambda value: isinstance(value, Archive),
}
_COLLECTIONS = (Sequence, Mapping)
_NAMES: Mapping[object, str] = {
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a string",
    Asset: "an asset",
    Archive: "an archive",
    Sequence: "a list",
    Mapping: "a map",
}


class _Property(typing.NamedTuple):
    annotation: object
    is_required: bool


def annotation_violations(token: str, inputs: Mapping[str, object]) -> Iterator[str]:
    """Give each way in which the inputs of a resource are not as annotated, with its path.

    Raises:
        UnknownTypeError: The installed Pulumi packages have no such resource type.
    """
    yield from _object_violations(_arguments_class(token), inputs, "")


@cache
def _arguments_class(token: str) -> type:
    package, module_name, _ = [*token.split(":"), "", ""][:3]
    # It registers its resource types when it is imported, which a program need not have done.
    with suppress(ModuleNotFoundError):
        importlib.import_module(f"pulumi_{package}")
    module = rpc.get_resource_module(package, module_name, "")
    information = cast("dict[str, Any]", getattr(module, "mod_info", {}))
    class_name = cast("dict[str, str]", information.get("classes", {})).get(token)
    if class_name is None:
        message = f"no installed Pulumi package has the resource type {token!r}: mend its spelling"
        raise UnknownTypeError(message)
    resource = getattr(importlib.import_module(information["fqn"]), class_name)
    home = inspect.getmodule(resource)
    # The class is named so where a nested one already has the shorter name.
    for name in (f"{class_name}InitArgs", f"{class_name}Args"):
        arguments = getattr(home, name, None)
        if isinstance(arguments, type):
            return arguments
    message = f"pulumi's {token!r} has no class of arguments: its generated code has changed"
    raise UnknownTypeError(message)


@cache
def _properties(arguments: type) -> Mapping[str, _Property]:
    constructor: Callable[..., None] = arguments.__init__
    # Pulumi's own annotations say Output[T] in quotes, where neither name is known; what an output
    # holds stands beside it, so T may be anything.
    hints = typing.get_type_hints(constructor, localns={"Output": Output, "T": types.NoneType})
    parameters = inspect.signature(constructor).parameters
    names = input_type_py_to_pulumi_names(arguments)
    return {
        names[python_name]: _Property(
            hints[python_name], parameter.default is inspect.Parameter.empty
        )
        for python_name, parameter in parameters.items()
        if python_name in names
    }


def _object_violations(arguments: type, value: Mapping[str, object], path: str) -> Iterator[str]:
    known = _properties(arguments)
    for key, member in value.items():
        where = f"{path}.{key}" if path else key
        if key not in known:
            yield f"{where} is not a property of {arguments.__name__}"
        else:
            yield from _violations(known[key].annotation, member, where)
    for key, property_ in known.items():
        if property_.is_required and key not in value:
            yield f"{path}.{key} is missing" if path else f"{key} is missing"


def _violations(annotation: object, value: object, path: str) -> Iterator[str]:
    found: list[str] = []
    for alternative in _alternatives(annotation):
        of_this = list(_violations_of_one(alternative, value, path))
        if not of_this:
            return
        found = found or of_this
    yield from found


def _alternatives(annotation: object) -> Iterator[object]:
    """Give what an `Input[Optional[Union[...]]]` may be once it has resolved."""
    origin = typing.get_origin(annotation)
    if origin in {typing.Union, types.UnionType}:
        for member in typing.get_args(annotation):
            yield from _alternatives(member)
    elif origin not in {Awaitable, Output} and annotation is not types.NoneType:
        yield annotation


def _violations_of_one(annotation: object, value: object, path: str) -> Iterator[str]:
    origin = typing.get_origin(annotation)
    if annotation is Any:
        return
    if origin in _COLLECTIONS:
        yield from _collection_violations(annotation, value, path)
    elif isinstance(annotation, type) and is_input_type(annotation):
        if isinstance(value, Mapping):
            yield from _object_violations(annotation, cast("Mapping[str, object]", value), path)
        else:
            yield f"{path} must be an object of {annotation.__name__}, not {value!r}"
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        allowed = [cast("object", member.value) for member in annotation]
        if value not in allowed:
            yield f"{path} must be one of {allowed}, not {value!r}"
    elif annotation in _WIRE_TYPES:
        if not _WIRE_TYPES[annotation](value):
            yield f"{path} must be {_NAMES[annotation]}, not {value!r}"
    else:
        message = f"{path}: no value is known to be a {annotation}: teach this net the annotation"
        raise UnknownTypeError(message)


def _collection_violations(annotation: object, value: object, path: str) -> Iterator[str]:
    of_members: object = typing.get_args(annotation)[-1]
    if typing.get_origin(annotation) is Sequence and isinstance(value, list):
        for index, member in enumerate(cast("list[object]", value)):
            yield from _violations(of_members, member, f"{path}[{index}]")
    elif typing.get_origin(annotation) is Mapping and isinstance(value, Mapping):
        for key, member in cast("Mapping[str, object]", value).items():
            yield from _violations(of_members, member, f"{path}[{key!r}]")
    else:
        yield f"{path} must be {_NAMES[typing.get_origin(annotation)]}, not {value!r}"
