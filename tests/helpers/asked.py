"""Compares what a program asked for with what a service tells of it afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from firelake.formats.service_models.requests import api_requests

if TYPE_CHECKING:
    from firelake.local.cloud import Cloud
    from firelake.local.provider import Registration


def registered(cloud: Cloud, type_: str) -> list[Registration]:
    """The resources of a type, which is written without its module: `Bucket`."""
    return [
        each
        for each in cloud.deployment.registrations
        if each.is_custom and each.type.endswith(f":{type_}")
    ]


def asked(registration: Registration, operation: str) -> dict[str, Any]:
    """The parameters with which the program asks for an operation."""
    (found,) = (
        each.parameters
        for each in api_requests(registration.type, registration.inputs)
        if each.operation == operation
    )
    return dict(found)


def differences(asked_for: object, held: object, path: str = "") -> Iterator[str]:
    """Each value that was asked for and is not there; what a service adds does not count."""
    if isinstance(asked_for, Mapping) and isinstance(held, Mapping):
        members = cast("Mapping[str, object]", held)
        for key, value in cast("Mapping[str, object]", asked_for).items():
            where = f"{path}.{key}" if path else key
            if key in members:
                yield from differences(value, members[key], where)
            else:
                yield f"{where} is not there"
    elif isinstance(asked_for, list) and isinstance(held, Sequence) and not isinstance(held, str):
        one = _ordered(cast("list[object]", asked_for))
        other = _ordered(list(cast("Sequence[object]", held)))
        if len(one) != len(other):
            yield f"{path} has {len(other)} members, not {len(one)}"
            return
        for index, (value, member) in enumerate(zip(one, other, strict=True)):
            yield from differences(value, member, f"{path}[{index}]")
    elif asked_for != held:
        yield f"{path} is {held!r}, not {asked_for!r}"


def _ordered(members: list[object]) -> list[object]:
    """Members by name where they have one: tags and queries have no order."""
    names = ("Key", "key", "Id", "AttributeName")

    def name_of(member: object) -> str:
        if isinstance(member, Mapping):
            content = cast("Mapping[str, object]", member)
            return json.dumps([content.get(name) for name in names], default=str)
        return ""

    return sorted(members, key=name_of)
