"""Provisions what watches: CloudWatch's alarms and dashboards, log groups, event rules, topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.local.provider import Created
from firelake.local.provision.iam_differences import as_put
from firelake.local.provision.place import text

if TYPE_CHECKING:
    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place


def dashboard(place: Place, registration: Registration) -> Created:
    """Make a dashboard, whose ARN names no Region."""
    place.send(registration)
    name = text(registration.inputs, "dashboardName")
    arn = f"arn:aws:cloudwatch::{place.account_id}:dashboard/{name}"
    return Created(name, {"dashboardArn": arn})


def event_rule(place: Place, registration: Registration) -> Created:
    """Make a rule on the default event bus."""
    place.send(registration)
    name = text(registration.inputs, "name")
    return Created(name, {"arn": place.arn("events", f"rule/{name}")})


def log_group(place: Place, registration: Registration) -> Created:
    """Make a log group."""
    place.send(registration)
    name = text(registration.inputs, "name")
    return Created(name, {"arn": place.arn("logs", f"log-group:{name}")})


def log_stream(place: Place, registration: Registration) -> Created:
    """Make a log stream."""
    place.send(registration)
    group, name = text(registration.inputs, "logGroupName"), text(registration.inputs, "name")
    return Created(name, {"arn": place.arn("logs", f"log-group:{group}:log-stream:{name}")})


def metric_alarm(place: Place, registration: Registration) -> Created:
    """Make an alarm."""
    place.send(registration)
    name = text(registration.inputs, "name")
    return Created(name, {"arn": place.arn("cloudwatch", f"alarm:{name}")})


def topic(place: Place, registration: Registration) -> Created:
    """Make a topic."""
    arn = str(place.send(registration)["CreateTopic"]["TopicArn"])
    return Created(arn, {"arn": arn, "owner": place.account_id})


def topic_policy(place: Place, registration: Registration) -> Created:
    """Set a topic's policy, as MiniStack must have it to mean what the program says."""
    document = as_put(text(registration.inputs, "policy"))
    place.send(registration, changes={"SetTopicAttributes": {"AttributeValue": document}})
    return Created(text(registration.inputs, "arn"), {"owner": place.account_id})


def topic_subscription(place: Place, registration: Registration) -> Created:
    """Subscribe to a topic; nobody is sent anything, so nobody has to confirm."""
    arn = str(place.send(registration)["Subscribe"]["SubscriptionArn"])
    return Created(arn, {"arn": arn, "ownerId": place.account_id})
