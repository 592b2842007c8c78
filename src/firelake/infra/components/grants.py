"""What Lake Formation is told, in an account where it decides about Glue's tables beside IAM.

Whoever deploys must be a data lake administrator: only such a one may grant.
https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html
https://docs.aws.amazon.com/lake-formation/latest/dg/initial-lf-config.html

The bucket is not registered with Lake Formation, so that IAM alone decides about its objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Sequence

CONVERTING: Final = ("DESCRIBE", "SELECT")
"""What Firehose needs of the table by whose columns it converts."""
REGISTERING: Final = ("ALTER", "DESCRIBE", "INSERT", "SELECT")
"""What a crawler needs of the table whose partitions it registers."""
QUERYING: Final = ("DESCRIBE", "SELECT")
"""What a query needs of a table or a view."""

_SEEING: Final = ("DESCRIBE",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """Grants in one database.

    Attributes:
        database: Its name.
        parent: The component that needs them.
        depends_on: What must be there first: the tables, and the role that is granted to.
    """

    database: pulumi.Input[str]
    parent: pulumi.Resource
    depends_on: Sequence[pulumi.Resource]

    def make(
        self,
        name: str,
        principal: pulumi.Input[str],
        permissions: Sequence[str],
        table: pulumi.Input[str] | None = None,
    ) -> list[pulumi.Resource]:
        """Grants to see the database, and more of its tables.

        Args:
            name: Begins the names of the resources.
            principal: ARN of a role or a user.
            permissions: What is granted of the tables.
            table: The one table; None for all tables and views.

        Returns:
            What whoever uses the grants depends on.
        """
        opts = pulumi.ResourceOptions(parent=self.parent, depends_on=self.depends_on)
        return [
            aws.lakeformation.Permissions(
                f"{name}-database-grant",
                principal=principal,
                permissions=list(_SEEING),
                database={"name": self.database},
                opts=opts,
            ),
            aws.lakeformation.Permissions(
                f"{name}-table-grant",
                principal=principal,
                permissions=list(permissions),
                table={"database_name": self.database, "wildcard": True}
                if table is None
                else {"database_name": self.database, "name": table},
                opts=opts,
            ),
        ]
