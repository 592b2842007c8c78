"""The Pulumi program: one lake by the stack's settings, whose outputs are the stack's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from firelake.contract.facts import EVENTS_FILE
from firelake.infra.config import LakeConfig
from firelake.infra.configured_values import read_configured
from firelake.infra.lake import LAKE_TYPE, Deploying, Lake, LakeArgs, lambda_zip, now_utc, today_utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

    from firelake.infra.config_sections import TransformConfig

PROJECT: Final = "firelake"

_PART: Final = "firelake:"


def program(
    zip_of: Callable[[TransformConfig, Path], Path] = lambda_zip,
    today: Callable[[], date] = today_utc,
    contract_file: Path = EVENTS_FILE,
    now: Callable[[], datetime] = now_utc,
) -> None:
    """Makes one stack.

    Args:
        zip_of: Gives the function's zip, which is to hold this contract.
        today: Gives the day of the deployment, UTC.
        contract_file: The event contract, of the stack's resources and of the zip.
        now: Gives the moment of the deployment, UTC.

    Raises:
        InfraError: As `Lake`: nothing has been made.
        CatalogError: As `Lake`.
        ContractError: As `Lake`.
    """
    lake = Lake(
        pulumi.get_project(),
        LakeArgs(
            config=read_configured(LakeConfig, pulumi.Config(PROJECT)),
            contract_file=contract_file,
            deploying=Deploying(zip_of=zip_of, today=today, now=now),
        ),
        pulumi.ResourceOptions(transformations=[as_it_was_named]),
    )
    for name, value in lake.outputs.items():
        pulumi.export(name, value)


def as_it_was_named(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    """Tells Pulumi under which name a part of a stack stood before there was the component.

    The parts stood in the stack itself, as `stream` and not as `firelake-stream`. What they hold
    was named after them and still is, so that Pulumi finds it by its parent's earlier name:
    https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/
    """
    if not args.type_.startswith(_PART) or args.type_ == LAKE_TYPE:
        return None
    earlier = pulumi.Alias(
        name=args.name.removeprefix(f"{pulumi.get_project()}-"),
        parent=pulumi.ROOT_STACK_RESOURCE,
    )
    opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(aliases=[earlier]))
    return pulumi.ResourceTransformationResult(args.props, opts)
