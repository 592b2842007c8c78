"""Net: the parameters of an API call against everything that AWS's service model says of them.

botocore itself checks types, required members and minima, but neither enumerations nor patterns
nor maxima, and it does so only when the call is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from botocore.model import ListShape, MapShape, ServiceModel, StringShape, StructureShape

from firelake.formats.emulation import InputError
from firelake.formats.service_models.patterns import compile_pattern
from firelake.formats.sessions import loader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.client import BaseClient
    from botocore.model import OperationModel, Shape

_SHOWN_CHARACTERS = 80


@cache
def operation_model(service: str, operation: str) -> OperationModel:
    """Give botocore's model of an operation, as in `kinesis`, `CreateStream`.

    Raises:
        botocore.exceptions.UnknownServiceError: botocore has no such service.
        botocore.model.OperationNotFoundError: The service has no such operation.
    """
    return _service_model(service).operation_model(operation)


@cache
def _service_model(service: str) -> ServiceModel:
    description = cast("Mapping[str, Any]", loader().load_service_model(service, "service-2"))
    return ServiceModel(description, service)


def violations(shape: Shape, value: object, name: str) -> Iterator[str]:
    """Give each way in which a value is not of its shape, down to its last member.

    That is: type, members, enumeration, pattern, length and range. `name` is how messages call the
    value; of a value within it they give the path.
    """
    if isinstance(shape, StructureShape):
        yield from _structure_violations(shape, value, name)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list | tuple):
            yield f"{name} must be a list, not {_shown(value)}"
            return
        members = cast("Sequence[object]", value)
        yield from _bound_violations(shape, len(members), f"{name} has", "members")
        for index, member in enumerate(members):
            yield from violations(shape.member, member, f"{name}[{index}]")
    elif isinstance(shape, MapShape):
        if not isinstance(value, Mapping):
            yield f"{name} must be a map, not {_shown(value)}"
            return
        entries = cast("Mapping[object, object]", value)
        yield from _bound_violations(shape, len(entries), f"{name} has", "entries")
        for key, member in entries.items():
            yield from violations(shape.key, key, f"the key {key!r} of {name}")
            yield from violations(shape.value, member, f"{name}[{key!r}]")
    else:
        yield from _scalar_violations(shape, value, name)


def refuse_violations(client: BaseClient) -> None:
    """Let a boto3 client raise InputError, with every violation, before it makes a call."""
    client.meta.events.register("provide-client-params.*.*", _refuse)


def _refuse(params: Mapping[str, object], model: OperationModel, **_others: object) -> None:
    if model.input_shape is None:
        return
    found = list(violations(model.input_shape, params, model.name))
    if found:
        message = "; ".join(found)
        raise InputError(message)


def _structure_violations(shape: StructureShape, value: object, name: str) -> Iterator[str]:
    if getattr(shape, "is_document_type", False):
        return  # any JSON
    if not isinstance(value, Mapping):
        yield f"{name} must be a structure, not {_shown(value)}"
        return
    members = cast("Mapping[str, object]", value)
    for key, member in members.items():
        if key in shape.members:
            yield from violations(shape.members[key], member, f"{name}.{key}")
        else:
            yield f"{name}.{key} is not a member of {shape.name}"
    for key in shape.required_members:
        # botocore makes up a missing idempotency token itself.
        if key not in members and not shape.members[key].metadata.get("idempotencyToken"):
            yield f"{name}.{key} is missing"
    chosen = [key for key in members if key in shape.members]
    if getattr(shape, "is_tagged_union", False) and len(chosen) != 1:
        yield f"{name} must have exactly one of {list(shape.members)}, not {chosen}"


def _scalar_violations(shape: Shape, value: object, name: str) -> Iterator[str]:
    kind = shape.type_name
    if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{name} must be of type {kind}, not {_shown(value)}"
    elif isinstance(value, str):
        yield from _string_violations(shape, value, name)
    elif isinstance(value, bytes):
        yield from _bound_violations(shape, len(value), f"{name} has", "bytes")
    elif isinstance(value, int | float):
        yield from _bound_violations(shape, value, f"{name} is", "")


_TYPES: Mapping[str, tuple[type, ...]] = {
    "bigdecimal": (int, float),
    "blob": (bytes,),
    "boolean": (bool,),
    "character": (str,),
    "double": (int, float),
    "float": (int, float),
    "integer": (int,),
    "long": (int,),
    "string": (str,),
    "timestamp": (datetime, str, int, float),
}


def _string_violations(shape: Shape, value: str, name: str) -> Iterator[str]:
    if isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        yield f"{name} must be one of {', '.join(shape.enum)}, not {_shown(value)}"
    yield from _bound_violations(shape, len(value), f"{name} has", "characters")
    pattern = cast("str | None", shape.metadata.get("pattern"))
    if pattern is not None and compile_pattern(pattern).fullmatch(value) is None:
        yield f"{name} must match {pattern}, which {_shown(value)} does not"


def _bound_violations(shape: Shape, amount: float, subject: str, unit: str) -> Iterator[str]:
    minimum = cast("float | None", shape.metadata.get("min"))
    maximum = cast("float | None", shape.metadata.get("max"))
    measured = f"{subject} {amount} {unit}".rstrip()
    if minimum is not None and amount < minimum:
        yield f"{measured}, fewer than the {minimum} that there must be"
    if maximum is not None and amount > maximum:
        yield f"{measured}, more than the {maximum} that there may be"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
