"""The Pulumi component `Lake`, the program that makes one, its policies, alarms, guard and zip.

What a program of one's own needs is imported when it is used, so that the command line, which
knows names and settings alone, waits for neither Pulumi nor its provider.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.infra.config import LakeConfig
    from firelake.infra.config_catalog import CatalogConfig
    from firelake.infra.config_sections import (
        ClaimsConfig,
        DeliveryConfig,
        StreamConfig,
        TransformConfig,
    )
    from firelake.infra.config_setting import CapacityMode
    from firelake.infra.config_watch import WatchConfig
    from firelake.infra.lake import Lake, LakeArgs
    from firelake.infra.own_names import Existing, OwnNames

__all__ = [
    "CapacityMode",
    "CatalogConfig",
    "ClaimsConfig",
    "DeliveryConfig",
    "Existing",
    "Lake",
    "LakeArgs",
    "LakeConfig",
    "OwnNames",
    "StreamConfig",
    "TransformConfig",
    "WatchConfig",
]

_SECTIONS: Final = "firelake.infra.config_sections"
_MODULES: Final[Mapping[str, str]] = {
    "CapacityMode": "firelake.infra.config_setting",
    "CatalogConfig": "firelake.infra.config_catalog",
    "ClaimsConfig": _SECTIONS,
    "DeliveryConfig": _SECTIONS,
    "Existing": "firelake.infra.own_names",
    "Lake": "firelake.infra.lake",
    "LakeArgs": "firelake.infra.lake",
    "LakeConfig": "firelake.infra.config",
    "OwnNames": "firelake.infra.own_names",
    "StreamConfig": _SECTIONS,
    "TransformConfig": _SECTIONS,
    "WatchConfig": "firelake.infra.config_watch",
}


def __getattr__(name: str) -> object:
    """Returns a name of the public interface.

    Raises:
        AttributeError: There is no such name.
    """
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_MODULES[name]), name)
