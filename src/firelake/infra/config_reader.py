"""Values as users write them, checked against the settings of a configuration and made into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from firelake.infra.config_setting import camel_case, path_of, sections_of, settings_of
from firelake.infra.config_values import RefusedValue, read_value
from firelake.infra.errors import ConfigError, ConfigProblem

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_MAX_SHOWN: Final = 80
_Config = TypeVar("_Config", bound="DataclassInstance")


def read_config(cls: type[_Config], values: Mapping[str, object]) -> _Config:
    """Check values and build a configuration.

    Args:
        cls: The class of the configuration, whose fields are settings or sections of them.
        values: What is configured, under camelCase keys; sections are mappings. `None` is the
            same as no value.

    Raises:
        ConfigError: Keys are unknown or missing, or values are not what their keys want; the error
            lists all of them.
    """
    reader = _Reader(cls)
    config = reader.build(cls, "", values)
    if config is None or reader.problems:
        raise ConfigError(tuple(reader.problems))
    return config


def value_problems(
    cls: type[DataclassInstance], values: Mapping[str, object]
) -> tuple[ConfigProblem, ...]:
    """List the values that `read_config` would refuse.

    Args:
        cls: The class of the configuration.
        values: By the paths of their keys.
    """
    reader = _Reader(cls)
    for key, value in values.items():
        reader.read(key, value)
    return tuple(reader.problems)


class _Reader:
    """One pass over values, which gathers problems instead of stopping at the first."""

    def __init__(self, cls: type[DataclassInstance]) -> None:
        self.problems: list[ConfigProblem] = []
        self._settings = {setting.key: setting for setting in settings_of(cls)}

    def build(
        self, cls: type[_Config], section: str, values: Mapping[str, object]
    ) -> _Config | None:
        keys = {each.name: camel_case(each.name) for each in fields(cls)}
        self._refuse_unknown(section, values, [*keys.values()])
        arguments: dict[str, Any] = {
            name: self._section(part, name, values.get(name))
            for name, part in sections_of(cls).items()
        }
        for each in fields(cls):
            if each.name in arguments:
                continue
            key, value = path_of(section, keys[each.name]), values.get(keys[each.name])
            if value is not None:
                arguments[each.name] = self.read(key, value)
            elif each.default is MISSING and each.default_factory is MISSING:
                setting = self._settings[key]
                self._add(key, None, f"must be given: {setting.expected}; {setting.rule}")
        return None if self.problems else cls(**arguments)

    def read(self, key: str, value: object) -> object:
        setting = self._settings[key]
        try:
            return read_value(setting, value)
        except RefusedValue:
            self._add(key, value, f"must be {setting.expected}; {setting.rule}")
            return None

    def _section(self, cls: type[_Config], name: str, value: object) -> _Config | None:
        if value is not None and not isinstance(value, Mapping):
            keys = ", ".join(camel_case(each.name) for each in fields(cls))
            self._add(name, value, f"must be a map of some of these keys: {keys}")
            return None
        return self.build(cls, name, cast("Mapping[str, object]", value or {}))

    def _refuse_unknown(self, section: str, values: Mapping[str, object], known: list[str]) -> None:
        for key, value in values.items():
            if key not in known:
                elsewhere = [path for path in self._settings if path.rpartition(".")[2] == key]
                near = elsewhere or [
                    path_of(section, name)
                    for name in get_close_matches(str(key), known, n=1, cutoff=0)
                ]
                rule = f"there is no such key; the nearest is {near[0]}"
                self._add(path_of(section, key), value, rule)

    def _add(self, key: str, value: object, rule: str) -> None:
        text = "(missing)" if value is None else repr(value)
        shown = text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 3]}..."
        self.problems.append(ConfigProblem(key, shown, rule))
