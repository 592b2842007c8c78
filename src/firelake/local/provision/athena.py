"""Provisions Athena's resources: the workgroup and its named queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.local.provider import Created
from firelake.local.provision.place import text

if TYPE_CHECKING:
    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place


def workgroup(place: Place, registration: Registration) -> Created:
    """Make a workgroup."""
    place.send(registration)
    name = text(registration.inputs, "name")
    return Created(name, {"arn": place.arn("athena", f"workgroup/{name}")})


def named_query(place: Place, registration: Registration) -> Created:
    """Make a named query, whose id Athena gives."""
    answers = place.send(registration)
    return Created(str(answers["CreateNamedQuery"]["NamedQueryId"]))
