"""Where the lake's resources are in IAM: the ARNs and the conditions of each place of a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.infra.bootstrap.resource_types import Place
from firelake.infra.naming import STACK_TAG

if TYPE_CHECKING:
    from firelake.infra.iam.statements import Conditions
    from firelake.infra.naming import Names

_OWN_TAG: Final = f"aws:ResourceTag/{STACK_TAG}"


def arns(place: Place, names: Names) -> list[str]:
    """Returns the ARNs of a place."""
    return _arns(names)[place]


def _arns(names: Names) -> dict[Place, list[str]]:
    log_groups = (
        names.function_log_group,
        names.delivery_log_group,
        names.mover_log_group,
        names.move_machine_log_group,
    )
    policies = (names.analyst_policy, names.operator_policy, names.producer_policy)
    roles = (
        names.crawler_role,
        names.delivery_role,
        names.function_role,
        names.move_machine_role,
        names.move_schedule_role,
        names.mover_role,
    )
    return {
        Place.ALARMS: [names.arn("cloudwatch", f"alarm:{names.alarm('*')}")],
        Place.BUCKET: [names.bucket_arn, names.objects_arn("")],
        Place.CRAWLER: [names.crawler_arn],
        # The ARN of a dashboard has no Region.
        Place.DASHBOARD: [
            f"arn:{names.partition}:cloudwatch::{names.account_id}:dashboard/{names.dashboard}"
        ],
        # To delete a database takes the right to delete whatever may be in it:
        # https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
        Place.DATABASE: [
            names.catalog_arn,
            names.database_arn,
            names.table_arn("*"),
            names.arn("glue", f"userDefinedFunction/{names.database}/*"),
        ],
        Place.DELIVERY: [names.delivery_stream_arn],
        Place.EVENT_RULES: [names.arn("events", f"rule/{names.alarm('*')}")],
        Place.FUNCTION: [names.function_arn, names.mover_arn],
        Place.KEY: [any_key(names)],
        # IAM checks the alias and the key that it names.
        Place.KEY_ALIAS: [names.arn("kms", names.key_alias), any_key(names)],
        # Tags are on the group's ARN, all else is on the one with `:*`.
        Place.LOGS: [
            arn for group in map(names.log_group_arn, log_groups) for arn in (group, f"{group}:*")
        ],
        Place.MOVE_MACHINE: [names.move_machine_arn],
        Place.MOVE_SCHEDULE: [names.move_schedule_arn],
        Place.POLICIES: [names.policy_arn(policy) for policy in policies],
        Place.ROLES: [names.role_arn(role) for role in roles],
        Place.SCALING: [names.arn("application-autoscaling", "scalable-target/*")],
        # To start encryption is checked on the stream and on the key:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonkinesis.html
        Place.STREAM: [names.stream_arn, any_key(names)],
        Place.TABLE: [names.claims_table_arn],
        Place.TOPIC: [names.topic_arn],
        Place.WORKGROUP: [names.workgroup_arn, names.analyst_workgroup_arn],
    }


def conditions(place: Place, names: Names) -> Conditions | None:
    """Returns the conditions that confine a place further than its ARNs do."""
    match place:
        case Place.KEY:
            return own_key(names)
        case Place.KEY_ALIAS:
            # Of the alias itself neither tags nor aliases are known, and both conditions hold.
            return new_key(names)
        case Place.ROLES:
            return within_boundary(names)
        case Place.SCALING:
            return {"StringEquals": {"application-autoscaling:service-namespace": "dynamodb"}}
        case _:
            return None


def own_key(names: Names) -> Conditions:
    """Confine a key, whose ARN says nothing, to the stack's: it bears our tag and no other alias.

    At its deletion the key has its tag, and its alias no more. `ForAllValues` holds for no values:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases
    """
    return {"StringEquals": {_OWN_TAG: names.prefix}, **_no_other_alias(names)}


def new_key(names: Names) -> Conditions:
    """Confine a key to the stack's while its tag may not count yet: it bears no other stack's.

    AWS says of changes of tags that they count after up to five minutes, and nothing of tags that
    a key is made with: https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html
    """
    return {"StringEqualsIfExists": {_OWN_TAG: names.prefix}, **_no_other_alias(names)}


def key_to_be(names: Names) -> Conditions:
    """Confine the making of a key, and the tags that it is made with, to our tag.

    To tag a key while it is made is checked without the key, and cannot be told from tagging one
    that has neither tag nor alias:
    https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
    """
    return {
        "StringEquals": {f"aws:RequestTag/{STACK_TAG}": names.prefix},
        "Null": {_OWN_TAG: "true"},
        **_no_other_alias(names),
    }


def _no_other_alias(names: Names) -> Conditions:
    return {"ForAllValues:StringEquals": {"kms:ResourceAliases": [names.key_alias]}}


def within_boundary(names: Names) -> Conditions:
    """Confine what gives a role its rights to roles that bear a boundary of the stack's.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
    """
    boundaries = [names.boundary_arn(each) for each in (names.boundary, names.moves_boundary)]
    return {"StringEquals": {"iam:PermissionsBoundary": boundaries}}


def any_key(names: Names) -> str:
    """Returns the ARN of every key, as AWS chooses a key's id."""
    return names.arn("kms", "key/*")
