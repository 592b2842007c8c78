"""How a resource type of the lake's program is described: what it takes of IAM, and where.

The actions are the calls that the Terraform AWS provider, on which Pulumi's stands, makes for a
type, in the file of its name (`kms/key.go` for `aws:kms/key:Key`; but `logs/group.go`,
`logs/stream.go`, `events/rule.go` and `firehose/delivery_stream.go`) below
https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service. A tagged resource
is created with its tags, which IAM checks apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final


@unique
class Place(StrEnum):
    """Resources of one service that share their ARNs; the name of their IAM statement."""

    ALARMS = "Alarms"
    BUCKET = "Bucket"
    CRAWLER = "Crawler"
    DASHBOARD = "Dashboard"
    DATABASE = "Database"
    DELIVERY = "Delivery"
    EVENT_RULES = "EventRules"
    FUNCTION = "Function"
    KEY = "Key"
    KEY_ALIAS = "KeyAlias"
    LOGS = "Logs"
    MOVE_MACHINE = "MoveMachine"
    MOVE_SCHEDULE = "MoveSchedule"
    POLICIES = "Policies"
    ROLES = "Roles"
    SCALING = "Scaling"
    STREAM = "Stream"
    TABLE = "Table"
    TOPIC = "Topic"
    WORKGROUP = "Workgroup"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """The IAM actions that one type takes.

    Attributes:
        type_name: Pulumi's name of the type.
        place: Where the actions are allowed.
        reads: For a refresh, and after every create and update.
        writes: To create and to update.
        deletes: To delete.
        holds_data: Whether a protected stack's deploy role goes without `deletes`.
    """

    type_name: str
    place: Place
    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()
    holds_data: bool = False


UNCONFINED: Final = {
    "application-autoscaling:DescribeScalableTargets": "lists, and takes no resource",
    "application-autoscaling:DescribeScalingPolicies": "lists, and takes no resource",
    "dynamodb:ListTables": "lists, and takes no resource",
    "glue:CreateCrawler": "takes no resource",
    "kms:CreateKey": "a key has no ARN before it is made",
    "kms:ListAliases": "lists, and takes no resource",
    "lakeformation:GrantPermissions": "takes no resource; only an administrator's call succeeds",
    "lakeformation:ListPermissions": "takes no resource",
    "lakeformation:RevokePermissions": "takes no resource; only an administrator's call succeeds",
    "logs:DescribeLogGroups": "lists, and takes no resource",
    "sns:GetSubscriptionAttributes": "takes no resource",
    "states:ValidateStateMachineDefinition": "is asked of any, before there is one",
    "sns:SetSubscriptionAttributes": "takes no resource",
    "sns:Unsubscribe": "takes no resource",
}
"""Actions that are allowed on `*`, with the reason.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

UNCONDITIONED: Final = frozenset(
    {
        "application-autoscaling:TagResource",
        "application-autoscaling:UntagResource",
        "iam:DeleteRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:UpdateRoleDescription",
    }
)
"""Changes that do not know the condition of their place, and would never be allowed under it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_applicationautoscaling.html
and https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""
