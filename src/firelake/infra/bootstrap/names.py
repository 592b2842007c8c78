"""The name and the ARN of everything that the bootstrap program makes, and of what it serves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from firelake.infra.naming import Names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.infra.config import LakeConfig

BOOTSTRAP_PROJECT: Final = "firelake-bootstrap"
LAKE_PROJECT: Final = "firelake"
"""The project that it serves where its settings name no other."""
MAX_PROJECT_LENGTH: Final = 22
"""The state bucket bears the name: S3 takes 63 characters, account and Region need up to 26.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
"""
STACKS: Final = ("dev", "prod")
"""The stacks of the lake that GitHub may deploy, each from its environment of the same name."""
PROTECTED_STACKS: Final = frozenset({"prod"})
"""Stacks whose deploy role cannot delete what holds data, whatever Pulumi is told to do."""

OIDC_HOST: Final = "token.actions.githubusercontent.com"
"""Who signs GitHub's tokens; an account can have one provider of it."""


@dataclass(frozen=True, slots=True)
class BootstrapNames:
    """The names of the bootstrap in one account and Region, where its lakes are, too.

    Attributes:
        lakes: By stacks how a lake is configured, whose names and path are its own.
    """

    account_id: str
    region: str
    partition: str = "aws"
    project: str = LAKE_PROJECT
    lakes: Mapping[str, LakeConfig] = field(default_factory=dict[str, "LakeConfig"])

    @property
    def state_bucket(self) -> str:
        """The bucket of Pulumi's state; bucket names are global, hence the account and Region."""
        return f"{self.project}-pulumi-state-{self.account_id}-{self.region}"

    @property
    def key_alias(self) -> str:
        """The alias of the key of Pulumi's secrets and of the state bucket."""
        return f"alias/{self.project}-pulumi-secrets"

    @property
    def preview_role(self) -> str:
        """The role of pull requests."""
        return f"{self.project}-github-preview"

    @property
    def drift_role(self) -> str:
        """The role of the scheduled look for contract drift."""
        return f"{self.project}-github-drift"

    def deploy_role(self, stack: str) -> str:
        """Name the role that deploys a stack."""
        return f"{self.project}-github-deploy-{stack}"

    @property
    def state_bucket_arn(self) -> str:
        """ARN of the state bucket."""
        return f"arn:{self.partition}:s3:::{self.state_bucket}"

    @property
    def oidc_provider_arn(self) -> str:
        """ARN of GitHub's provider, which follows from its address."""
        return f"arn:{self.partition}:iam::{self.account_id}:oidc-provider/{OIDC_HOST}"

    @property
    def root_arn(self) -> str:
        """ARN that stands for the account, whose IAM then decides."""
        return f"arn:{self.partition}:iam::{self.account_id}:root"

    @property
    def state_url(self) -> str:
        """Where `pulumi login` finds the state."""
        return f"s3://{self.state_bucket}?region={self.region}"

    @property
    def secrets_provider(self) -> str:
        """How `pulumi stack init --secrets-provider` names the key.

        https://www.pulumi.com/docs/iac/concepts/secrets/#available-encryption-providers
        """
        return f"awskms://{self.key_alias}?region={self.region}"

    def lake(self, stack: str) -> Names:
        """Returns the names of a stack of the lake."""
        names = Names(self.project, stack, self.account_id, self.region, self.partition)
        config = self.lakes.get(stack)
        if config is None:
            return names
        return replace(names, own=config.names, iam_path=config.iam_path)
