"""Reads what `pulumi preview --json` writes.

Its form: https://github.com/pulumi/pulumi/blob/master/sdk/pkg/display/json.go
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from infra.errors import PreviewError

if TYPE_CHECKING:
    from collections.abc import Mapping


def digest_of(preview: str) -> Mapping[str, object]:
    """Give the one object that a preview is.

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


def steps_of(digest: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Give the steps: what would happen to each resource."""
    return objects(digest.get("steps"))


def type_and_name(urn: str) -> tuple[str, str]:
    """Split a URN: `urn:pulumi:stack::project::parent$type::name`.

    https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
    """
    _, _, types, name = (*urn.split("::", 3), "", "", "", "")[:4]
    return types.rpartition("$")[2], name


def objects(value: object) -> list[Mapping[str, object]]:
    """Give the objects of a list; none where it is no list."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Mapping[str, object]", item) for item in items if isinstance(item, dict)]


def texts(value: object) -> list[str]:
    """Give the texts of a list; none where it is no list."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [item for item in items if isinstance(item, str)]
