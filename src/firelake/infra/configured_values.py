"""What a stack is configured with, as Pulumi tells it: the one place that asks `pulumi.Config`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, cast

from pulumi.runtime import config as pulumi_runtime_config

from firelake.infra.config_setting import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from firelake.infra.config_setting import Setting

_TEXTS: Final = frozenset({Kind.TEXT, Kind.DATE, Kind.CHOICE})


def configured_values(config: pulumi.Config, settings: Mapping[str, Setting]) -> dict[str, object]:
    """Returns the values of all keys that are configured for a project, unchecked.

    Args:
        config: The project's configuration, of the stack that Pulumi runs.
        settings: The keys that are known.
    """
    # `pulumi.Config` tells the value of a key but not which keys there are, and a misspelled key
    # must not pass for an absent one. The values come from the first of the two places when a
    # program runs in-process, from the second under the Pulumi command.
    configured = (*pulumi_runtime_config.CONFIG.get(), *pulumi_runtime_config.get_config_env())
    start = f"{config.name}:"
    keys = dict.fromkeys(key.removeprefix(start) for key in configured if key.startswith(start))
    return {key: _decoded(settings.get(key), config.get(key)) for key in keys}


def _decoded(setting: Setting | None, text: str | None) -> object:
    """Pulumi gives every value as a text: of a map, a number or a truth its JSON."""
    if text is None or (setting and setting.kind in _TEXTS):
        return text
    try:
        return cast("object", json.loads(text))
    except json.JSONDecodeError:
        return text
