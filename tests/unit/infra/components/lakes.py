"""What a program of one's own registers with lakes in it, recorded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pulumi

from firelake.infra import Lake, LakeArgs, LakeConfig
from firelake.infra.lake import Deploying
from tests.helpers.contracts import TINY_FILE
from tests.helpers.pulumi_recorder import run
from tests.unit.infra.components.recordings import TODAY, ZIP_PATH, document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.helpers.pulumi_recorder import Recording

DEPLOYING = Deploying(zip_of=lambda _config, _contract: ZIP_PATH, today=lambda: TODAY)
START_DATE = date(2026, 11, 1)


def lake(name: str, opts: pulumi.ResourceOptions | None = None, **settings: Any) -> Lake:  # noqa: ANN401 -- LakeConfig's own
    """A lake, with its outputs as one of the stack's."""
    config = LakeConfig(start_date=START_DATE, **settings)
    made = Lake(name, LakeArgs(config=config, contract_file=TINY_FILE, deploying=DEPLOYING), opts)
    pulumi.export(name, made.outputs)
    return made


def recorded_program(
    program: Callable[[], object], streams: Mapping[str, int] | None = None
) -> Recording:
    """What a program named `platform` registers in its stack `dev`; `streams` are there already."""

    def make() -> None:
        program()

    return run(make, project="platform", streams=streams)


def statement(recording: Recording, name: str, sid: str) -> dict[str, Any]:
    """The statement of a name in the policy that a resource is."""
    (resource,) = (each for each in recording.resources if each.name == name)
    (found,) = (each for each in document(resource)["Statement"] if each["Sid"] == sid)
    return found
