"""The bootstrap program: wires state, boundaries and roles, and exports what the lakes need."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pulumi_aws as aws

from firelake.infra.bootstrap.boundary import Boundaries
from firelake.infra.bootstrap.config import BootstrapConfig
from firelake.infra.bootstrap.github import Github
from firelake.infra.bootstrap.lake_names import lake_configs, name_problems
from firelake.infra.bootstrap.names import BOOTSTRAP_PROJECT, BootstrapNames
from firelake.infra.bootstrap.state import State
from firelake.infra.configured_values import read_configured
from firelake.infra.errors import ConfigError


def program() -> None:
    """Makes what an account and Region need once.

    Raises:
        ConfigError: A setting is wrong; nothing has been made.
    """
    config = read_configured(BootstrapConfig, pulumi.Config(BOOTSTRAP_PROJECT))
    caller, region = aws.get_caller_identity(), aws.get_region()
    folder = config.lake_folder
    lakes = {} if folder is None else lake_configs(Path(folder))
    names = BootstrapNames(
        caller.account_id, region.region, aws.get_partition().partition, config.project, lakes
    )
    problems = name_problems(names)
    if problems:
        raise ConfigError(tuple(problems))
    state = State("state", names, config)
    Boundaries("boundary", names, config.tags)
    pulumi.export("stateUrl", names.state_url)
    pulumi.export("secretsProvider", names.secrets_provider)
    if config.github_subject is None:
        return
    github = Github("github", names, config, config.github_subject, state.key.arn)
    pulumi.export("previewRoleArn", github.preview.arn)
    pulumi.export("driftRoleArn", github.drift.arn)
    pulumi.export("deployRoleArns", {stack: role.arn for stack, role in github.deploy.items()})
