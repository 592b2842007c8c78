"""What makes a bucket private, encrypted and versioned: of the lake's and of Pulumi's state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Sequence

_ABANDONED_UPLOAD_DAYS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateBucket:
    """What a bucket's other resources wait for.

    Attributes:
        access: Who may reach it; its policy comes after, as S3 refuses two changes of a bucket's
            access at once.
        versioning: Its lifecycle comes after: the provider's page asks for this order where rules
            are about old versions.
    """

    access: Sequence[pulumi.Resource]
    versioning: pulumi.Resource


def private_bucket(
    name: str,
    bucket: aws.s3.Bucket,
    *,
    key_arn: pulumi.Input[str],
    parent: pulumi.Resource,
    blocked_encryption_types: Sequence[str] | None = None,
) -> PrivateBucket:
    """Register what keeps a bucket from the public and from loss.

    Args:
        name: What the names of the resources begin with.
        bucket: The bucket.
        key_arn: ARN of the key that encrypts its objects.
        parent: The component that the bucket is of.
        blocked_encryption_types: By what no object may be encrypted; None for AWS's default.
    """
    child = pulumi.ResourceOptions(parent=parent)
    public_access = aws.s3.BucketPublicAccessBlock(
        f"{name}-public-access",
        bucket=bucket.bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=child,
    )
    ownership = aws.s3.BucketOwnershipControls(
        f"{name}-ownership",
        bucket=bucket.bucket,
        rule={"object_ownership": "BucketOwnerEnforced"},
        # S3 refuses two changes of a bucket's access at once.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[public_access]),
    )
    rule: aws.s3.BucketServerSideEncryptionConfigurationRuleArgsDict = {
        "apply_server_side_encryption_by_default": {
            "sse_algorithm": "aws:kms",
            "kms_master_key_id": key_arn,
        },
        # One call to KMS for many objects: Firehose writes thousands an hour.
        "bucket_key_enabled": True,
    }
    if blocked_encryption_types is not None:
        rule["blocked_encryption_types"] = blocked_encryption_types
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption", bucket=bucket.bucket, rules=[rule], opts=child
    )
    versioning = aws.s3.BucketVersioning(
        f"{name}-versioning",
        bucket=bucket.bucket,
        versioning_configuration={"status": "Enabled"},
        opts=child,
    )
    return PrivateBucket(access=(public_access, ownership), versioning=versioning)


def old_versions_rule(days: int) -> aws.s3.BucketLifecycleConfigurationRuleArgsDict:
    """Returns the rule of a lifecycle by which old versions and abandoned uploads go.

    Args:
        days: How long an old version is kept.
    """
    return {
        "id": "old-versions",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "noncurrent_version_expiration": {"noncurrent_days": days},
        "abort_incomplete_multipart_upload": {"days_after_initiation": _ABANDONED_UPLOAD_DAYS},
    }
