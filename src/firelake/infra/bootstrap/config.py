"""The configuration of the bootstrap: its few keys, checked against their settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from firelake.infra.bootstrap.names import LAKE_PROJECT, MAX_PROJECT_LENGTH
from firelake.infra.config_table import Kind, Setting
from firelake.infra.config_values import RefusedValue, read_value
from firelake.infra.configured_values import configured_values
from firelake.infra.errors import ConfigError, ConfigProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

_NAME: Final = r"[A-Za-z0-9_.-]+(@[0-9]+)?"

BOOTSTRAP_SETTINGS: Final = (
    Setting(
        key="githubSubject",
        kind=Kind.TEXT,
        pattern=f"repo:{_NAME}/{_NAME}",
        form="repo:OWNER/REPOSITORY, or repo:OWNER@ID/REPOSITORY@ID where GitHub adds the ids",
        meaning="The repository whose workflows may deploy, as their tokens name it; without it "
        "no provider and no roles are made.",
        rule="the roles compare the whole subject: "
        "https://docs.github.com/en/actions/reference/security/oidc",
    ),
    Setting(
        key="oidcProviderExists",
        kind=Kind.TRUTH,
        meaning="Whether the account has GitHub's OIDC provider already, which is then used.",
        rule="an account has one provider per address: "
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html",
    ),
    Setting(
        key="project",
        kind=Kind.TEXT,
        pattern=f"(?=.{{1,{MAX_PROJECT_LENGTH}}}$)[a-z][a-z0-9]*(-[a-z0-9]+)*",
        form=f"at most {MAX_PROJECT_LENGTH} of a-z, 0-9 and single -, a letter first",
        meaning="The project whose stacks it serves, by the name in its Pulumi.yaml.",
        rule="every role and boundary is for names that begin with it",
    ),
    Setting(
        key="lakeFolder",
        kind=Kind.TEXT,
        pattern=r"[^\x00-\x1f]+",
        form="a folder, seen from that of the bootstrap",
        meaning="Where the `Pulumi.<stack>.yaml` of that project are: roles and boundaries are for "
        "the names and the path that they give the lake. Without it for the usual ones.",
        rule="a deploy role knows its lake by names alone",
    ),
    Setting(
        key="isProtected",
        kind=Kind.TRUTH,
        meaning="Whether Pulumi refuses to delete the state bucket and the secrets key.",
        rule="without them no lake of the account can be changed by Pulumi any more",
    ),
    Setting(
        key="tags",
        kind=Kind.TAGS,
        form="a map of at most 40 tags, names and texts as AWS takes them",
        meaning="Tags of everything that can have them.",
        rule="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html",
    ),
)
_BY_KEY: Final = {setting.key: setting for setting in BOOTSTRAP_SETTINGS}


def _no_tags() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapConfig:
    """The whole configuration; what each field means stands in `BOOTSTRAP_SETTINGS`."""

    github_subject: str | None = None
    oidc_provider_exists: bool = False
    project: str = LAKE_PROJECT
    lake_folder: str | None = None
    is_protected: bool = True
    tags: Mapping[str, str] = field(default_factory=_no_tags)

    @classmethod
    def parse(cls, values: Mapping[str, object]) -> BootstrapConfig:
        """Check values and build the configuration.

        Raises:
            ConfigError: Keys are unknown, or values are not what their keys want; the error lists
                all of them.
        """
        problems = list[ConfigProblem]()
        read = dict[str, object]()
        for key, value in values.items():
            setting = _BY_KEY.get(key)
            if setting is None:
                near = get_close_matches(key, _BY_KEY, n=1, cutoff=0)[0]
                rule = f"there is no such key; the nearest is {near}"
                problems.append(ConfigProblem(key, repr(value), rule))
                continue
            try:
                read[key] = read_value(setting, value)
            except RefusedValue:
                rule = f"must be {setting.expected}; {setting.rule}"
                problems.append(ConfigProblem(key, repr(value), rule))
        if problems:
            raise ConfigError(tuple(problems))
        return cls(
            github_subject=cast("str | None", read.get("githubSubject")),
            oidc_provider_exists=bool(read.get("oidcProviderExists", False)),
            project=cast("str", read.get("project", LAKE_PROJECT)),
            lake_folder=cast("str | None", read.get("lakeFolder")),
            is_protected=bool(read.get("isProtected", True)),
            tags=cast("Mapping[str, str]", read.get("tags", _no_tags())),
        )

    @classmethod
    def from_pulumi(cls, config: pulumi.Config) -> BootstrapConfig:
        """Read the configuration of the stack that Pulumi runs.

        Raises:
            ConfigError: As `parse`.
        """
        return cls.parse(configured_values(config, _BY_KEY))
