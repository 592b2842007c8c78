"""State: the bucket of Pulumi's state, and the key that encrypts it and the stacks' secrets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_aws as aws

from firelake.infra.bootstrap.statements import key_policy, state_bucket_policy
from firelake.infra.components.private_bucket import old_versions_rule, private_bucket

if TYPE_CHECKING:
    from firelake.infra.bootstrap.config import BootstrapConfig
    from firelake.infra.bootstrap.names import BootstrapNames

_KEY_DELETION_DAYS: Final = 30
_OLD_VERSION_DAYS: Final = 90


class State(pulumi.ComponentResource):
    """A private, encrypted, versioned, TLS-only bucket, and a key that outlives every stack."""

    key: aws.kms.Key
    bucket: aws.s3.Bucket

    def __init__(
        self,
        name: str,
        names: BootstrapNames,
        config: BootstrapConfig,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("firelake:bootstrap:State", name, None, opts)
        kept = pulumi.ResourceOptions(parent=self, protect=config.is_protected)
        self.key = aws.kms.Key(
            f"{name}-key",
            description="Pulumi's state and secrets of the lakes",
            deletion_window_in_days=_KEY_DELETION_DAYS,
            enable_key_rotation=True,
            policy=json.dumps(key_policy(names)),
            tags=config.tags,
            opts=kept,
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=names.key_alias,
            target_key_id=self.key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.bucket = aws.s3.Bucket(
            f"{name}-bucket",
            bucket=names.state_bucket,
            force_destroy=not config.is_protected,
            tags=config.tags,
            opts=kept,
        )
        self._secure(name, names)
        self.register_outputs({"bucket": self.bucket.bucket, "keyArn": self.key.arn})

    def _secure(self, name: str, names: BootstrapNames) -> None:
        private = private_bucket(name, self.bucket, key_arn=self.key.arn, parent=self)
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=self.bucket.bucket,
            rules=[old_versions_rule(_OLD_VERSION_DAYS)],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[private.versioning]),
        )
        aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=self.bucket.bucket,
            policy=json.dumps(state_bucket_policy(names)),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*private.access]),
        )
