"""Configurations of stacks, from a few values, and what is refused of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firelake.infra.config import LakeConfig
from firelake.infra.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

START = {"startDate": "2026-11-01"}


def parsed(values: Mapping[str, object]) -> LakeConfig:
    return LakeConfig.parse({**START, **values})


def refusals(values: Mapping[str, object]) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        parsed(values)
    return [str(problem) for problem in raised.value.problems]


def nested(key: str, value: object) -> dict[str, object]:
    section, dot, name = key.partition(".")
    return {section: {name: value}} if dot else {section: value}
