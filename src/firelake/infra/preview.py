"""Reads what `pulumi preview --json` writes.

Its form: https://github.com/pulumi/pulumi/blob/master/pkg/display/json.go
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from firelake.infra.errors import PreviewError

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that only the change itself will give.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
"""

STACK: Final = "pulumi:pulumi:Stack"

JsonObject: TypeAlias = Mapping[str, object]
"""A JSON object: a part of a preview, such as the inputs of a resource."""

_ERROR: Final = "error"
_TRACEBACK: Final = "Traceback (most recent call last):"
_LAST_LINES: Final = re.compile(r"^\S.*", re.MULTILINE | re.DOTALL)


def digest_of(preview: str) -> JsonObject:
    """Return the one object that a preview is.

    Raises:
        PreviewError: The text is not one JSON object.
    """
    try:
        digest: object = json.loads(preview)
    except ValueError as error:
        message = (
            f"not one JSON document ({error}): give what `pulumi preview --json` writes to "
            "standard output, and look there for why it wrote something else"
        )
        raise PreviewError(message) from error
    if not isinstance(digest, dict):
        message = f"a preview is a JSON object, not {type(digest).__name__}"
        raise PreviewError(message)
    return cast("dict[str, object]", digest)


@dataclass(frozen=True, slots=True)
class PreviewStep:
    """What would happen to one resource that is not left as it is.

    Attributes:
        listed: The step as Pulumi lists it.
        operation: What would be done, such as `replace`.
        urn: The resource.
        type_name: Pulumi's name of its type.
        name: Its name in the program.
        before: Its inputs before; empty where it is not there.
        after: Its inputs after; empty where it is not there.
    """

    listed: JsonObject
    operation: str
    urn: str
    type_name: str
    name: str
    before: JsonObject
    after: JsonObject


def steps_of(digest: JsonObject) -> list[PreviewStep]:
    """Return the steps of a preview."""
    return [_step(each) for each in objects(digest.get("steps"))]


def _step(listed: JsonObject) -> PreviewStep:
    urn = str(listed.get("urn", ""))
    before, after = (
        mapping(value_at(listed, state, "inputs")) for state in ("oldState", "newState")
    )
    return PreviewStep(listed, str(listed.get("op", "")), urn, *type_and_name(urn), before, after)


def errors_of(digest: JsonObject) -> list[str]:
    """Return the errors that ended a preview, a Python traceback cut down to its exception."""
    return [
        _without_traceback(str(each.get("message", "")).strip())
        for each in objects(digest.get("diagnostics"))
        if each.get("severity") == _ERROR
    ]


def type_and_name(urn: str) -> tuple[str, str]:
    """Split a URN: `urn:pulumi:stack::project::parent$type::name`.

    https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
    """
    _, _, types, name = (*urn.split("::", 3), "", "", "", "")[:4]
    return types.rpartition("$")[2], name


def value_at(value: object, *path: str) -> object:
    """Return what stands below a value; None where nothing does, `UNKNOWN` below an unknown one."""
    for key in path:
        if value == UNKNOWN:
            return UNKNOWN
        # Pulumi unwraps lists of one member; other clients of its state may not.
        members = objects(value)
        value = mapping(members[0] if len(members) == 1 else value).get(key)
    return value


def mapping(value: object) -> JsonObject:
    """Return an object; an empty one where the value is none."""
    return cast("JsonObject", value) if isinstance(value, Mapping) else {}


def objects(value: object) -> list[JsonObject]:
    """Return the objects of a list; none where it is no list."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [found for item in items if (found := mapping(item))]


def texts(value: object) -> list[str]:
    """Return the texts of a list; none where it is no list."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str)]


def _without_traceback(message: str) -> str:
    """Frames are indented; the exception after them is not."""
    start, is_there, trace = message.rpartition(_TRACEBACK)
    found = _LAST_LINES.search(trace.lstrip("\n")) if is_there else None
    first = start.partition("\n")[0].strip()
    return f"{first}\n{found[0].strip()}" if found else message
