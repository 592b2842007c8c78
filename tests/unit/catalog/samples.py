"""A small contract with every type, a lake for it, and what tests of the catalog share."""

from __future__ import annotations

import base64
import json
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import sqlglot
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from firelake.catalog.location import LakeLocation
from firelake.catalog.tables import (
    erasures_table,
    events_errors_table,
    events_raw_table,
    events_recent_table,
    events_table,
)
from firelake.contract.events import parse_contract
from firelake.contract.layout import Granularity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.catalog.table_input import TableInput
    from firelake.contract.events import EventContract

CONTRACT: Final = parse_contract(
    """
version = 2

[every_event]
optional = ["user_id"]

[fields]
user_id = { type = "string", description = "Account." }
order_id = { type = "string", description = "Order that is paid for." }
item_count = { type = "bigint", description = "Articles in the order." }
score = { type = "double", description = "Estimate that it is fraud, 0 to 1." }
is_gift = { type = "boolean", description = "Whether it is a gift." }
amount = { type = "decimal(12,2)", description = "Amount, tax included." }
paid_at = { type = "timestamp", description = "When it was booked." }
due_date = { type = "date", description = "Last day to pay." }
tags = { type = "array<string>", description = "Labels." }
line_amounts = { type = "array<decimal(12,2)>", description = "Amount of each line." }
response = { type = "json", since = 2, description = "Answer of the provider." }

[events."payment:order:completed"]
description = "An order was paid."
required = ["order_id", "amount"]
optional = ["item_count", "is_gift", "paid_at", "tags", "line_amounts", "response"]

[events."payment:declined"]
description = "A payment was declined."
required = ["order_id"]
optional = ["score", "due_date"]

[events.ping]
description = "A device is there."
"""
)


def lake(granularity: Granularity = Granularity.DAY) -> LakeLocation:
    """A lake that began on 1 November 2026."""
    return LakeLocation("a-bucket", "a_lake", date(2026, 11, 1), granularity)


def view_definition(view: TableInput) -> dict[str, Any]:
    """What Athena reads out of the text of a view."""
    start, end = "/* Presto View: ", " */"
    text = view.get("ViewOriginalText", "")
    assert text.startswith(start)
    assert text.endswith(end)
    return json.loads(base64.b64decode(text[len(start) : -len(end)], validate=True))


def schema_of(contract: EventContract, of: LakeLocation) -> dict[str, dict[str, dict[str, str]]]:
    """The columns of every table, with Athena's hidden columns, as sqlglot wants them.

    Those of the view of all events are those of its table.
    """
    events = events_table(contract, of)
    tables: list[TableInput] = [
        events,
        events_recent_table(events, "2026-11-01"),
        {**events, "Name": "events_history"},
        {**events, "Name": "events_unique"},
        events_raw_table(of),
        events_errors_table(of),
        erasures_table(of),
    ]
    return {
        of.database: {
            table["Name"]: {
                **{
                    column["Name"]: column["Type"]
                    for column in (
                        *table["StorageDescriptor"]["Columns"],
                        *table.get("PartitionKeys", []),
                    )
                },
                "$path": "string",
                "$file_size": "bigint",
            }
            for table in tables
        }
    }


def parse(sql: str) -> exp.Query:
    """The one statement of a text in Athena's SQL, which is a query."""
    statements = sqlglot.parse(sql, read="athena")
    assert len(statements) == 1
    assert isinstance(statements[0], exp.Query)
    return statements[0]


def resolve(sql: str, contract: EventContract, of: LakeLocation) -> exp.Query:
    """The query with every column bound to its table; a name that no table has is an error."""
    tree = qualify(
        parse(sql),
        dialect="athena",
        schema=cast("dict[str, object]", schema_of(contract, of)),
        validate_qualify_columns=True,
    )
    assert isinstance(tree, exp.Query)
    return tree


def refusals(service: str, operation: str, request: Mapping[str, object]) -> list[str]:
    """Why AWS would refuse a request, as far as its service model tells."""
    shape = _service_model(service).operation_model(operation).input_shape
    assert shape is not None
    report = ParamValidator().validate(request, shape).generate_report()
    problems = [
        problem
        for path, text, text_shape in _texts(operation, request, shape)
        for problem in _problems(path, text, text_shape)
    ]
    return [*filter(None, [report]), *problems]


@cache
def _service_model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"))


# A request is any JSON, and a shape tells what is in it.
def _texts(path: str, value: Any, shape: Shape) -> Iterator[tuple[str, str, StringShape]]:  # noqa: ANN401
    if isinstance(shape, StructureShape):
        for key, member in value.items():
            yield from _texts(f"{path}.{key}", member, shape.members[key])
    elif isinstance(shape, ListShape):
        for index, member in enumerate(value):
            yield from _texts(f"{path}[{index}]", member, shape.member)
    elif isinstance(shape, MapShape):
        for key, member in value.items():
            yield from _texts(f"{path} key {key}", key, shape.key)
            yield from _texts(f"{path}.{key}", member, shape.value)
    elif isinstance(shape, StringShape):
        yield path, value, shape


def _problems(path: str, text: str, shape: StringShape) -> Iterator[str]:
    size, limit = len(text.encode()), shape.metadata.get("max")
    if limit is not None and size > limit:
        yield f"{path} has {size} bytes, the limit is {limit}"
    # Java's pattern for "no control characters" is none that Python reads.
    if "pattern" in shape.metadata and any(each < " " and each != "\t" for each in text):
        yield f"{path} holds a control character"
    if shape.enum and text not in shape.enum:
        yield f"{path} is {text!r}, known are {shape.enum}"
