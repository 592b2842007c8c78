"""Starts the embedded cloud for the command line: its errors become those of an operator."""

from __future__ import annotations

import logging
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from firelake import local
from firelake.aws.lake_ref import CONTRACT_VARIABLE, OUTPUT_VARIABLES
from firelake.catalog.errors import CatalogError
from firelake.contract.changes import changes
from firelake.formats.emulation import LocalError
from firelake.infra.errors import ConfigError, InfraError
from firelake.laptop.running import Facts
from firelake.laptop.up import Started
from firelake.local.children import told
from firelake.local.cloud import Cloud, LocalSwitches
from firelake.local.ministack import REGION
from firelake.local.processes import identify
from firelake.local.supervisor import Supervisor
from firelake.operations.contract_source import read_contract
from firelake.operations.errors import CloudError, InputError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

    from firelake.contract.events import EventContract
    from firelake.laptop.running import StateFolder
    from firelake.laptop.up import Plan
    from firelake.local.processes import ProcessIdentity
    from firelake.local.provider import Registration

_REGION_KEY: Final = "aws:region"
_EXISTING: Final = "firelake:existing"
_BOUNDARY: Final = "firelake:permissionsBoundary"
_ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"


def start_cloud(plan: Plan, state: StateFolder) -> Started:
    """Start an embedded cloud.

    Args:
        state: Where its files and its processes' records go.

    Raises:
        InputError: Its settings are wrong.
        CloudError: It could not be started.
    """
    # What it warns of is in its notes; without a handler Python would print it as well.
    logging.getLogger(local.__name__).addHandler(logging.NullHandler())
    region = str(plan.settings.get(_REGION_KEY, REGION))
    with told_to_operators("the embedded cloud could not be started"):
        cloud = Cloud.start(
            settings_here(plan.settings),
            folder=state.clouds,
            project=plan.project,
            stack=plan.stack,
            contract_file=plan.contract,
            switches=LocalSwitches(flush_sooner_s=plan.flush_sooner_s),
            region=region,
            records=state.processes,
        )
    embedded = _Embedded(cloud, region, plan.contract, read_contract(plan.contract))
    supervisor = Supervisor(
        {"the delivery": cloud.restart_delivery, "the Athena endpoint": cloud.restart_athena},
        now_s=time.monotonic,
    )
    return Started(
        facts=embedded.facts,
        notes=tuple(_notes(plan, cloud)),
        update=embedded.update,
        delivery=lambda: _delivery(cloud),
        tend=supervisor.tend,
        fault=lambda: _fault(cloud),
        stop=lambda: _stop(cloud),
    )


@dataclass(slots=True)
class _Embedded:
    """A cloud with the contract that it runs by."""

    cloud: Cloud
    region: str
    file: Path
    contract: EventContract

    def facts(self) -> Facts:
        """What it is now."""
        cloud = self.cloud
        outputs = {name: str(each) for name, each in cloud.outputs.items() if each is not None}
        services = Counter(each.type.split(":")[1].split("/")[0] for each in _made(cloud))
        return Facts(
            environment={
                **cloud.environment(),
                **variables_of(outputs),
                CONTRACT_VARIABLE: str(self.file),
            },
            outputs=outputs,
            resources=dict(sorted(services.items())),
            alarms=tuple(each.inputs for each in _made(cloud) if each.type == _ALARM),
        )

    def update(self, settings: Mapping[str, object], file: Path) -> tuple[str, ...]:
        """Bring it up to date with settings and a contract that may follow its own."""
        contract = read_contract(file)
        refused = [each for each in changes(self.contract, contract) if not each.allowed]
        if refused:
            listed = "".join(f"\n  {each.key}: {each.what}: {each.reason}" for each in refused)
            message = (
                f"{file} may not follow the contract of the lake that runs:{listed}\nend the lake"
                " and its data by `firelake down`, and a new one takes it"
            )
            raise InputError(message)
        region = str(settings.get(_REGION_KEY, REGION))
        if region != self.region:
            message = f"the lake runs in {self.region}, and cannot move to {region} while it does"
            raise InputError(message)
        with told_to_operators("the embedded cloud could not be brought up to date"):
            changed = self.cloud.update(settings_here(settings), file)
        self.file, self.contract = file, contract
        return changed


@contextmanager
def told_to_operators(what: str) -> Generator[None]:
    """Makes the errors of a deployment those of an operator.

    Raises:
        InputError: A setting is wrong.
        CloudError: Anything else that can be wrong with it.
    """
    try:
        yield
    except ConfigError as error:
        raise InputError(str(error)) from error
    except (LocalError, InfraError, CatalogError, ClientError, BotoCoreError) as error:
        causes = "".join(f"\n  because: {cause}" for cause in _causes(error))
        message = f"{what}: {error}{causes}"
        raise CloudError(message) from error


def settings_here(settings: Mapping[str, object]) -> dict[str, object]:
    """Returns what holds of a stack's settings on this machine.

    What the stack uses in its account is not here: the lake makes its own. The boundary is made
    before the lake, by its name alone.

    Args:
        settings: The stack's, by Pulumi's keys.
    """
    here = {key: value for key, value in settings.items() if key != _EXISTING}
    if _BOUNDARY in here:
        here[_BOUNDARY] = str(here[_BOUNDARY]).rpartition("/")[2]
    return here


def _made(cloud: Cloud) -> list[Registration]:
    return [each for each in cloud.deployment.registrations if each.type.startswith("aws:")]


def variables_of(outputs: Mapping[str, str]) -> dict[str, str]:
    """Give the variables by which the command line knows a stack."""
    return {
        variable: outputs[name] for name, variable in OUTPUT_VARIABLES.items() if name in outputs
    }


def _notes(plan: Plan, cloud: Cloud) -> Iterator[str]:
    if plan.settings.get(_EXISTING):
        yield f"what {_EXISTING} names is in the stack's account: the lake here makes its own"
    if cloud.ministack.left_overs:
        yield told(cloud.ministack.left_overs)
    yield from cloud.deployment.warnings


def _delivery(cloud: Cloud) -> ProcessIdentity | None:
    return None if cloud.delivery_pid is None else identify(cloud.delivery_pid)


def _fault(cloud: Cloud) -> str | None:
    # The other processes can be started again: what they work on is here.
    if identify(cloud.ministack.pid) is None:
        return "MiniStack has ended by itself, and all data with it"
    return None


def _stop(cloud: Cloud) -> None:
    try:
        cloud.stop()
    except LocalError as error:
        raise CloudError(str(error)) from error


def _causes(error: BaseException) -> list[BaseException]:
    """The causes of an error; Pulumi raises some errors from themselves."""
    causes: list[BaseException] = []
    cause = error.__cause__
    while cause is not None and cause is not error and cause not in causes:
        causes.append(cause)
        cause = cause.__cause__
    return causes
