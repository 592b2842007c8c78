"""The configuration of a stack, checked and typed.

What each key means, its unit and its range stand in `firelake.infra.config_table`, the defaults
here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from difflib import get_close_matches
from math import ceil
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import pulumi

from firelake.contract.facts import CLOCK_SKEW_DAYS, DEFAULT_DEDUPE_DAYS, DEFAULT_LATENESS_DAYS
from firelake.contract.layout import (
    ATHENA_PREFIX,
    ERRORS_PREFIX,
    RAW_PREFIX,
    RECEIPTS_PREFIX,
    Granularity,
)
from firelake.infra.config_sections import (
    CatalogConfig,
    ClaimsConfig,
    DeliveryConfig,
    StreamConfig,
    TransformConfig,
    WatchConfig,
)
from firelake.infra.config_table import SETTINGS
from firelake.infra.config_values import RefusedValue, read_value
from firelake.infra.configured_values import configured_values
from firelake.infra.errors import ConfigError, ConfigProblem
from firelake.infra.own_names import Existing, OwnNames

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from _typeshed import DataclassInstance

# The function's own time-out, and the longest way from Kinesis to S3.
TRANSFORM_TIMEOUT_S: Final = 60
DELIVERY_DAYS: Final = 1

_HOURS_A_DAY: Final = 24
_MAX_SHOWN: Final = 80
_BY_KEY: Final = {setting.key: setting for setting in SETTINGS}
_Section = TypeVar("_Section", bound="DataclassInstance")


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeConfig:
    """The configuration of a stack; `firelake.infra.rules` checks its parts against each other."""

    start_date: date
    granularity: Granularity = Granularity.DAY
    lateness_days: int = DEFAULT_LATENESS_DAYS
    dedupe_days: int = DEFAULT_DEDUPE_DAYS
    is_protected: bool = False
    permissions_boundary: str | None = None
    iam_path: str = "/"
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    names: OwnNames = field(default_factory=OwnNames)
    existing: Existing[pulumi.Input[str]] = field(default_factory=Existing[pulumi.Input[str]])
    stream: StreamConfig = field(default_factory=StreamConfig)
    claims: ClaimsConfig = field(default_factory=ClaimsConfig)
    transform: TransformConfig = field(default_factory=TransformConfig)
    delivery: DeliveryConfig = field(default_factory=DeliveryConfig)
    catalog: CatalogConfig = field(default_factory=CatalogConfig)
    watch: WatchConfig = field(default_factory=WatchConfig)

    @property
    def expire_days(self) -> dict[str, int]:
        """After how many days objects expire, by the prefixes of those that do.

        What replay noted of an error is written after it, so that no error outlives its receipt.
        """
        return {
            RAW_PREFIX: self.delivery.raw_expire_days,
            ERRORS_PREFIX: self.delivery.errors_expire_days,
            RECEIPTS_PREFIX: self.delivery.errors_expire_days,
            ATHENA_PREFIX: self.catalog.results_expire_days,
        }

    @classmethod
    def parse(cls, values: Mapping[str, object]) -> LakeConfig:
        """Check values and build the configuration.

        Args:
            values: What is configured, under camelCase keys; sections are mappings. `None` is the
                same as no value.

        Raises:
            ConfigError: Keys are unknown or missing, or values are not what their keys want; the
                error lists all of them.
        """
        reader = _Reader()
        known = {**_SECTIONS, **_keys_of("")}
        reader.refuse_unknown("", values, known)
        sections = {
            name: reader.build(section, name, reader.section(name, values.get(name)))
            for name, section in _SECTIONS.items()
        }
        config = reader.build(cls, "", values, sections)
        if config is None or reader.problems:
            raise ConfigError(tuple(reader.problems))
        return config

    @classmethod
    def from_pulumi(cls, config: pulumi.Config) -> LakeConfig:
        """Read the configuration of the stack that Pulumi runs.

        Args:
            config: The project's configuration.

        Raises:
            ConfigError: As `parse`.
        """
        return cls.parse(configured_values(config, _BY_KEY))


_SECTIONS: Final[Mapping[str, type[DataclassInstance]]] = {
    "names": OwnNames,
    "existing": Existing,
    "stream": StreamConfig,
    "claims": ClaimsConfig,
    "transform": TransformConfig,
    "delivery": DeliveryConfig,
    "catalog": CatalogConfig,
    "watch": WatchConfig,
}


def least_dedupe_days(lateness_days: float, retention_hours: float) -> int:
    """Returns the days that a claim must last, or a copy could come after it has gone.

    Args:
        lateness_days: How long after its creation an event is accepted.
        retention_hours: How long the stream keeps a record.
    """
    retention_days = ceil(retention_hours / _HOURS_A_DAY)
    return ceil(lateness_days) + CLOCK_SKEW_DAYS + retention_days + DELIVERY_DAYS


def camel_case(name: str) -> str:
    """Give the configuration key of a field, such as `retentionHours` for `retention_hours`.

    Args:
        name: Name of the field.
    """
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def defaults() -> dict[str, object]:
    """Give the default of every key, by its path; keys without one (required) are left out."""
    return {
        _path(section, camel_case(each.name)): each.default
        for section, cls in (("", LakeConfig), *_SECTIONS.items())
        for each in fields(cls)
        if each.default is not MISSING and (section or each.name not in _SECTIONS)
    }


def values_of(config: LakeConfig) -> dict[str, object]:
    """Give a configuration's values by the paths of their keys; inverse of `LakeConfig.parse`.

    Args:
        config: The configuration.
    """
    return {
        _path(section, camel_case(each.name)): getattr(owner, each.name)
        for section, owner in (("", config), *((name, getattr(config, name)) for name in _SECTIONS))
        for each in fields(owner)
        if section or each.name not in _SECTIONS
    }


def bounds_problems(config: LakeConfig) -> tuple[ConfigProblem, ...]:
    """List the values that `LakeConfig.parse` would refuse, of a configuration made without it.

    Args:
        config: The configuration. Outputs of other resources are left out.
    """
    reader = _Reader()
    for key, value in values_of(config).items():
        if isinstance(value, list | tuple):
            members = cast("Sequence[object]", value)
            reader.read(key, [each for each in members if not isinstance(each, pulumi.Output)])
        elif value is not None and not isinstance(value, pulumi.Output):
            reader.read(key, value)
    return tuple(reader.problems)


class _Reader:
    """One pass over values, which gathers problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[ConfigProblem] = []

    def refuse_unknown(
        self, section: str, values: Mapping[str, object], known: Mapping[str, object]
    ) -> None:
        for key, value in values.items():
            if key not in known:
                elsewhere = [path for path in _BY_KEY if path.rpartition(".")[2] == key]
                near = elsewhere or [
                    _path(section, name)
                    for name in get_close_matches(str(key), known, n=1, cutoff=0)
                ]
                rule = f"there is no such key; the nearest is {near[0]}"
                self._add(_path(section, key), value, rule)

    def section(self, name: str, value: object) -> Mapping[str, object]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            keys = ", ".join(_keys_of(name))
            self._add(name, value, f"must be a map of some of these keys: {keys}")
            return {}
        section = cast("Mapping[str, object]", value)
        self.refuse_unknown(name, section, _keys_of(name))
        return section

    def build(
        self,
        cls: type[_Section],
        section: str,
        values: Mapping[str, object],
        given: Mapping[str, object] | None = None,
    ) -> _Section | None:
        arguments: dict[str, Any] = dict(given or {})
        for each in fields(cls):
            key = _path(section, camel_case(each.name))
            setting = _BY_KEY.get(key)
            if setting is None:  # a section
                continue
            value = values.get(camel_case(each.name))
            if value is None:
                if each.default is MISSING and each.default_factory is MISSING:
                    self._add(key, None, f"must be given: {setting.expected}; {setting.rule}")
                continue
            arguments[each.name] = self.read(key, value)
        return None if self.problems else cls(**arguments)

    def read(self, key: str, value: object) -> object:
        setting = _BY_KEY[key]
        try:
            return read_value(setting, value)
        except RefusedValue:
            self._add(key, value, f"must be {setting.expected}; {setting.rule}")
            return None

    def _add(self, key: str, value: object, rule: str) -> None:
        text = "(missing)" if value is None else repr(value)
        shown = text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 3]}..."
        self.problems.append(ConfigProblem(key, shown, rule))


def _path(section: str, key: str) -> str:
    return f"{section}.{key}" if section else key


def _keys_of(section: str) -> dict[str, str]:
    start = f"{section}." if section else ""
    return {
        key.removeprefix(start): key
        for key in _BY_KEY
        if key.startswith(start) and "." not in key.removeprefix(start)
    }
