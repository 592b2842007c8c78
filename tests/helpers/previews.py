"""Previews as `pulumi preview --json` writes them, made of what two programs register."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.helpers.pulumi_recorder import Recording

STACK_TYPE = "pulumi:pulumi:Stack"


def preview_of(*steps: Mapping[str, object], outputs: Mapping[str, object] | None = None) -> str:
    """Return a preview of these steps; `outputs` are the stack's of its last deployment."""
    stack: dict[str, object] = {"op": "same", "urn": f"urn:pulumi:dev::firelake::{STACK_TYPE}::s"}
    if outputs is not None:
        stack["oldState"] = {"type": STACK_TYPE, "outputs": outputs}
    # An archive among the inputs is no JSON; its text will do.
    return json.dumps({"config": {}, "steps": [stack, *steps]}, default=str)


def change_of(
    type_name: str,
    name: str,
    before: Mapping[str, object] | None,
    after: Mapping[str, object] | None,
) -> dict[str, object]:
    """Return the step of a resource whose inputs would be `after` instead of `before`."""
    operation = "create" if before is None else "delete" if after is None else "update"
    urn = f"urn:pulumi:dev::firelake::{type_name}::{name}"
    step: dict[str, object] = {"op": operation, "urn": urn}
    for state, inputs in (("oldState", before), ("newState", after)):
        if inputs is not None:
            step[state] = {"type": type_name, "inputs": inputs}
    return step


def preview_between(before: Recording, after: Recording) -> str:
    """Return the preview of a deployment that changes what one program made into another's."""
    old, new = (
        {(each.type, each.name): each.inputs for each in recording.resources}
        for recording in (before, after)
    )
    steps = [
        change_of(*key, old.get(key), new.get(key))
        for key in {**old, **new}
        if old.get(key) != new.get(key)
    ]
    return preview_of(*steps, outputs=before.outputs)


def with_value(inputs: Mapping[str, Any], path: tuple[str, ...], value: object) -> dict[str, Any]:
    """Return a copy of inputs with another value at a path."""
    changed = deepcopy(dict(inputs))
    *parents, last = path
    place: Any = changed
    for key in parents:
        place = place[key]
    place[last] = value
    return changed
