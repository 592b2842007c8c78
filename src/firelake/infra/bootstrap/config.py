"""The configuration of the bootstrap: its few keys, each with its setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.infra.bootstrap.names import LAKE_PROJECT, MAX_PROJECT_LENGTH
from firelake.infra.config_reader import read_config
from firelake.infra.config_setting import Form, settings_of, tags, text, truth

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = r"[A-Za-z0-9_.-]+(@[0-9]+)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapConfig:
    """The whole configuration."""

    github_subject: str | None = text(
        None,
        Form(
            f"repo:{_NAME}/{_NAME}",
            "repo:OWNER/REPOSITORY, or repo:OWNER@ID/REPOSITORY@ID where GitHub adds the ids",
        ),
        "The repository whose workflows may deploy, as their tokens name it; without it "
        "no provider and no roles are made.",
        rule="the roles compare the whole subject: "
        "https://docs.github.com/en/actions/reference/security/oidc",
    )
    oidc_provider_exists: bool = truth(
        "Whether the account has GitHub's OIDC provider already, which is then used.",
        default=False,
        rule="an account has one provider per address: "
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html",
    )
    project: str = text(
        LAKE_PROJECT,
        Form(
            f"(?=.{{1,{MAX_PROJECT_LENGTH}}}$)[a-z][a-z0-9]*(-[a-z0-9]+)*",
            f"at most {MAX_PROJECT_LENGTH} of a-z, 0-9 and single -, a letter first",
        ),
        "The project whose stacks it serves, by the name in its Pulumi.yaml.",
        rule="every role and boundary is for names that begin with it",
    )
    lake_folder: str | None = text(
        None,
        Form(r"[^\x00-\x1f]+", "a folder, seen from that of the bootstrap"),
        "Where the `Pulumi.<stack>.yaml` of that project are: roles and boundaries are for "
        "the names and the path that they give the lake. Without it for the usual ones.",
        rule="a deploy role knows its lake by names alone",
    )
    is_protected: bool = truth(
        "Whether Pulumi refuses to delete the state bucket and the secrets key.",
        default=True,
        rule="without them no lake of the account can be changed by Pulumi any more",
    )
    tags: Mapping[str, str] = tags(
        "a map of at most 40 tags, names and texts as AWS takes them",
        "Tags of everything that can have them.",
        rule="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html",
    )

    @classmethod
    def parse(cls, values: Mapping[str, object]) -> BootstrapConfig:
        """Check values and build the configuration.

        Raises:
            ConfigError: As `read_config`.
        """
        return read_config(cls, values)


BOOTSTRAP_SETTINGS: Final = settings_of(BootstrapConfig)
