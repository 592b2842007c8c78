"""All alarms of a stack, in the order in which the runbook and the dashboard show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.watch.delivery_alarms import delivery_alarms
from infra.watch.error_alarms import error_alarms
from infra.watch.load_alarms import load_alarms

if TYPE_CHECKING:
    from infra.config import LakeConfig
    from infra.naming import Names
    from infra.watch.spec import AlarmSpec


def alarms(names: Names, config: LakeConfig) -> tuple[AlarmSpec, ...]:
    """List the alarms of a stack.

    Args:
        names: The stack's names.
        config: The stack's settings, from which the thresholds come.
    """
    return (
        *delivery_alarms(names, config),
        *error_alarms(names, config),
        *load_alarms(names, config),
    )
