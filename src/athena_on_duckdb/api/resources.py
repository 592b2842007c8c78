"""Which resource an operation needs a permission for.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

from athena_on_duckdb.api.errors import InvalidRequestError
from athena_on_duckdb.api.workgroups import PRIMARY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_ANY: Final = frozenset({"ListDataCatalogs", "ListEngineVersions", "ListWorkGroups"})
_OF_CATALOGS: Final = {
    "CreateDataCatalog": "Name",
    "DeleteDataCatalog": "Name",
    "GetDataCatalog": "Name",
    "UpdateDataCatalog": "Name",
    "GetDatabase": "CatalogName",
    "GetTableMetadata": "CatalogName",
    "ListDatabases": "CatalogName",
    "ListTableMetadata": "CatalogName",
}


def resources(
    operation: str,
    parameters: Mapping[str, object],
    *,
    workgroup_of_execution: Callable[[str], str],
    call: Callable[[str, Mapping[str, object]], Any],
) -> tuple[str, ...]:
    """Give the resources of a request, by kind and name.

    Args:
        operation: What is asked for.
        parameters: Its parameters.
        workgroup_of_execution: Gives the workgroup of an execution.
        call: Makes a call of Athena's.

    Raises:
        InvalidRequestError: It names an execution that is not there.
        RefusedError: It names a query that is not there.
    """
    if operation in _ANY:
        return ("*",)
    if operation in _OF_CATALOGS:
        return (f"datacatalog/{parameters[_OF_CATALOGS[operation]]}",)
    if "ResourceARN" in parameters:
        return (str(parameters["ResourceARN"]),)
    groups = {str(parameters.get("WorkGroup", PRIMARY))}
    if operation == "CreateWorkGroup":
        groups = {str(parameters["Name"])}
    elif "QueryExecutionId" in parameters:
        groups = {workgroup_of_execution(str(parameters["QueryExecutionId"]))}
    elif "NamedQueryId" in parameters:
        query = call("GetNamedQuery", {"NamedQueryId": parameters["NamedQueryId"]})["NamedQuery"]
        groups = {str(query["WorkGroup"])}
    elif "NamedQueryIds" in parameters:
        found = call("BatchGetNamedQuery", {"NamedQueryIds": parameters["NamedQueryIds"]})
        groups = {str(query["WorkGroup"]) for query in found["NamedQueries"]}
    elif "QueryExecutionIds" in parameters:
        ids = cast("list[str]", parameters["QueryExecutionIds"])
        groups = _known_groups(ids, workgroup_of_execution)
    return tuple(f"workgroup/{name}" for name in sorted(groups))


def _known_groups(ids: list[str], workgroup_of: Callable[[str], str]) -> set[str]:
    """The workgroups of those executions that are there: the answer tells of the others."""
    found: set[str] = set()
    for each in ids:
        with suppress(InvalidRequestError):
            found.add(workgroup_of(each))
    return found
