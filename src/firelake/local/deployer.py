"""Deploys the program on one MiniStack, at first and again whenever settings or contract change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firelake.infra.program import program
from firelake.local.provision.provider import MinistackProvider
from firelake.local.provision.updating import UpdatingProvider
from firelake.local.runner import Deployment, Stack, run_program

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from firelake.infra.config_sections import TransformConfig
    from firelake.local.provider import Created, Registration
    from firelake.local.provision.place import Place


@dataclass(slots=True, kw_only=True)
class Deployer:
    """What deploys one stack.

    Attributes:
        place: Where it is made.
        project: Name of the project.
        stack: Name of the stack.
        zip_of: Gives the function's zip, which is to hold a contract.
        today: Gives the day of the deployment, UTC.
        changed: What the last deployment made, changed and deleted, in words.
    """

    place: Place
    project: str
    stack: str
    zip_of: Callable[[TransformConfig, Path], Path]
    today: Callable[[], date]
    changed: tuple[str, ...] = ()
    _provider: MinistackProvider = field(init=False, repr=False)
    _made: dict[str, tuple[Registration, Created]] = field(
        default_factory=dict[str, "tuple[Registration, Created]"], repr=False
    )

    def __post_init__(self) -> None:
        """Take a provider, which remembers what it made."""
        self._provider = MinistackProvider(self.place)

    def deploy(self, config: Mapping[str, object], contract_file: Path) -> Deployment:
        """Run the program.

        Args:
            config: The stack's settings, by Pulumi's keys.
            contract_file: The event contract.

        Raises:
            ConfigError: A setting is wrong; nothing was changed.
            LocalError: A resource could not be made or changed; those before it are.
        """
        provider = UpdatingProvider(self._provider, self.place, self._made)
        try:
            deployment = run_program(
                lambda: program(zip_of=self.zip_of, today=self.today, contract_file=contract_file),
                provider,
                Stack(
                    project=self.project,
                    name=self.stack,
                    config={"aws:region": self.place.region, **config},
                ),
            )
            provider.delete_rest()
        finally:
            self._made = provider.made
            self.changed = tuple(provider.changed)
        return deployment
