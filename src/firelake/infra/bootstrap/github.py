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
    from collections.abc import Callable

    from firelake.infra.bootstrap.config import BootstrapConfig
    from firelake.infra.bootstrap.names import BootstrapNames
    from firelake.infra.iam.statements import Statement
    from firelake.infra.naming import Names


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
        self._name, self._names, self._config = name, names, config
        self._subject, self._key_arn = subject, key_arn
        self._oidc = [] if config.oidc_provider_exists else [self._oidc_provider(name)]
        lakes = {stack: names.lake(stack) for stack in STACKS}

        def read_state(key_arn: str) -> list[Statement]:
            return state_read_statements(names, key_arn, STACKS)

        self.preview = self._role(
            "preview", names.preview_role, PULL_REQUEST, "Previews changes", read_state
        )
        lookups = lookup_statements([*lakes.values()])
        self._attach("preview", self.preview, names.preview_role, "lookups", lookups)
        self.drift = self._role(
            "drift", names.drift_role, MAIN_BRANCH, "Looks for contract drift", read_state
        )
        for stack, lake in lakes.items():
            self._attach("drift", self.drift, names.drift_role, stack, drift_statements(lake))
        self.deploy = {stack: self._deploy(stack, lake) for stack, lake in lakes.items()}
        self.register_outputs({"previewRoleArn": self.preview.arn})

    def _deploy(self, stack: str, lake: Names) -> aws.iam.Role:
        part, role_name = f"deploy-{stack}", self._names.deploy_role(stack)
        role = self._role(
            part,
            role_name,
            environment(stack),
            f"Deploys the stack {stack}",
            lambda key_arn: state_write_statements(self._names, key_arn, stack),
        )
        for bundle in Bundle:
            self._attach(part, role, role_name, bundle, deploy_statements(bundle, lake))
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
        part: str,
        role_name: str,
        context: str,
        description: str,
        statements: Callable[[str], list[Statement]],
    ) -> aws.iam.Role:
        """Makes a role with its rights on the state, which follow from the key's ARN."""
        role = aws.iam.Role(
            f"{self._name}-{part}",
            name=role_name,
            description=f"{description}, from {context} of {self._subject}",
            assume_role_policy=json.dumps(github_trust(self._names, self._subject, context)),
            tags=self._config.tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._oidc),
        )
        aws.iam.RolePolicy(
            f"{self._name}-{part}-state",
            name="state",
            role=role.name,
            policy=pulumi.Output.from_input(self._key_arn).apply(
                lambda key_arn: json.dumps(policy(statements(key_arn)))
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return role

    def _attach(
        self, part: str, role: aws.iam.Role, role_name: str, what: str, statements: list[Statement]
    ) -> None:
        """Attaches a managed policy, which is called as its role and what it is about."""
        child, name = pulumi.ResourceOptions(parent=self), f"{role_name}-{what}"
        managed = aws.iam.Policy(
            f"{self._name}-{part}-{what}-policy",
            name=name,
            policy=managed_policy(name, statements),
            tags=self._config.tags,
            opts=child,
        )
        aws.iam.RolePolicyAttachment(
            f"{self._name}-{part}-{what}-attachment",
            role=role.name,
            policy_arn=managed.arn,
            opts=child,
        )
