"""Roles that AWS's services assume: every one of the program is made here, within its boundary."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi_aws as aws

from firelake.infra.bootstrap.names import boundary_of, moves_boundary_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from firelake.infra.config import LakeConfig
    from firelake.infra.naming import Names


def service_role(  # noqa: PLR0913 (each is another part of the role)
    name: str,
    *,
    role_name: str,
    description: str,
    trust: Mapping[str, object],
    names: Names,
    config: LakeConfig,
    opts: pulumi.ResourceOptions,
    moves: bool = False,
) -> aws.iam.Role:
    """Register a role that bears the stack's permissions boundary, if one is configured.

    The bootstrap has made another one for roles that move days.

    Args:
        name: Name of the resource.
        role_name: Name of the role.
        description: For whom it is.
        trust: The document of who may assume it.
        names: The stack's names.
        config: The stack's settings.
        opts: Options of the resource.
        moves: Whether the role is one of those that move days into history.
    """
    boundary = config.permissions_boundary
    if moves and boundary == boundary_of(names):
        boundary = moves_boundary_of(names)
    return aws.iam.Role(
        name,
        name=role_name,
        description=description,
        assume_role_policy=json.dumps(trust),
        path=iam_path(names),
        permissions_boundary=None if boundary is None else names.boundary_arn(boundary),
        tags=config.tags,
        opts=opts,
    )


def iam_path(names: Names) -> str | None:
    """Returns the path that a role or a managed policy is given; None for IAM's own default.

    Args:
        names: The stack's names.
    """
    return None if names.iam_path == "/" else names.iam_path
