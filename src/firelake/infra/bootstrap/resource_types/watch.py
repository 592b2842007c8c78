"""What alarms, dashboard, topic and managed policies take of IAM."""

from __future__ import annotations

from typing import Final

from firelake.infra.bootstrap.resource_types.model import Place, ResourceType

WATCH: Final = (
    ResourceType(
        type_name="aws:cloudwatch/metricAlarm:MetricAlarm",
        place=Place.ALARMS,
        reads=("cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"),
        writes=("cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"),
        deletes=("cloudwatch:DeleteAlarms",),
    ),
    ResourceType(
        type_name="aws:cloudwatch/dashboard:Dashboard",
        place=Place.DASHBOARD,
        reads=("cloudwatch:GetDashboard",),
        writes=("cloudwatch:PutDashboard",),
        deletes=("cloudwatch:DeleteDashboards",),
    ),
    ResourceType(
        type_name="aws:cloudwatch/eventRule:EventRule",
        place=Place.EVENT_RULES,
        reads=("events:DescribeRule", "events:ListTagsForResource"),
        writes=("events:PutRule", "events:TagResource", "events:UntagResource"),
        deletes=("events:DeleteRule",),
    ),
    ResourceType(
        type_name="aws:sns/topic:Topic",
        place=Place.TOPIC,
        reads=("sns:GetTopicAttributes", "sns:ListTagsForResource"),
        writes=(
            "sns:CreateTopic",
            "sns:SetTopicAttributes",
            "sns:TagResource",
            "sns:UntagResource",
        ),
        deletes=("sns:DeleteTopic",),
    ),
    ResourceType(
        type_name="aws:sns/topicPolicy:TopicPolicy",
        place=Place.TOPIC,
        reads=("sns:GetTopicAttributes",),
        writes=("sns:SetTopicAttributes",),
    ),
    ResourceType(
        type_name="aws:sns/topicSubscription:TopicSubscription",
        place=Place.TOPIC,
        reads=("sns:GetSubscriptionAttributes",),
        writes=("sns:SetSubscriptionAttributes", "sns:Subscribe"),
        deletes=("sns:Unsubscribe",),
    ),
    ResourceType(
        type_name="aws:iam/policy:Policy",
        place=Place.POLICIES,
        reads=("iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListPolicyVersions"),
        # No iam:CreatePolicyVersion: people bear these policies, and no condition confines what a
        # new version says. To change one takes an administrator.
        writes=("iam:CreatePolicy", "iam:TagPolicy", "iam:UntagPolicy"),
        deletes=("iam:DeletePolicy", "iam:DeletePolicyVersion"),
    ),
)
