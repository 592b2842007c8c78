"""Provisions DynamoDB's resource: the table. Its autoscaling is kept, as MiniStack has none."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from firelake.local.provider import Created
from firelake.local.provision.place import text
from firelake.local.provision.waiting import wait_until

if TYPE_CHECKING:
    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place


def table(place: Place, registration: Registration) -> Created:
    """Make a table and wait until it is active."""
    name = text(registration.inputs, "name")
    place.send(registration)

    def is_active() -> bool:
        answer = place.clients.call("dynamodb", "DescribeTable", {"TableName": name})
        return answer["Table"]["TableStatus"] == "ACTIVE"

    wait_until(is_active, f"the table {name!r} is active")
    return Created(name, {"arn": place.arn("dynamodb", f"table/{name}")})


def scaling_target(place: Place, registration: Registration) -> Created:
    """Keep the bounds of a table's units: nothing is throttled here, so nothing scales."""
    resource = text(registration.inputs, "resourceId")
    dimension = text(registration.inputs, "scalableDimension")
    scaled = f"{resource} {dimension}"
    place.kept.keep(registration.type, scaled, registration.inputs)
    arn = place.arn("application-autoscaling", f"scalable-target/{_made_of(scaled)}")
    return Created(resource, {"arn": arn})


def scaling_policy(place: Place, registration: Registration) -> Created:
    """Keep how a table's units follow the load."""
    inputs = registration.inputs
    name = text(inputs, "name")
    place.kept.keep(registration.type, name, inputs)
    scaled = f"resource/{text(inputs, 'serviceNamespace')}/{text(inputs, 'resourceId')}"
    resource = f"scalingPolicy:{_made_of(name)}:{scaled}:policyName/{name}"
    return Created(name, {"arn": place.arn("autoscaling", resource), "alarmArns": []})


def _made_of(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))
