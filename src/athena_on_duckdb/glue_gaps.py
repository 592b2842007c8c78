"""Closes gaps of the Glue behind: BatchDeletePartition, SearchTables, versions, the empty owner.

All other requests pass as they came. `awswrangler` needs these for overwriting partitions, for
`wr.catalog.search_tables` and for updating tables.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import ClientError

from athena_on_duckdb.api.forward import RefusedError
from athena_on_duckdb.api.requests import Answer, success

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from athena_on_duckdb.api.callers import Callers
    from athena_on_duckdb.api.forward import Forward
    from athena_on_duckdb.api.requests import Request
    from athena_on_duckdb.clients import Clients

_PREFIX: Final = "AWSGlue."
_OWNED: Final = frozenset({"GetTable", "GetTables", "GetTableVersion", "GetTableVersions"})


@dataclass(frozen=True, slots=True)
class GlueGaps:
    """Answers requests of Glue.

    Attributes:
        forward: The way to the cloud behind.
        callers: Those who call.
    """

    forward: Forward
    callers: Callers

    def answer(self, request: Request) -> Answer:
        """Answer a request.

        Raises:
            ApiError: It is refused.
        """
        operation = request.operation.removeprefix(_PREFIX)
        own = _OWN.get(operation)
        if own is None:
            answer = self.forward.as_it_came(request)
            return _without_empty_owners(answer) if operation in _OWNED else answer
        given = cast("dict[str, Any]", json.loads(request.body or b"{}"))
        try:
            return success(own(self.callers.of(request).clients, given))
        except ClientError as error:
            told = error.response.get("Error", {})
            raise RefusedError(
                told.get("Code", "InternalServiceException"), told.get("Message", str(error))
            ) from error


def _without_empty_owners(answer: Answer) -> Answer:
    """Leave out an empty owner, which no client may send back.

    https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
    """
    content: object = json.loads(answer.body or b"{}")
    _drop_empty_owner(content)
    body = json.dumps(content).encode()
    return Answer(status=answer.status, content_type=answer.content_type, body=body)


def _drop_empty_owner(content: object) -> None:
    if isinstance(content, dict):
        members = cast("dict[str, object]", content)
        if members.get("Owner") == "":
            del members["Owner"]
        for name in ("Table", "TableList", "TableVersion", "TableVersions"):
            _drop_empty_owner(members.get(name))
    elif isinstance(content, list):
        for each in cast("list[object]", content):
            _drop_empty_owner(each)


def _batch_delete_partition(clients: Clients, given: Mapping[str, Any]) -> dict[str, object]:
    """BatchDeletePartition: one after the other.

    https://docs.aws.amazon.com/glue/latest/webapi/API_BatchDeletePartition.html
    """
    table = {name: given[name] for name in ("DatabaseName", "TableName")}
    failed: list[object] = []
    for each in given["PartitionsToDelete"]:
        try:
            clients.call("glue", "DeletePartition", {**table, "PartitionValues": each["Values"]})
        except ClientError as error:
            told = error.response.get("Error", {})
            detail = {"ErrorCode": told.get("Code", ""), "ErrorMessage": told.get("Message", "")}
            failed.append({"PartitionValues": each["Values"], "ErrorDetail": detail})
    return {"Errors": failed}


def _search_tables(clients: Clients, given: Mapping[str, Any]) -> dict[str, object]:
    """SearchTables by text: in names, descriptions, parameters and columns, on one page.

    https://docs.aws.amazon.com/glue/latest/webapi/API_SearchTables.html
    """
    text = str(given.get("SearchText", "")).strip('"').lower()
    most = int(given.get("MaxResults", 1000))
    conditions = cast("list[dict[str, str]]", given.get("Filters", []))
    found: list[object] = []
    for database in clients.pages("glue", "GetDatabases", {}, "DatabaseList"):
        asked = {"DatabaseName": database["Name"]}
        for table in clients.pages("glue", "GetTables", asked, "TableList"):
            told = json.loads(json.dumps(table, default=lambda time: time.timestamp()))
            if text in json.dumps(told, ensure_ascii=False).lower() and all(
                _meets(told, condition) for condition in conditions
            ):
                found.append(told)
    return {"TableList": found[:most]}


def _meets(table: Mapping[str, Any], condition: Mapping[str, str]) -> bool:
    value = str(table.get(condition["Key"], table.get("Parameters", {}).get(condition["Key"], "")))
    return condition["Value"].lower() in value.lower()


def _get_table_versions(clients: Clients, given: Mapping[str, Any]) -> dict[str, object]:
    """GetTableVersions: the table as it is, which is the one version that is kept behind.

    https://docs.aws.amazon.com/glue/latest/webapi/API_GetTableVersions.html
    """
    asked = {"DatabaseName": given["DatabaseName"], "Name": given["TableName"]}
    table = clients.call("glue", "GetTable", asked)["Table"]
    told = json.loads(json.dumps(table, default=lambda time: time.timestamp()))
    _drop_empty_owner(told)
    return {"TableVersions": [{"Table": told, "VersionId": str(table.get("VersionId", "0"))}]}


_OWN: Final[dict[str, Callable[[Clients, Mapping[str, Any]], dict[str, object]]]] = {
    "BatchDeletePartition": _batch_delete_partition,
    "GetTableVersions": _get_table_versions,
    "SearchTables": _search_tables,
}
