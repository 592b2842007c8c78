"""What is refused of things that are there already, and are to be used instead of made."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from firelake.infra.config_sections import StreamConfig
from firelake.infra.config_setting import camel_case
from firelake.infra.errors import ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names

_REGION: Final = 3
_ACCOUNT: Final = 4
# Of what is used: the name that would be given to it if it were made.
_NAMED: Final = {
    "stream_arn": "stream",
    "key_arn": "key_alias",
    "topic_arn": "topic",
    "bucket": "bucket",
    "database": "database",
}
# Of a part of what is used: what it is a part of.
_PARTS: Final = {
    "stream_key_arn": "stream_arn",
    "bucket_folder": "bucket",
    "bucket_key_arn": "bucket",
}
_IN_REGION: Final = ("stream_arn", "stream_key_arn", "bucket_key_arn", "key_arn", "topic_arn")


def existing_problems(config: LakeConfig, names: Names) -> Iterator[ConfigProblem]:
    """List what does not fit together, of values that are known.

    Args:
        config: The settings; outputs of other resources are not looked at.
        names: The stack's names, which tell account and Region.
    """
    yield from _needless(config)
    for attribute in _IN_REGION:
        key = _key(attribute)
        value: object = getattr(config.existing, attribute)
        parts = value.split(":") if isinstance(value, str) else []
        if len(parts) <= _ACCOUNT:  # no ARN, which is told elsewhere
            continue
        if parts[_REGION] != names.region:
            rule = f"is of another Region than the stack, which is in {names.region}"
            yield ConfigProblem(key, str(value), rule)
        if attribute == "stream_arn" and parts[_ACCOUNT] != names.account_id:
            rule = f"is of another account than the stack, which is in {names.account_id}"
            yield ConfigProblem(key, str(value), rule)


def _needless(config: LakeConfig) -> Iterator[ConfigProblem]:
    existing = config.existing
    for attribute, own in _NAMED.items():
        name: str | None = getattr(config.names, own)
        if getattr(existing, attribute) is not None and name is not None:
            rule = f"is not expected with {_key(attribute)}, which has its name"
            yield ConfigProblem(f"names.{camel_case(own)}", name, rule)
    for attribute, owner in _PARTS.items():
        value: object = getattr(existing, attribute)
        if value is not None and getattr(existing, owner) is None:
            rule = f"is not expected without {_key(owner)}"
            yield ConfigProblem(_key(attribute), str(value), rule)
    if existing.stream_arn is not None:
        yield from _of_a_stream_that_is_made(config)
    if bool(existing.subnet_ids) != bool(existing.security_group_ids):
        rule = "needs the other one, too: existing.subnetIds and existing.securityGroupIds"
        given = "subnetIds" if existing.subnet_ids else "securityGroupIds"
        yield ConfigProblem(f"existing.{given}", "(alone)", rule)
    if existing.topic_arn is not None and config.watch.alarm_email is not None:
        rule = "is not expected with existing.topicArn: subscribe to the topic where it is made"
        yield ConfigProblem("watch.alarmEmail", config.watch.alarm_email, rule)
    if existing.topic_arn is not None and not config.watch.has_alarms:
        rule = "is not expected without watch.hasAlarms: nothing would be sent"
        yield ConfigProblem("existing.topicArn", str(existing.topic_arn), rule)


def _key(attribute: str) -> str:
    return f"existing.{camel_case(attribute)}"


def _of_a_stream_that_is_made(config: LakeConfig) -> Iterator[ConfigProblem]:
    for each in fields(StreamConfig):
        value: object = getattr(config.stream, each.name)
        if each.name != "retention_hours" and value != each.default:
            rule = "is not expected with existing.streamArn: the stream is as it is"
            yield ConfigProblem(f"stream.{camel_case(each.name)}", str(value), rule)
