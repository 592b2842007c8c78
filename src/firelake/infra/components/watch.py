"""Watch: alarms with advice, the topic that they go to, and the dashboard."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from firelake.infra import iam
from firelake.infra.watch.alarms import alarms
from firelake.infra.watch.dashboard import dashboard_body
from firelake.infra.watch.event_rules import event_rules

if TYPE_CHECKING:
    from firelake.contract.events import EventContract
    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names
    from firelake.infra.watch.spec import AlarmSpec, MetricQuery


@dataclass(frozen=True, kw_only=True)
class WatchArgs:
    """What the watch is made from.

    Attributes:
        names: The names of what is made.
        placed: The names, of what is used and not made as well.
        config: The stack's settings.
        contract: The events, whose types the dashboard shows.
        key_arn: The key of the topic; its policy lets CloudWatch publish.
    """

    names: Names
    placed: pulumi.Output[Names]
    config: LakeConfig
    contract: EventContract
    key_arn: pulumi.Input[str]


class Watch(pulumi.ComponentResource):
    """Tells whether the lake is fresh, whether it is complete, and what is wrong."""

    topic_arn: pulumi.Output[str] | None
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    dashboard: aws.cloudwatch.Dashboard | None

    def __init__(
        self, name: str, args: WatchArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("firelake:watch:Watch", name, None, opts)
        self._args = args
        self._name = name
        names, config = args.names, args.config
        child = pulumi.ResourceOptions(parent=self)
        self.topic_arn = self._topic() if config.watch.has_alarms else None
        for rule in event_rules(names, config):
            aws.cloudwatch.EventRule(
                f"{name}-{rule.key}-rule",
                name=rule.name,
                description=rule.description,
                event_pattern=args.placed.apply(
                    lambda placed, key=rule.key: next(
                        json.dumps(each.pattern)
                        for each in event_rules(placed, config)
                        if each.key == key
                    )
                ),
                tags=config.tags,
                opts=child,
            )
        self.alarms = {} if self.topic_arn is None else self._alarms(self.topic_arn)
        self.dashboard = self._dashboard() if config.watch.has_dashboard else None
        self.register_outputs(
            {
                "topicArn": self.topic_arn,
                "dashboard": self.dashboard.dashboard_name if self.dashboard else None,
            }
        )

    def _topic(self) -> pulumi.Output[str]:
        """Returns the ARN of the topic, which is made unless it is there already."""
        names, config = self._args.names, self._args.config
        if config.existing.topic_arn is not None:
            return pulumi.Output.from_input(config.existing.topic_arn)
        child = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(
            f"{self._name}-topic",
            name=names.topic,
            display_name=f"Alarms of {names.prefix}",
            kms_master_key_id=self._args.key_arn,
            tags=config.tags,
            opts=child,
        )
        aws.sns.TopicPolicy(
            f"{self._name}-topic-policy",
            arn=topic.arn,
            policy=json.dumps(iam.topic_policy(names)),
            opts=child,
        )
        if config.watch.alarm_email is not None:
            aws.sns.TopicSubscription(
                f"{self._name}-email",
                topic=topic.arn,
                protocol="email",
                endpoint=config.watch.alarm_email,
                opts=child,
            )
        return topic.arn

    def _dashboard(self) -> aws.cloudwatch.Dashboard:
        args = self._args
        return aws.cloudwatch.Dashboard(
            f"{self._name}-dashboard",
            dashboard_name=args.names.dashboard,
            dashboard_body=args.placed.apply(
                lambda names: json.dumps(dashboard_body(names, args.config, args.contract))
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _alarms(self, topic_arn: pulumi.Output[str]) -> dict[str, aws.cloudwatch.MetricAlarm]:
        """Makes the alarms: the settings tell which there are."""
        args = self._args

        def by_key(names: Names) -> dict[str, AlarmSpec]:
            return {spec.key: spec for spec in alarms(names, args.config)}

        placed = args.placed.apply(by_key)
        return {
            key: self._alarm(spec, placed.apply(lambda specs, key=key: specs[key]), topic_arn)
            for key, spec in by_key(args.names).items()
        }

    def _alarm(
        self, spec: AlarmSpec, placed: pulumi.Output[AlarmSpec], topic_arn: pulumi.Output[str]
    ) -> aws.cloudwatch.MetricAlarm:
        condition, stat = spec.condition, spec.stat
        return aws.cloudwatch.MetricAlarm(
            f"{self._name}-{spec.key}-alarm",
            name=spec.name,
            alarm_description=spec.description,
            comparison_operator=condition.comparison.value,
            threshold=condition.threshold,
            evaluation_periods=condition.periods,
            treat_missing_data=condition.missing.value,
            namespace=stat.metric.namespace if stat else None,
            metric_name=stat.metric.name if stat else None,
            dimensions=placed.apply(_dimensions) if stat else None,
            statistic=stat.statistic.value if stat else None,
            period=stat.period_s if stat else None,
            metric_queries=placed.apply(_queries) if spec.queries else None,
            alarm_actions=[topic_arn],
            insufficient_data_actions=[topic_arn] if spec.tells_silence else None,
            tags=self._args.config.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _dimensions(spec: AlarmSpec) -> dict[str, str]:
    return dict(spec.stat.metric.dimensions) if spec.stat else {}


def _queries(spec: AlarmSpec) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgsDict]:
    return [_query(query) for query in spec.queries]


def _query(query: MetricQuery) -> aws.cloudwatch.MetricAlarmMetricQueryArgsDict:
    made: aws.cloudwatch.MetricAlarmMetricQueryArgsDict = {
        "id": query.id,
        "return_data": query.is_result,
    }
    if query.label is not None:
        made["label"] = query.label
    if query.expression is not None:
        made["expression"] = query.expression
    if query.stat is not None:
        metric = query.stat.metric
        made["metric"] = {
            "namespace": metric.namespace,
            "metric_name": metric.name,
            "dimensions": dict(metric.dimensions),
            "stat": query.stat.statistic.value,
            "period": query.stat.period_s,
        }
    return made
