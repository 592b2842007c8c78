"""What a stack is configured with, as Pulumi tells it: the one place that asks `pulumi.Config`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, TypeVar, cast

from pulumi.runtime import config as pulumi_runtime_config

from firelake.infra.config_reader import read_config
from firelake.infra.config_setting import Kind, settings_of

if TYPE_CHECKING:
    import pulumi
    from _typeshed import DataclassInstance

    from firelake.infra.config_setting import Setting

_TEXTS: Final = frozenset({Kind.TEXT, Kind.DATE, Kind.CHOICE})
_Config = TypeVar("_Config", bound="DataclassInstance")


def read_configured(cls: type[_Config], config: pulumi.Config) -> _Config:
    """Read the configuration of the stack that Pulumi runs.

    Args:
        cls: The class of the configuration.
        config: The project's configuration.

    Raises:
        ConfigError: As `read_config`.
    """
    # `pulumi.Config` tells the value of a key but not which keys there are, and a misspelled key
    # must not pass for an absent one. The values come from the first of the two places when a
    # program runs in-process, from the second under the Pulumi command.
    configured = (*pulumi_runtime_config.CONFIG.get(), *pulumi_runtime_config.get_config_env())
    start = f"{config.name}:"
    keys = dict.fromkeys(key.removeprefix(start) for key in configured if key.startswith(start))
    settings = {setting.key: setting for setting in settings_of(cls)}
    return read_config(cls, {key: _decoded(settings.get(key), config.get(key)) for key in keys})


def _decoded(setting: Setting | None, text: str | None) -> object:
    """Pulumi gives every value as a text: of a map, a number or a truth its JSON."""
    if text is None or (setting and setting.kind in _TEXTS):
        return text
    try:
        return cast("object", json.loads(text))
    except json.JSONDecodeError:
        return text
