"""What each resource type of the lake's program takes of IAM, and where: a table of data.

The actions are the calls that the Terraform AWS provider, on which Pulumi's stands, makes for a
type, in the file of its name (`kms/key.go` for `aws:kms/key:Key`; but `logs/group.go`,
`logs/stream.go`, `events/rule.go` and `firehose/delivery_stream.go`) below
https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service. A tagged resource
is created with its tags, which IAM checks apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Final, Self

from firelake.infra.iam.statements import actions_of
from firelake.infra.losses.kept import DATA_LOSSES

if TYPE_CHECKING:
    from collections.abc import Mapping


@unique
class Bundle(StrEnum):
    """One managed policy of a role."""

    STORAGE = "storage"
    COMPUTE = "compute"
    CATALOG = "catalog"
    WATCH = "watch"


@unique
class Place(StrEnum):
    """Resources of one service that share their ARNs; the name of their IAM statement.

    Attributes:
        service: What the actions begin with.
        bundle: The policy that has the statement, in the order of the members.
    """

    service: str
    bundle: Bundle

    def __new__(cls, sid: str, service: str, bundle: Bundle) -> Self:
        """Makes a member, whose value is the name of the statement."""
        place = str.__new__(cls, sid)
        place._value_ = sid
        place.service, place.bundle = service, bundle
        return place

    BUCKET = "Bucket", "s3", Bundle.STORAGE
    KEY = "Key", "kms", Bundle.STORAGE
    KEY_ALIAS = "KeyAlias", "kms", Bundle.STORAGE
    STREAM = "Stream", "kinesis", Bundle.STORAGE
    TABLE = "Table", "dynamodb", Bundle.STORAGE
    SCALING = "Scaling", "application-autoscaling", Bundle.STORAGE
    FUNCTION = "Function", "lambda", Bundle.COMPUTE
    DELIVERY = "Delivery", "firehose", Bundle.COMPUTE
    LOGS = "Logs", "logs", Bundle.COMPUTE
    ROLES = "Roles", "iam", Bundle.COMPUTE
    DATABASE = "Database", "glue", Bundle.CATALOG
    CRAWLER = "Crawler", "glue", Bundle.CATALOG
    WORKGROUP = "Workgroup", "athena", Bundle.CATALOG
    ALARMS = "Alarms", "cloudwatch", Bundle.WATCH
    DASHBOARD = "Dashboard", "cloudwatch", Bundle.WATCH
    EVENT_RULES = "EventRules", "events", Bundle.WATCH
    MOVE_MACHINE = "MoveMachine", "states", Bundle.WATCH
    MOVE_SCHEDULE = "MoveSchedule", "scheduler", Bundle.WATCH
    TOPIC = "Topic", "sns", Bundle.WATCH
    POLICIES = "Policies", "iam", Bundle.WATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceType:
    """The IAM actions that one type takes.

    Attributes:
        type_name: Pulumi's name of the type.
        place: Where the actions are allowed.
        reads: For a refresh, and after every create and update.
        writes: To create and to update.
        deletes: To delete.
    """

    type_name: str
    place: Place
    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()

    @property
    def holds_data(self) -> bool:
        """Whether a protected stack's deploy role goes without `deletes`."""
        return self.type_name in DATA_LOSSES


# Of each type its calls: those that read, those that write, and those that delete.
_ACTIONS: Final[Mapping[Place, Mapping[str, tuple[str, ...]]]] = {
    Place.KEY: {
        "kms/key": (
            "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags",
            (
                "CreateKey DisableKeyRotation EnableKey EnableKeyRotation PutKeyPolicy TagResource "
                "UntagResource UpdateKeyDescription"
            ),
            "ScheduleKeyDeletion",
        )
    },
    Place.KEY_ALIAS: {"kms/alias": ("ListAliases", "CreateAlias UpdateAlias", "DeleteAlias")},
    Place.BUCKET: {
        "s3/bucket": (
            (
                "GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLocation "
                "GetBucketLogging GetBucketObjectLockConfiguration GetBucketPolicy "
                "GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite "
                "GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration "
                "ListBucket ListTagsForResource"
            ),
            "CreateBucket PutBucketTagging TagResource UntagResource",
            # `forceDestroy` empties the bucket first, every version of every object.
            "DeleteBucket DeleteObject DeleteObjectVersion ListBucketVersions",
        ),
        "s3/bucketPublicAccessBlock": ("GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock"),
        "s3/bucketOwnershipControls": ("GetBucketOwnershipControls", "PutBucketOwnershipControls"),
        "s3/bucketServerSideEncryptionConfiguration": (
            "GetEncryptionConfiguration",
            "PutEncryptionConfiguration",
        ),
        "s3/bucketVersioning": ("GetBucketVersioning", "PutBucketVersioning"),
        "s3/bucketPolicy": ("GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"),
        "s3/bucketLifecycleConfiguration": (
            "GetLifecycleConfiguration",
            "PutLifecycleConfiguration",
        ),
        "s3/bucketNotification": ("GetBucketNotification", "PutBucketNotification"),
    },
    Place.STREAM: {
        "kinesis/stream": (
            "DescribeStreamSummary ListTagsForStream",
            (
                "AddTagsToStream CreateStream DecreaseStreamRetentionPeriod "
                "IncreaseStreamRetentionPeriod RemoveTagsFromStream StartStreamEncryption "
                "UpdateShardCount UpdateStreamMode UpdateStreamWarmThroughput"
            ),
            "DeleteStream",
        ),
        "kinesis/resourcePolicy": (
            "GetResourcePolicy",
            "PutResourcePolicy",
            "DeleteResourcePolicy",
        ),
    },
    Place.TABLE: {
        "dynamodb/table": (
            (
                "DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTables "
                "ListTagsOfResource"
            ),
            (
                "CreateTable TagResource UntagResource UpdateContinuousBackups UpdateTable "
                "UpdateTimeToLive"
            ),
            "DeleteTable",
        )
    },
    Place.SCALING: {
        "appautoscaling/target": (
            "DescribeScalableTargets ListTagsForResource",
            "RegisterScalableTarget TagResource UntagResource",
            "DeregisterScalableTarget",
        ),
        "appautoscaling/policy": (
            "DescribeScalingPolicies",
            "PutScalingPolicy",
            "DeleteScalingPolicy",
        ),
    },
    Place.FUNCTION: {
        "lambda/function": (
            (
                "GetFunction GetFunctionCodeSigningConfig GetFunctionConfiguration ListTags "
                "ListVersionsByFunction"
            ),
            (
                "CreateFunction DeleteFunctionConcurrency PublishVersion PutFunctionConcurrency "
                "TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration"
            ),
            "DeleteFunction",
        ),
        "lambda/alias": ("GetAlias", "CreateAlias UpdateAlias", "DeleteAlias"),
    },
    Place.MOVE_MACHINE: {
        "sfn/stateMachine": (
            "DescribeStateMachine ListStateMachineVersions ListTagsForResource",
            # The provider validates a definition in each preview that changes it:
            # https://github.com/hashicorp/terraform-provider-aws/issues/39472
            (
                "CreateStateMachine TagResource UntagResource UpdateStateMachine "
                "ValidateStateMachineDefinition"
            ),
            "DeleteStateMachine",
        )
    },
    Place.MOVE_SCHEDULE: {
        "scheduler/schedule": ("GetSchedule", "CreateSchedule UpdateSchedule", "DeleteSchedule")
    },
    Place.DELIVERY: {
        "kinesis/firehoseDeliveryStream": (
            "DescribeDeliveryStream ListTagsForDeliveryStream",
            "CreateDeliveryStream TagDeliveryStream UntagDeliveryStream UpdateDestination",
            "DeleteDeliveryStream",
        )
    },
    Place.LOGS: {
        "cloudwatch/logGroup": (
            "DescribeLogGroups ListTagsForResource",
            "CreateLogGroup DeleteRetentionPolicy PutRetentionPolicy TagResource UntagResource",
            "DeleteLogGroup",
        ),
        "cloudwatch/logStream": ("DescribeLogStreams", "CreateLogStream", "DeleteLogStream"),
    },
    Place.ROLES: {
        "iam/role": (
            "GetRole ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies",
            (
                "CreateRole PutRolePermissionsBoundary TagRole UntagRole UpdateAssumeRolePolicy "
                "UpdateRole UpdateRoleDescription"
            ),
            "DeleteRole",
        ),
        "iam/rolePolicy": ("GetRolePolicy", "PutRolePolicy", "DeleteRolePolicy"),
    },
    Place.DATABASE: {
        "glue/catalogDatabase": (
            "GetDatabase GetTags",
            "CreateDatabase TagResource UntagResource UpdateDatabase",
            "DeleteDatabase",
        ),
        "glue/catalogTable": (
            "GetPartitionIndexes GetTable",
            "CreateTable UpdateTable",
            "DeleteTable",
        ),
        "lakeformation/permissions": (
            "lakeformation:ListPermissions",
            "lakeformation:GrantPermissions",
            "lakeformation:RevokePermissions",
        ),
    },
    Place.CRAWLER: {
        "glue/crawler": (
            "GetCrawler GetTags",
            "CreateCrawler TagResource UntagResource UpdateCrawler",
            "DeleteCrawler",
        )
    },
    Place.WORKGROUP: {
        "athena/workgroup": (
            "GetWorkGroup ListTagsForResource",
            "CreateWorkGroup TagResource UntagResource UpdateWorkGroup",
            "DeleteWorkGroup",
        ),
        "athena/namedQuery": ("GetNamedQuery", "CreateNamedQuery", "DeleteNamedQuery"),
    },
    Place.ALARMS: {
        "cloudwatch/metricAlarm": (
            "DescribeAlarms ListTagsForResource",
            "PutMetricAlarm TagResource UntagResource",
            "DeleteAlarms",
        )
    },
    Place.DASHBOARD: {"cloudwatch/dashboard": ("GetDashboard", "PutDashboard", "DeleteDashboards")},
    Place.EVENT_RULES: {
        "cloudwatch/eventRule": (
            "DescribeRule ListTagsForResource",
            "PutRule TagResource UntagResource",
            "DeleteRule",
        )
    },
    Place.TOPIC: {
        "sns/topic": (
            "GetTopicAttributes ListTagsForResource",
            "CreateTopic SetTopicAttributes TagResource UntagResource",
            "DeleteTopic",
        ),
        "sns/topicPolicy": ("GetTopicAttributes", "SetTopicAttributes"),
        "sns/topicSubscription": (
            "GetSubscriptionAttributes",
            "SetSubscriptionAttributes Subscribe",
            "Unsubscribe",
        ),
    },
    Place.POLICIES: {
        "iam/policy": (
            "GetPolicy GetPolicyVersion ListPolicyVersions",
            # No CreatePolicyVersion: people bear these policies, and no condition confines what a
            # new version says. To change one takes an administrator.
            "CreatePolicy TagPolicy UntagPolicy",
            "DeletePolicy DeletePolicyVersion",
        )
    },
}


def actions(place: Place, calls: str) -> tuple[str, ...]:
    """Returns IAM's actions of calls, which are of the place's service unless they name another."""
    return tuple(actions_of(calls, place.service))


def _type(place: Place, name: str, reads: str, writes: str, deletes: str = "") -> ResourceType:
    """Makes a row: Pulumi calls a type by its file and its class, as `kms/key` and `Key`."""
    file = name.rpartition("/")[2]
    return ResourceType(
        type_name=f"aws:{name}:{file[0].upper()}{file[1:]}",
        place=place,
        reads=actions(place, reads),
        writes=actions(place, writes),
        deletes=actions(place, deletes),
    )


RESOURCE_TYPES: Final = tuple(
    _type(place, name, *calls) for place, types in _ACTIONS.items() for name, calls in types.items()
)

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
