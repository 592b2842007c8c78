"""Watch: alarms with advice, the topic that they go to, and the dashboard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from firelake.infra import iam
from firelake.infra.components.part import LakePart
from firelake.infra.watch.alarms import alarms
from firelake.infra.watch.dashboard import dashboard_body
from firelake.infra.watch.event_rules import event_rules

if TYPE_CHECKING:
    from firelake.contract.events import EventContract
    from firelake.infra.components.part import LakeContext
    from firelake.infra.naming import Names
    from firelake.infra.watch.spec import AlarmSpec, MetricQuery


class Watch(LakePart):
    """Tells whether the lake is fresh, whether it is complete, and what is wrong."""

    topic_arn: pulumi.Output[str] | None
    alarms: dict[str, aws.cloudwatch.MetricAlarm]
    dashboard: aws.cloudwatch.Dashboard | None

    def __init__(
        self,
        name: str,
        context: LakeContext,
        contract: EventContract,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes topic, rules, alarms and dashboard.

        Args:
            name: Name of the component.
            context: What it is made from; the key's policy lets CloudWatch publish.
            contract: The events, whose types the dashboard shows.
            opts: Options of the component.
        """
        super().__init__("watch:Watch", name, context, opts)
        names, config = self.names, self.config
        self.topic_arn = self._topic() if config.watch.has_alarms else None
        for rule in event_rules(names, config):
            aws.cloudwatch.EventRule(
                f"{name}-{rule.key}-rule",
                name=rule.name,
                description=rule.description,
                event_pattern=context.placed.apply(
                    lambda placed, key=rule.key: next(
                        json.dumps(each.pattern)
                        for each in event_rules(placed, config)
                        if each.key == key
                    )
                ),
                tags=config.tags,
                opts=self.options(),
            )
        self.alarms = {} if self.topic_arn is None else self._alarms(self.topic_arn)
        self.dashboard = self._dashboard(contract) if config.watch.has_dashboard else None
        self.register_outputs(
            {
                "topicArn": self.topic_arn,
                "dashboard": self.dashboard.dashboard_name if self.dashboard else None,
            }
        )

    def _topic(self) -> pulumi.Output[str]:
        """Returns the ARN of the topic, which is made unless it is there already."""
        names, config = self.names, self.config
        if config.existing.topic_arn is not None:
            return pulumi.Output.from_input(config.existing.topic_arn)
        topic = aws.sns.Topic(
            f"{self.part}-topic",
            name=names.topic,
            display_name=f"Alarms of {names.prefix}",
            kms_master_key_id=self.context.key_arn,
            tags=config.tags,
            opts=self.options(),
        )
        aws.sns.TopicPolicy(
            f"{self.part}-topic-policy",
            arn=topic.arn,
            policy=json.dumps(iam.topic_policy(names)),
            opts=self.options(),
        )
        if config.watch.alarm_email is not None:
            aws.sns.TopicSubscription(
                f"{self.part}-email",
                topic=topic.arn,
                protocol="email",
                endpoint=config.watch.alarm_email,
                opts=self.options(),
            )
        return topic.arn

    def _dashboard(self, contract: EventContract) -> aws.cloudwatch.Dashboard:
        return aws.cloudwatch.Dashboard(
            f"{self.part}-dashboard",
            dashboard_name=self.names.dashboard,
            dashboard_body=self.context.placed.apply(
                lambda names: json.dumps(dashboard_body(names, self.config, contract))
            ),
            opts=self.options(),
        )

    def _alarms(self, topic_arn: pulumi.Output[str]) -> dict[str, aws.cloudwatch.MetricAlarm]:
        """Makes the alarms: the settings tell which there are."""

        def by_key(names: Names) -> dict[str, AlarmSpec]:
            return {spec.key: spec for spec in alarms(names, self.config)}

        placed = self.context.placed.apply(by_key)
        return {
            key: self._alarm(spec, placed.apply(lambda specs, key=key: specs[key]), topic_arn)
            for key, spec in by_key(self.names).items()
        }

    def _alarm(
        self, spec: AlarmSpec, placed: pulumi.Output[AlarmSpec], topic_arn: pulumi.Output[str]
    ) -> aws.cloudwatch.MetricAlarm:
        condition, stat = spec.condition, spec.stat
        return aws.cloudwatch.MetricAlarm(
            f"{self.part}-{spec.key}-alarm",
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
            tags=self.config.tags,
            opts=self.options(),
        )


def _dimensions(spec: AlarmSpec) -> dict[str, str]:
    return dict(spec.stat.metric.dimensions) if spec.stat else {}


def _queries(spec: AlarmSpec) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgsDict]:
    return [_query(query) for query in spec.queries]


def _query(query: MetricQuery) -> aws.cloudwatch.MetricAlarmMetricQueryArgsDict:
    """Returns a query in the provider's form: what it lacks is left out, and not told as null."""
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
