"""Provisions the crawler and the grants, and tells of tables that are there."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from firelake.formats.emulation import FunctionRefusedError
from firelake.local.provider import Created
from firelake.local.provision.place import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place


def deployed_catalog_table(place: Place, arguments: Mapping[str, object]) -> Mapping[str, object]:
    """Answer what the provider's data source of a table does, as far as the program reads it.

    Raises:
        FunctionRefusedError: There is no such table or database.
    """
    database, name = text(arguments, "databaseName"), text(arguments, "name")
    try:
        table = place.clients.call("glue", "GetTable", {"DatabaseName": database, "Name": name})
    except ClientError as error:
        raise FunctionRefusedError(str(error)) from error
    found = table["Table"]
    columns = found["StorageDescriptor"]["Columns"]
    return {
        "id": f"{place.account_id}:{database}:{name}",
        "arn": place.arn("glue", f"table/{database}/{name}"),
        "catalogId": place.account_id,
        "databaseName": database,
        "name": name,
        "parameters": found["Parameters"],
        "storageDescriptors": [
            {"columns": [{"name": each["Name"], "type": each["Type"]} for each in columns]}
        ],
    }


def crawler(place: Place, registration: Registration) -> Created:
    """Make a crawler: MiniStack's finds nothing, `athena_on_duckdb.crawl` does what it is told."""
    place.send(registration)
    name = text(registration.inputs, "name")
    arn = place.arn("glue", f"crawler/{name}")
    tags = registration.inputs.get("tags")
    if tags:
        # MiniStack forgets those of CreateCrawler.
        place.clients.call("glue", "TagResource", {"ResourceArn": arn, "TagsToAdd": tags})
    return Created(name, {"arn": arn})


def permissions(place: Place, registration: Registration) -> Created:
    """Keep what Lake Formation is told: MiniStack has none, and IAM decides alone."""
    inputs = registration.inputs
    granted = json.dumps([inputs["principal"], inputs.get("database"), inputs.get("table")])
    place.kept.keep(registration.type, granted, inputs)
    return Created(str(uuid.uuid5(uuid.NAMESPACE_URL, granted)))
