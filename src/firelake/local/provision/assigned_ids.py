"""Provisions resources to which services assign ids; and the schedule of moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.local.provider import Created
from firelake.local.provision.place import text

if TYPE_CHECKING:
    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place


def named_query(place: Place, registration: Registration) -> Created:
    """Make a named query of Athena."""
    answers = place.send(registration)
    return Created(str(answers["CreateNamedQuery"]["NamedQueryId"]))


def topic(place: Place, registration: Registration) -> Created:
    """Make a topic of SNS."""
    arn = str(place.send(registration)["CreateTopic"]["TopicArn"])
    return Created(arn, {"arn": arn, "owner": place.account_id})


def topic_subscription(place: Place, registration: Registration) -> Created:
    """Subscribe to a topic; nobody is sent anything, so nobody has to confirm."""
    arn = str(place.send(registration)["Subscribe"]["SubscriptionArn"])
    return Created(arn, {"arn": arn, "ownerId": place.account_id})


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
