"""Storage: the bucket that holds events, raw records, errors and query results, and its key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_aws as aws

from firelake.infra import iam
from firelake.infra.components.private_bucket import old_versions_rule, private_bucket

if TYPE_CHECKING:
    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names

# Days in which the deletion of a key can be taken back; KMS takes 7 to 30.
_PROTECTED_KEY_DELETION_DAYS: Final = 30
_KEY_DELETION_DAYS: Final = 7
# In a bucket with versions, what expires only becomes an old version.
_EXPIRED_VERSION_DAYS: Final = 1


class Storage(pulumi.ComponentResource):
    """A private, encrypted, TLS-only bucket and the key of all of the stack's data.

    `events/` and `history/` have no expiry: the move removes files that history covers, and rows go
    by statements alone.
    """

    key_arn: pulumi.Output[str]
    bucket: pulumi.Output[str]
    bucket_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        names: Names,
        config: LakeConfig,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("firelake:lake:Lake", name, None, opts)
        self._names, self._config = names, config
        kept = pulumi.ResourceOptions(parent=self, protect=config.is_protected)
        self.key_arn = self._key(name, kept)
        self.bucket, self.bucket_arn = self._bucket(name, kept)
        self.register_outputs({"bucket": self.bucket, "keyArn": self.key_arn})

    def _bucket(
        self, name: str, kept: pulumi.ResourceOptions
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        """Returns name and ARN of the bucket, which is made unless it is there already."""
        config, names = self._config, self._names
        if config.existing.bucket is not None:
            bucket = pulumi.Output.from_input(config.existing.bucket)
            return bucket, bucket.apply(lambda found: f"arn:{names.partition}:s3:::{found}")
        made = aws.s3.Bucket(
            f"{name}-bucket",
            bucket=names.bucket,
            force_destroy=not config.is_protected,
            tags=config.tags,
            opts=kept,
        )
        versioning = self._secure(name, made)
        self._expire(name, made, versioning)
        # Counts the objects that arrive under errors/, for the alarm.
        aws.s3.BucketNotification(
            f"{name}-notification",
            bucket=made.bucket,
            eventbridge=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return made.bucket, made.arn

    def _key(self, name: str, kept: pulumi.ResourceOptions) -> pulumi.Output[str]:
        """Returns the ARN of the key, which is made unless it is there already."""
        config, names = self._config, self._names
        if config.existing.key_arn is not None:
            return pulumi.Output.from_input(config.existing.key_arn)
        key = aws.kms.Key(
            f"{name}-key",
            description=f"All data of {names.prefix}: stream, claims, lake and alarms",
            deletion_window_in_days=(
                _PROTECTED_KEY_DELETION_DAYS if config.is_protected else _KEY_DELETION_DAYS
            ),
            enable_key_rotation=True,
            policy=json.dumps(iam.key_policy(names, config.stream.producer_accounts)),
            tags=config.tags,
            opts=kept,
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=names.key_alias,
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return key.arn

    def _secure(self, name: str, bucket: aws.s3.Bucket) -> pulumi.Resource:
        """Returns the versioning, which the lifecycle waits for."""
        private = private_bucket(
            name,
            bucket,
            key_arn=self.key_arn,
            parent=self,
            # Whoever lost such a key would have lost the object.
            blocked_encryption_types=["SSE-C"],
        )
        aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=self.key_arn.apply(
                lambda key_arn: json.dumps(iam.bucket_policy(self._names, key_arn))
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*private.access]),
        )
        return private.versioning

    def _expire(self, name: str, bucket: aws.s3.Bucket, versioning: pulumi.Resource) -> None:
        config = self._config
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.bucket,
            rules=[
                *(_expiry(prefix, days) for prefix, days in config.expire_days.items()),
                old_versions_rule(config.delivery.old_versions_expire_days),
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )


def _expiry(prefix: str, days: int) -> aws.s3.BucketLifecycleConfigurationRuleArgsDict:
    return {
        "id": prefix.rstrip("/"),
        "status": "Enabled",
        "filter": {"prefix": prefix},
        "expiration": {"days": days},
        "noncurrent_version_expiration": {"noncurrent_days": _EXPIRED_VERSION_DAYS},
    }
