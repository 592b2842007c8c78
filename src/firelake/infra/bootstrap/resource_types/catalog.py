"""What Glue and Athena take of IAM."""

from __future__ import annotations

from typing import Final

from firelake.infra.bootstrap.resource_types.model import Place, ResourceType

CATALOG: Final = (
    ResourceType(
        type_name="aws:glue/catalogDatabase:CatalogDatabase",
        place=Place.DATABASE,
        reads=("glue:GetDatabase", "glue:GetTags"),
        writes=(
            "glue:CreateDatabase",
            "glue:TagResource",
            "glue:UntagResource",
            "glue:UpdateDatabase",
        ),
        deletes=("glue:DeleteDatabase",),
    ),
    ResourceType(
        type_name="aws:glue/catalogTable:CatalogTable",
        place=Place.DATABASE,
        reads=("glue:GetPartitionIndexes", "glue:GetTable"),
        writes=("glue:CreateTable", "glue:UpdateTable"),
        deletes=("glue:DeleteTable",),
    ),
    ResourceType(
        type_name="aws:lakeformation/permissions:Permissions",
        place=Place.DATABASE,
        reads=("lakeformation:ListPermissions",),
        writes=("lakeformation:GrantPermissions",),
        deletes=("lakeformation:RevokePermissions",),
    ),
    ResourceType(
        type_name="aws:glue/crawler:Crawler",
        place=Place.CRAWLER,
        reads=("glue:GetCrawler", "glue:GetTags"),
        writes=(
            "glue:CreateCrawler",
            "glue:TagResource",
            "glue:UntagResource",
            "glue:UpdateCrawler",
        ),
        deletes=("glue:DeleteCrawler",),
    ),
    ResourceType(
        type_name="aws:athena/workgroup:Workgroup",
        place=Place.WORKGROUP,
        reads=("athena:GetWorkGroup", "athena:ListTagsForResource"),
        writes=(
            "athena:CreateWorkGroup",
            "athena:TagResource",
            "athena:UntagResource",
            "athena:UpdateWorkGroup",
        ),
        deletes=("athena:DeleteWorkGroup",),
    ),
    ResourceType(
        type_name="aws:athena/namedQuery:NamedQuery",
        place=Place.WORKGROUP,
        reads=("athena:GetNamedQuery",),
        writes=("athena:CreateNamedQuery",),
        deletes=("athena:DeleteNamedQuery",),
    ),
)
