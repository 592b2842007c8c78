"""What the API's models refuse of a CreateDeliveryStream request, in the service's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from botocore.model import ListShape, StringShape, StructureShape

from firelake.formats.service_models.constraints import operation_model
from firelake.formats.service_models.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from botocore.model import Shape

_NULL: Final = "null"


def model_problems(request: Mapping[str, object]) -> Iterator[str]:
    """Give every value that is not as the model asks, each as the service words it.

    Types, and members that the model does not have, are the business of
    `firelake.formats.service_models`: an SDK sends no such request.
    """
    shape = operation_model("firehose", "CreateDeliveryStream").input_shape
    if shape is not None:
        yield from _problems(shape, request, "")


def _problems(shape: Shape, value: object, path: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        members = cast("Mapping[str, object]", value)
        for name, member_shape in shape.members.items():
            member = members.get(name)
            if member is not None:
                yield from _problems(member_shape, member, _path(path, name))
            elif name in shape.required_members:
                yield _problem(_NULL, _path(path, name), "not be null")
    elif isinstance(shape, ListShape):
        values = cast("Sequence[object]", value)
        yield from _bound_problems(shape, len(values), "length", values, path)
        for index, member in enumerate(values, start=1):
            yield from _problems(shape.member, member, f"{path}.{index}.member")
    elif isinstance(value, str):
        yield from _string_problems(shape, value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _bound_problems(shape, value, "value", value, path)


def _string_problems(shape: Shape, value: str, path: str) -> Iterator[str]:
    if isinstance(shape, StringShape) and shape.enum and value not in shape.enum:
        allowed = ", ".join(shape.enum)
        yield _problem(value, path, f"satisfy enum value set: [{allowed}]")
    yield from _bound_problems(shape, len(value), "length", value, path)
    pattern = cast("str | None", shape.metadata.get("pattern"))
    if pattern is not None and compile_pattern(pattern).fullmatch(value) is None:
        yield _problem(value, path, f"satisfy regular expression pattern: {pattern}")


def _bound_problems(
    shape: Shape, amount: float, what: str, value: object, path: str
) -> Iterator[str]:
    minimum = cast("float | None", shape.metadata.get("min"))
    maximum = cast("float | None", shape.metadata.get("max"))
    if minimum is not None and amount < minimum:
        yield _problem(value, path, f"have {what} greater than or equal to {minimum}")
    if maximum is not None and amount > maximum:
        yield _problem(value, path, f"have {what} less than or equal to {maximum}")


def _problem(value: object, path: str, rule: str) -> str:
    shown = _NULL if value is _NULL else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: Member must {rule}"


def _path(path: str, name: str) -> str:
    first = name[0].lower() + name[1:]
    return f"{path}.{first}" if path else first
