"""Tests of the configuration of the bootstrap program."""

from __future__ import annotations

from dataclasses import fields

import pytest

from firelake.infra.bootstrap.config import BOOTSTRAP_SETTINGS, BootstrapConfig
from firelake.infra.config_setting import camel_case
from firelake.infra.errors import ConfigError


def test_nothing_has_to_be_configured() -> None:
    config = BootstrapConfig.parse({})
    assert config.github_subject is None
    assert config.oidc_provider_exists is False
    assert config.is_protected is True
    assert config.tags == {}


def test_every_key_is_read() -> None:
    config = BootstrapConfig.parse(
        {
            "githubSubject": "repo:octo-org/octo-repo",
            "oidcProviderExists": True,
            "isProtected": False,
            "tags": {"owner": "data"},
        }
    )
    assert config == BootstrapConfig(
        github_subject="repo:octo-org/octo-repo",
        oidc_provider_exists=True,
        is_protected=False,
        tags={"owner": "data"},
    )


def test_every_field_has_its_setting_and_the_reverse() -> None:
    keys = [camel_case(field.name) for field in fields(BootstrapConfig)]
    assert [setting.key for setting in BOOTSTRAP_SETTINGS] == keys


@pytest.mark.parametrize(
    "subject",
    ["repo:o/r", "repo:octo-org/octo.repo_1", "repo:octo-org@123456/octo-repo@456789"],
)
def test_a_subject_is_a_repository_as_github_names_it(subject: str) -> None:
    assert BootstrapConfig.parse({"githubSubject": subject}).github_subject == subject


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("octo-org/octo-repo", id="no repo:"),
        pytest.param("repo:octo-org/*", id="every repository of an owner"),
        pytest.param("repo:octo-org/octo-repo:pull_request", id="with a context"),
        pytest.param("repo:octo-org/octo?repo", id="another pattern"),
        pytest.param("repo:octo-org", id="no repository"),
        pytest.param("", id="empty"),
    ],
)
def test_a_subject_that_is_no_repository_is_refused(subject: str) -> None:
    with pytest.raises(ConfigError) as raised:
        BootstrapConfig.parse({"githubSubject": subject})
    assert str(raised.value) == (
        "the configuration has 1 problem:\n"
        f"  githubSubject: {subject!r}: must be repo:OWNER/REPOSITORY, or "
        "repo:OWNER@ID/REPOSITORY@ID where GitHub adds the ids; the roles compare the whole "
        "subject: https://docs.github.com/en/actions/reference/security/oidc"
    )


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        BootstrapConfig.parse({"githubSubjekt": "repo:o/r", "isProtected": "no"})
    assert str(raised.value) == (
        "the configuration has 2 problems:\n"
        "  githubSubjekt: 'repo:o/r': there is no such key; the nearest is githubSubject\n"
        "  isProtected: 'no': must be true or false; without them no lake of the account can be "
        "changed by Pulumi any more"
    )
