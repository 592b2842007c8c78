"""The embedded cloud: MiniStack, the program deployed on it, its delivery and its Athena."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from athena_on_duckdb.clients import Clients
from firehose_emulator.settings import DeliverySettings, LocalSwitches
from firelake.contract.facts import EVENTS_FILE
from firelake.formats.emulation import ProcessError
from firelake.infra.lake import today_utc
from firelake.infra.naming import Names
from firelake.infra.package import current_zip
from firelake.infra.program import PROJECT
from firelake.infra.target import host_target
from firelake.local.athena_endpoint import AthenaEndpoint
from firelake.local.children import Child, default_records, module_environment, spawn, tail
from firelake.local.deployer import Deployer
from firelake.local.ministack import ACCOUNT_ID, REGION, Ministack
from firelake.local.provision.boundary import make_boundary
from firelake.local.provision.place import Kept, Place
from firelake.local.stopping import Stopping

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from firelake.infra.config_sections import TransformConfig
    from firelake.local.runner import Deployment

_INVOCATIONS_A_CORE: Final = 2


def host_zip(_config: TransformConfig, contract_file: Path) -> Path:
    """Give the function's zip for this interpreter and machine, which is what runs it here.

    The function's runtime and processor stay as configured: MiniStack reads neither.
    """
    return current_zip(host_target(), contract=contract_file)


def unix_ms() -> int:
    """Give the time of this machine, Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def _within_this_machine(switches: LocalSwitches) -> LocalSwitches:
    """Call the function no more often at once than this machine can run it.

    Every call is a process, with calls of DynamoDB in flight to one emulator: on a busy machine
    Firehose's own number lets them all pass their time limits, and none gets done.
    """
    if switches.max_invocations is not None:
        return switches
    return replace(switches, max_invocations=_INVOCATIONS_A_CORE * (os.cpu_count() or 1))


@dataclass(slots=True)
class Cloud(Stopping):
    """A running embedded cloud; as a context manager it stops itself.

    Attributes:
        folder: Holds all of its files; deleted when it stops.
        ministack: Where the resources are.
        clients: Clients of its root user.
        deployment: What the program made.
        kept: What the program made and MiniStack has not.
        athena: Where queries run; None where the cloud was started without.
        delivery_log: What the delivery process prints.
    """

    folder: Path
    ministack: Ministack
    clients: Clients
    deployment: Deployment
    kept: Kept
    athena: AthenaEndpoint | None
    _deployer: Deployer = field(repr=False)
    _switches: LocalSwitches
    _records: Path = field(repr=False)
    _delivery: Child | None = field(default=None, repr=False)

    @classmethod
    def start(  # noqa: PLR0913 (all but the first two have a default)
        cls,
        config: Mapping[str, object],
        *,
        folder: Path,
        project: str = PROJECT,
        stack: str = "local",
        switches: LocalSwitches | None = None,
        is_delivering: bool = True,
        is_querying: bool = True,
        account_id: str = ACCOUNT_ID,
        region: str = REGION,
        zip_of: Callable[[TransformConfig, Path], Path] = host_zip,
        today: Callable[[], date] = today_utc,
        contract_file: Path = EVENTS_FILE,
        now_ms: Callable[[], int] = unix_ms,
        records: Path | None = None,
    ) -> Cloud:
        """Start MiniStack, deploy the program, and start to deliver and to answer queries.

        Args:
            config: The stack's settings, by their keys of docs/configuration.md.
            folder: Gets a folder of its own; must be there.
            project: Name of the project.
            stack: Name of the stack.
            switches: What Firehose does not let one set; None for its own behaviour.
            is_delivering: Whether the delivery process is started at once.
            is_querying: Whether the Athena endpoint is started, which gets ready by and by.
            account_id: The account, 12 digits.
            region: The Region.
            zip_of: Gives the function's zip, which is to hold this contract.
            today: Gives the day of the deployment, UTC.
            contract_file: The event contract.
            now_ms: Gives the time at which the delivery stream is created, Unix time.
            records: Where processes are on record; None for the user's own folder.

        Raises:
            ConfigError: A setting is wrong.
            ProcessError: A process could not be started.
            LocalError: A resource could not be made.
        """
        records = records or default_records()
        own = Path(tempfile.mkdtemp(prefix="cloud-", dir=folder))
        with ExitStack() as undoing:
            undoing.callback(shutil.rmtree, own, ignore_errors=True)
            ministack = Ministack.start(own, account_id=account_id, region=region, records=records)
            undoing.callback(ministack.stop)
            clients = Clients(ministack.environment())
            place = Place(account_id=account_id, region=region, clients=clients, now_ms=now_ms)
            make_boundary(clients, Names(project, stack, account_id, region), config)
            deployer = Deployer(
                place=place, project=project, stack=stack, zip_of=zip_of, today=today
            )
            deployment = deployer.deploy(config, contract_file)
            athena: AthenaEndpoint | None = None
            if is_querying:
                athena = AthenaEndpoint.start(ministack.environment(), folder=own, records=records)
                undoing.callback(athena.stop)
            chosen = _within_this_machine(switches or LocalSwitches())
            cloud = cls(
                own, ministack, clients, deployment, place.kept, athena, deployer, chosen, records
            )
            if is_delivering:
                cloud.start_delivery()
            undoing.pop_all()  # all of it stands
        return cloud

    def update(self, config: Mapping[str, object], contract_file: Path) -> tuple[str, ...]:
        """Bring it up to date with settings and a contract that have changed; its data stays.

        Args:
            config: The stack's settings, by Pulumi's keys.
            contract_file: The event contract.

        Returns:
            What was made, changed and deleted, in words.

        Raises:
            ConfigError: A setting is wrong; nothing was changed.
            LocalError: A resource cannot be changed; those before it are.
        """
        self.deployment = self._deployer.deploy(config, contract_file)
        return self._deployer.changed

    @property
    def outputs(self) -> Mapping[str, object]:
        """What the stack gives out, as `pulumi stack output` does."""
        return self.deployment.outputs

    @property
    def delivery_log(self) -> Path:
        """File with what the delivery process prints."""
        return self.folder / "delivery.log"

    @property
    def delivery_pid(self) -> int | None:
        """Number of the delivery process; None while it does not run."""
        if self._delivery is None or self._delivery.process.poll() is not None:
            return None
        return self._delivery.process.pid

    def environment(self) -> Mapping[str, str]:
        """Give the variables with which any AWS client of any tool works here."""
        environment = self.ministack.environment()
        return environment if self.athena is None else {**environment, **self.athena.environment()}

    def delivery_settings(self) -> DeliverySettings:
        """Give what the delivery process is told."""
        stream = self.kept.delivery_streams[str(self.outputs["deliveryStream"])]
        return DeliverySettings.from_inputs(
            stream.inputs, created_at_ms=stream.created_at_ms, switches=self._switches
        )

    def start_delivery(self, switches: LocalSwitches | None = None) -> None:
        """Start the delivery process; it goes on where an earlier one of this cloud ended.

        Args:
            switches: What Firehose does not let one set; None for what was chosen before.

        Raises:
            ProcessError: It runs already, or ended at once.
        """
        if self.delivery_pid is not None:
            message = f"the delivery runs already, as process {self.delivery_pid}: stop it first"
            raise ProcessError(message)
        if switches is not None:
            self._switches = _within_this_machine(switches)
        settings, state = self.folder / "delivery.json", self.folder / "delivery"
        self.delivery_settings().write(settings)
        state.mkdir(exist_ok=True)
        self._delivery = spawn(
            "the delivery",
            [
                *(sys.executable, "-m", "firehose_emulator"),
                *("--settings", str(settings), "--state", str(state)),
            ],
            environment={**module_environment(), **self.ministack.environment()},
            log=self.delivery_log,
            records=self._records,
            folder=self.folder,
        )

    def restart_delivery(self) -> str | None:
        """Starts the delivery process again if it has ended by itself.

        Returns:
            How it ended; None while it runs, or where it was stopped.

        Raises:
            ProcessError: It ended at once.
            OSError: The disk is full.
        """
        if self._delivery is None or (code := self._delivery.process.poll()) is None:
            return None
        ended = self._delivery
        self.start_delivery()
        ended.stop()
        return f"with {code} (its log: {self.delivery_log})"

    def restart_athena(self) -> str | None:
        """Starts the Athena endpoint again if it has ended by itself.

        Returns:
            How it ended; None while it runs, or where there is none.

        Raises:
            ProcessError: It ended at once.
            OSError: Its port is taken, or the disk is full.
        """
        return None if self.athena is None else self.athena.restart()

    def stop_delivery(self) -> None:
        """Stop the delivery process at a point at which it loses nothing.

        What is stored of a batch that is not wholly stored comes again at the next start.

        Raises:
            ProcessError: It had ended by itself; the message has the end of its log.
        """
        if self._delivery is None:
            return
        ended = self._delivery.process.poll()
        self._delivery.stop()
        self._delivery = None
        if ended is not None:
            log = tail(self.delivery_log)
            message = f"the delivery had ended by itself, with {ended}; its log ends with:\n{log}"
            raise ProcessError(message)

    def kill_delivery(self) -> None:
        """Kill the delivery process wherever it is, as a test of its crash safety does."""
        if self._delivery is not None:
            self._delivery.kill()
            self._delivery = None

    def stop(self) -> None:
        """Stop everything and delete all files; all data is gone.

        Raises:
            ProcessError: The delivery or the Athena endpoint had ended by itself; everything else
                is stopped.
        """
        with ExitStack() as stopping:  # the last one first
            stopping.callback(shutil.rmtree, self.folder, ignore_errors=True)
            stopping.callback(self.ministack.stop)
            stopping.callback(self.clients.close)
            if self.athena is not None:
                stopping.callback(self.athena.stop)
            stopping.callback(self.stop_delivery)
