"""What a preview asks AWS: of all that the program looks up, what is there already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.infra.bootstrap.places import arns
from firelake.infra.bootstrap.resource_types import UNCONFINED, Place
from firelake.infra.iam.statements import allow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.infra.iam.statements import Statement
    from firelake.infra.naming import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A function of the provider that the lake's program calls, by Pulumi's name of it.

    The provider has each in a file such as `glue/catalog_table_data_source.go`.
    """

    token: str
    place: Place
    reads: tuple[str, ...]


LOOKUPS: Final = (
    Lookup(
        token="aws:glue/getCatalogTable:getCatalogTable",  # noqa: S106 (a name)
        place=Place.DATABASE,
        reads=("glue:GetPartitionIndexes", "glue:GetTable"),
    ),
    Lookup(
        token="aws:dynamodb/getTables:getTables",  # noqa: S106 (a name)
        place=Place.TABLE,
        reads=("dynamodb:ListTables",),
    ),
    Lookup(
        token="aws:dynamodb/getTable:getTable",  # noqa: S106 (a name)
        place=Place.TABLE,
        reads=(
            "dynamodb:DescribeContinuousBackups",
            "dynamodb:DescribeTable",
            "dynamodb:DescribeTimeToLive",
            "dynamodb:ListTagsOfResource",
        ),
    ),
)
"""Those that take a right; where the program runs, anybody may ask."""


def lookup_statements(stacks: Sequence[Names]) -> list[Statement]:
    """Let a role look up what the program does, of some stacks.

    A preview compares the program with the state: it asks AWS nothing else.
    """
    statements: list[Statement] = []
    for place in dict.fromkeys(lookup.place for lookup in LOOKUPS):
        actions = {each for lookup in LOOKUPS if lookup.place is place for each in lookup.reads}
        resources = list(dict.fromkeys(arn for names in stacks for arn in arns(place, names)))
        statements.append(allow(place.value, sorted(actions - UNCONFINED.keys()), resources))
    everywhere = {each for lookup in LOOKUPS for each in lookup.reads} & UNCONFINED.keys()
    return [*statements, allow("Unconfined", sorted(everywhere), ["*"])]
