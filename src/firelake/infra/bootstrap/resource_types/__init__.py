"""What each resource type of the lake's program takes of IAM: tables of data."""

from __future__ import annotations

from typing import Final

from firelake.infra.bootstrap.resource_types.catalog import CATALOG
from firelake.infra.bootstrap.resource_types.compute import COMPUTE
from firelake.infra.bootstrap.resource_types.model import (
    UNCONDITIONED,
    UNCONFINED,
    Place,
    ResourceType,
)
from firelake.infra.bootstrap.resource_types.storage import STORAGE
from firelake.infra.bootstrap.resource_types.watch import WATCH

RESOURCE_TYPES: Final = (*STORAGE, *COMPUTE, *CATALOG, *WATCH)

__all__ = ["RESOURCE_TYPES", "UNCONDITIONED", "UNCONFINED", "Place", "ResourceType"]
