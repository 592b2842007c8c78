"""The names of what has no output of its own, told from a name that has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.infra.naming import Names, stack_of_workgroup
from firelake.operations.errors import InputError

if TYPE_CHECKING:
    from firelake.aws.lake_ref import LakeRef


def names_of(lake: LakeRef) -> Names:
    """Return the stack's names, as far as they do without account and Region.

    Args:
        lake: Its workgroup is named as all names of the stack begin.

    Raises:
        InputError: The workgroup is not named so.
    """
    project, stack = stack_of_workgroup(lake.workgroup)
    if not (project and stack):
        message = (
            f"the workgroup {lake.workgroup!r} is not the one of a stack, which begins with project"
            " and stack (firelake-dev): give the stack's output workgroup"
        )
        raise InputError(message)
    return Names(project, stack, account_id="", region="")
