"""What a preview asks AWS: of all that the program looks up, what is there already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from firelake.infra.bootstrap.places import arns
from firelake.infra.bootstrap.resource_types import UNCONFINED, Place, actions
from firelake.infra.iam.statements import allow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firelake.infra.iam.statements import Statement
    from firelake.infra.naming import Names


@dataclass(frozen=True, slots=True)
class Lookup:
    """A function of the provider that the lake's program calls, by Pulumi's name of it.

    The provider has each in a file such as `glue/catalog_table_data_source.go`.
    """

    token: str
    place: Place
    calls: str

    @property
    def reads(self) -> tuple[str, ...]:
        """IAM's actions of its calls."""
        return actions(self.place, self.calls)


LOOKUPS: Final = (
    Lookup(
        "aws:glue/getCatalogTable:getCatalogTable", Place.DATABASE, "GetPartitionIndexes GetTable"
    ),
    Lookup("aws:dynamodb/getTables:getTables", Place.TABLE, "ListTables"),
    Lookup(
        "aws:dynamodb/getTable:getTable",
        Place.TABLE,
        "DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource",
    ),
)
"""Those that take a right; where the program runs, anybody may ask."""


def lookup_statements(stacks: Sequence[Names]) -> list[Statement]:
    """Let a role look up what the program does, of some stacks.

    A preview compares the program with the state: it asks AWS nothing else.
    """
    statements: list[Statement] = []
    for place in dict.fromkeys(lookup.place for lookup in LOOKUPS):
        read = {each for lookup in LOOKUPS if lookup.place is place for each in lookup.reads}
        resources = list(dict.fromkeys(arn for names in stacks for arn in arns(place, names)))
        statements.append(allow(place.value, " ".join(sorted(read - UNCONFINED.keys())), resources))
    everywhere = {each for lookup in LOOKUPS for each in lookup.reads} & UNCONFINED.keys()
    return [*statements, allow("Unconfined", " ".join(sorted(everywhere)), ["*"])]
