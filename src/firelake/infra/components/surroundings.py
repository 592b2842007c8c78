"""What is there already and a lake uses: where it is, and whether it fits."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from firelake.infra import iam
from firelake.infra.errors import ConfigError, ConfigProblem
from firelake.infra.existing_rules import existing_problems
from firelake.infra.own_names import Existing
from firelake.infra.rules import bounds_problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names


def placed_names(names: Names, config: LakeConfig) -> pulumi.Output[Names]:
    """Returns the names of a lake, once it is known where that is which it does not make.

    What is an output of another resource is checked then, as texts are before.

    Args:
        names: The names of what is made.
        config: The settings.
    """

    def place(found: Mapping[str, Any]) -> Names:
        existing: Existing[str] = Existing(**found)
        placed = replace(names, existing=existing)
        known = replace(config, existing=existing)
        problems = (*bounds_problems(known), *existing_problems(known, placed))
        if problems:
            raise ConfigError(problems)
        return placed

    given = {
        each.name: value
        for each in fields(Existing)
        if (value := getattr(config.existing, each.name)) is not None
    }
    return pulumi.Output.from_input(given).apply(place)


def existing_stream(
    config: LakeConfig, placed: pulumi.Output[Names], here: pulumi.InvokeOptions
) -> pulumi.Output[str]:
    """Returns the ARN of a stream that is there, if it keeps its records as the settings say.

    How long a claim must last follows from it: a stream that keeps records for longer would let
    copies in after their claims have gone.

    Args:
        config: The settings.
        placed: The names.
        here: Whose provider is asked.

    Raises:
        ConfigError: When it is asked: it keeps them for another time.
    """

    def checked(found: list[object]) -> str:
        arn, retention = str(found[0]), found[1]
        if retention != config.stream.retention_hours:
            rule = (
                f"is not the retention of {arn}, which keeps records for {retention} hours: give"
                " that, and dedupeDays that fit it"
            )
            hours = str(config.stream.retention_hours)
            raise ConfigError((ConfigProblem("stream.retentionHours", hours, rule),))
        return arn

    stream = aws.kinesis.get_stream_output(name=placed.apply(lambda names: names.stream), opts=here)
    arn = placed.apply(lambda names: names.stream_arn)
    return pulumi.Output.all(arn, stream.retention_period).apply(checked)


def existing_policies(
    config: LakeConfig, placed: pulumi.Output[Names]
) -> Mapping[str, pulumi.Output[str]]:
    """Returns what the owners of key, topic and bucket that are there must see to, as JSON.

    Args:
        config: The settings.
        placed: The names.
    """
    existing = config.existing
    has_own_topic = config.watch.has_alarms and existing.topic_arn is None
    statements = dict[str, pulumi.Output[str]]()
    if existing.key_arn is not None:
        statements["keyPolicyStatements"] = placed.apply(
            lambda names: json.dumps(
                iam.key_users(names, config.stream.producer_accounts, has_alarms=has_own_topic)
            )
        )
    if existing.bucket is not None:
        statements["lifecycleRules"] = placed.apply(
            lambda names: json.dumps(
                [
                    {"Prefix": f"{names.folder}{prefix}", "Days": days}
                    for prefix, days in config.expire_days.items()
                ]
            )
        )
    if existing.topic_arn is not None:
        statements["topicPolicyStatements"] = placed.apply(
            lambda names: json.dumps(iam.topic_users(names))
        )
    return statements
