"""What function, Firehose, logs and roles take of IAM."""

from __future__ import annotations

from typing import Final

from firelake.infra.bootstrap.resource_types.model import Place, ResourceType

COMPUTE: Final = (
    ResourceType(
        type_name="aws:lambda/function:Function",
        place=Place.FUNCTION,
        reads=(
            "lambda:GetFunction",
            "lambda:GetFunctionCodeSigningConfig",
            "lambda:GetFunctionConfiguration",
            "lambda:ListTags",
            "lambda:ListVersionsByFunction",
        ),
        writes=(
            "lambda:CreateFunction",
            "lambda:DeleteFunctionConcurrency",
            "lambda:PublishVersion",
            "lambda:PutFunctionConcurrency",
            "lambda:TagResource",
            "lambda:UntagResource",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
        ),
        deletes=("lambda:DeleteFunction",),
    ),
    ResourceType(
        type_name="aws:lambda/alias:Alias",
        place=Place.FUNCTION,
        reads=("lambda:GetAlias",),
        writes=("lambda:CreateAlias", "lambda:UpdateAlias"),
        deletes=("lambda:DeleteAlias",),
    ),
    # The provider validates a definition in each preview that changes it:
    # https://github.com/hashicorp/terraform-provider-aws/issues/39472
    ResourceType(
        type_name="aws:sfn/stateMachine:StateMachine",
        place=Place.MOVE_MACHINE,
        reads=(
            "states:DescribeStateMachine",
            "states:ListStateMachineVersions",
            "states:ListTagsForResource",
        ),
        writes=(
            "states:CreateStateMachine",
            "states:TagResource",
            "states:UntagResource",
            "states:UpdateStateMachine",
            "states:ValidateStateMachineDefinition",
        ),
        deletes=("states:DeleteStateMachine",),
    ),
    ResourceType(
        type_name="aws:scheduler/schedule:Schedule",
        place=Place.MOVE_SCHEDULE,
        reads=("scheduler:GetSchedule",),
        writes=("scheduler:CreateSchedule", "scheduler:UpdateSchedule"),
        deletes=("scheduler:DeleteSchedule",),
    ),
    ResourceType(
        type_name="aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        place=Place.DELIVERY,
        reads=("firehose:DescribeDeliveryStream", "firehose:ListTagsForDeliveryStream"),
        writes=(
            "firehose:CreateDeliveryStream",
            "firehose:TagDeliveryStream",
            "firehose:UntagDeliveryStream",
            "firehose:UpdateDestination",
        ),
        deletes=("firehose:DeleteDeliveryStream",),
        holds_data=True,
    ),
    ResourceType(
        type_name="aws:cloudwatch/logGroup:LogGroup",
        place=Place.LOGS,
        reads=("logs:DescribeLogGroups", "logs:ListTagsForResource"),
        writes=(
            "logs:CreateLogGroup",
            "logs:DeleteRetentionPolicy",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
            "logs:UntagResource",
        ),
        deletes=("logs:DeleteLogGroup",),
    ),
    ResourceType(
        type_name="aws:cloudwatch/logStream:LogStream",
        place=Place.LOGS,
        reads=("logs:DescribeLogStreams",),
        writes=("logs:CreateLogStream",),
        deletes=("logs:DeleteLogStream",),
    ),
    ResourceType(
        type_name="aws:iam/role:Role",
        place=Place.ROLES,
        reads=(
            "iam:GetRole",
            "iam:ListAttachedRolePolicies",
            "iam:ListInstanceProfilesForRole",
            "iam:ListRolePolicies",
        ),
        writes=(
            "iam:CreateRole",
            "iam:PutRolePermissionsBoundary",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
            "iam:UpdateRoleDescription",
        ),
        deletes=("iam:DeleteRole",),
    ),
    ResourceType(
        type_name="aws:iam/rolePolicy:RolePolicy",
        place=Place.ROLES,
        reads=("iam:GetRolePolicy",),
        writes=("iam:PutRolePolicy",),
        deletes=("iam:DeleteRolePolicy",),
    ),
)
