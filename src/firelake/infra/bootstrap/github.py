"""GitHub: the roles that workflows assume, each for one purpose, without a stored key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

from firelake.infra.bootstrap.lake_statements import (
    deploy_statements,
    drift_statements,
)
from firelake.infra.bootstrap.lookup_statements import lookup_statements
from firelake.infra.bootstrap.names import OIDC_HOST, STACKS
from firelake.infra.bootstrap.resource_types import Bundle
from firelake.infra.bootstrap.statements import (
    AUDIENCE,
    MAIN_BRANCH,
    PULL_REQUEST,
    environment,
    github_trust,
    managed_policy,
    state_read_statements,
    state_write_statements,
)
from firelake.infra.iam.statements import policy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from firelake.infra.bootstrap.config import BootstrapConfig
    from firelake.infra.bootstrap.names import BootstrapNames
    from firelake.infra.iam.statements import Statement


class Github(pulumi.ComponentResource):
    """Roles: to preview pull requests, to deploy each stack, and to look for contract drift."""

    preview: aws.iam.Role
    drift: aws.iam.Role
    deploy: dict[str, aws.iam.Role]

    def __init__(  # noqa: PLR0913, PLR0917 -- what the roles are made from
        self,
        name: str,
        names: BootstrapNames,
        config: BootstrapConfig,
        subject: str,
        key_arn: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Makes the roles.

        Args:
            name: Name of the component.
            names: The names of the bootstrap.
            config: Its settings.
            subject: The repository, as the subject of its tokens begins.
            key_arn: The key of the state.
            opts: Options of the component.
        """
        super().__init__("firelake:bootstrap:Github", name, None, opts)
        self._names, self._config, self._subject, self._key_arn = names, config, subject, key_arn
        provider = [] if config.oidc_provider_exists else [self._oidc_provider(name)]
        self.preview = self._role(
            f"{name}-preview", names.preview_role, PULL_REQUEST, "Previews changes", provider
        )
        self._state_policy(
            f"{name}-preview-state",
            self.preview,
            lambda key_arn: state_read_statements(names, key_arn, STACKS),
        )
        self._attach(
            f"{name}-preview-lookups",
            self.preview,
            f"{names.preview_role}-lookups",
            lookup_statements([names.lake(stack) for stack in STACKS]),
        )
        self.drift = self._drift(name, provider)
        self.deploy = {stack: self._deploy(name, stack, provider) for stack in STACKS}
        self.register_outputs({"previewRoleArn": self.preview.arn})

    def _drift(self, name: str, provider: Sequence[pulumi.Resource]) -> aws.iam.Role:
        names = self._names
        role = self._role(
            f"{name}-drift", names.drift_role, MAIN_BRANCH, "Looks for contract drift", provider
        )
        self._state_policy(
            f"{name}-drift-state",
            role,
            lambda key_arn: state_read_statements(names, key_arn, STACKS),
        )
        for stack in STACKS:
            statements = drift_statements(names.lake(stack))
            self._attach(f"{name}-drift-{stack}", role, f"{names.drift_role}-{stack}", statements)
        return role

    def _deploy(self, name: str, stack: str, provider: Sequence[pulumi.Resource]) -> aws.iam.Role:
        names = self._names
        role_name = names.deploy_role(stack)
        role = self._role(
            f"{name}-deploy-{stack}",
            role_name,
            environment(stack),
            f"Deploys the stack {stack}",
            provider,
        )
        self._state_policy(
            f"{name}-deploy-{stack}-state",
            role,
            lambda key_arn: state_write_statements(names, key_arn, stack),
        )
        for bundle in Bundle:
            self._attach(
                f"{name}-deploy-{stack}-{bundle}",
                role,
                f"{role_name}-{bundle}",
                deploy_statements(bundle, names.lake(stack)),
            )
        return role

    def _oidc_provider(self, name: str) -> aws.iam.OpenIdConnectProvider:
        # AWS trusts GitHub's certificates by itself, so that thumbprints are not looked at:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
        return aws.iam.OpenIdConnectProvider(
            f"{name}-provider",
            url=f"https://{OIDC_HOST}",
            client_id_lists=[AUDIENCE],
            tags=self._config.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _role(
        self,
        name: str,
        role_name: str,
        context: str,
        description: str,
        provider: Sequence[pulumi.Resource],
    ) -> aws.iam.Role:
        return aws.iam.Role(
            name,
            name=role_name,
            description=f"{description}, from {context} of {self._subject}",
            assume_role_policy=json.dumps(github_trust(self._names, self._subject, context)),
            tags=self._config.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=provider),
        )

    def _state_policy(
        self, name: str, role: aws.iam.Role, statements: Callable[[str], list[Statement]]
    ) -> None:
        aws.iam.RolePolicy(
            name,
            name="state",
            role=role.name,
            policy=pulumi.Output.from_input(self._key_arn).apply(
                lambda key_arn: json.dumps(policy(statements(key_arn)))
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _attach(
        self, name: str, role: aws.iam.Role, policy_name: str, statements: list[Statement]
    ) -> None:
        child = pulumi.ResourceOptions(parent=self)
        managed = aws.iam.Policy(
            f"{name}-policy",
            name=policy_name,
            policy=managed_policy(policy_name, statements),
            tags=self._config.tags,
            opts=child,
        )
        aws.iam.RolePolicyAttachment(
            f"{name}-attachment", role=role.name, policy_arn=managed.arn, opts=child
        )
