"""Provisions what moves days by itself: the state machine, and the schedule that would start it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.local.provider import Created
from firelake.local.provision.place import text

if TYPE_CHECKING:
    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place


def state_machine(place: Place, registration: Registration) -> Created:
    """Make a state machine."""
    made = place.send(registration)["CreateStateMachine"]
    arn = str(made["stateMachineArn"])
    return Created(arn, {"arn": arn})


def schedule(place: Place, registration: Registration) -> Created:
    """Keep a schedule: a lake on a laptop moves days when it is told to."""
    name = text(registration.inputs, "name")
    place.kept.keep(registration.type, name, registration.inputs)
    return Created(f"default/{name}", {"arn": place.arn("scheduler", f"schedule/default/{name}")})
