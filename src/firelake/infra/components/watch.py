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
        names: The stack's names.
        config: The stack's settings.
        contract: The events, whose types the dashboard shows.
        key_arn: The key of the topic; its policy lets CloudWatch publish.
    """

    names: Names
    config: LakeConfig
    contract: EventContract
    key_arn: pulumi.Input[str]


class Watch(pulumi.ComponentResource):
    """Tells whether the lake is fresh, whether it is complete, and what is wrong."""

    topic: aws.sns.Topic | None
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
        self.topic = self._topic() if config.watch.has_alarms else None
        for rule in event_rules(names, config):
            aws.cloudwatch.EventRule(
                f"{name}-{rule.key}-rule",
                name=rule.name,
                description=rule.description,
                event_pattern=json.dumps(rule.pattern),
                tags=config.tags,
                opts=child,
            )
        self.alarms = (
            {}
            if self.topic is None
            else {
                spec.key: self._alarm(f"{name}-{spec.key}-alarm", spec, self.topic.arn)
                for spec in alarms(names, config)
            }
        )
        self.dashboard = self._dashboard() if config.watch.has_dashboard else None
        self.register_outputs(
            {
                "topicArn": self.topic.arn if self.topic else None,
                "dashboard": self.dashboard.dashboard_name if self.dashboard else None,
            }
        )

    def _topic(self) -> aws.sns.Topic:
        names, config = self._args.names, self._args.config
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
        return topic

    def _dashboard(self) -> aws.cloudwatch.Dashboard:
        names = self._args.names
        body = dashboard_body(names, self._args.config, self._args.contract)
        return aws.cloudwatch.Dashboard(
            f"{self._name}-dashboard",
            dashboard_name=names.dashboard,
            dashboard_body=json.dumps(body),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _alarm(
        self, name: str, spec: AlarmSpec, topic: pulumi.Input[str]
    ) -> aws.cloudwatch.MetricAlarm:
        condition, stat = spec.condition, spec.stat
        return aws.cloudwatch.MetricAlarm(
            name,
            name=spec.name,
            alarm_description=spec.description,
            comparison_operator=condition.comparison.value,
            threshold=condition.threshold,
            evaluation_periods=condition.periods,
            treat_missing_data=condition.missing.value,
            namespace=stat.metric.namespace if stat else None,
            metric_name=stat.metric.name if stat else None,
            dimensions=dict(stat.metric.dimensions) if stat else None,
            statistic=stat.statistic.value if stat else None,
            period=stat.period_s if stat else None,
            metric_queries=[_query(query) for query in spec.queries] or None,
            alarm_actions=[topic],
            insufficient_data_actions=[topic] if spec.tells_silence else None,
            tags=self._args.config.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )


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
