"""Options that several commands share: which lake, and what its stack is set to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from contract.layout import Granularity
from ops.variables import (
    ENV_BUCKET,
    ENV_CLAIMS_TABLE,
    ENV_DATABASE,
    ENV_DEDUPE_DAYS,
    ENV_DELIVERY_STREAM,
    ENV_GRANULARITY,
    ENV_LATENESS_DAYS,
    ENV_SETTLE_S,
    ENV_STREAM,
    ENV_WORKGROUP,
)

BucketOption: TypeAlias = Annotated[str, typer.Option(envvar=ENV_BUCKET, help="The lake's bucket.")]
DatabaseOption: TypeAlias = Annotated[
    str, typer.Option(envvar=ENV_DATABASE, help="The Glue database.")
]
WorkgroupOption: TypeAlias = Annotated[str, typer.Option(envvar=ENV_WORKGROUP, help="Of Athena.")]
ClaimsTableOption: TypeAlias = Annotated[
    str, typer.Option(envvar=ENV_CLAIMS_TABLE, help="The table of claims.")
]
StreamOption: TypeAlias = Annotated[
    str, typer.Option(envvar=ENV_STREAM, help="Name or ARN of the Kinesis stream.")
]
DeliveryStreamOption: TypeAlias = Annotated[
    str, typer.Option(envvar=ENV_DELIVERY_STREAM, help="Name of the Firehose stream.")
]
SettleOption: TypeAlias = Annotated[
    int, typer.Option(envvar=ENV_SETTLE_S, min=1, help="Of the stack: its output settleSeconds.")
]
GranularityOption: TypeAlias = Annotated[
    Granularity, typer.Option(envvar=ENV_GRANULARITY, help="Of the stack.")
]
LatenessOption: TypeAlias = Annotated[
    int, typer.Option(envvar=ENV_LATENESS_DAYS, min=1, help="Of the stack.")
]
DedupeOption: TypeAlias = Annotated[
    int, typer.Option(envvar=ENV_DEDUPE_DAYS, min=1, help="Of the stack.")
]

TypesOption: TypeAlias = Annotated[
    list[str] | None, typer.Option("--type", help="Error type, as in the key; repeatable.")
]
ReasonsOption: TypeAlias = Annotated[
    list[str] | None, typer.Option("--reason", help="Reason code; repeatable.")
]
EventsOption: TypeAlias = Annotated[
    list[str] | None, typer.Option("--event", help="Event name, * for any text; repeatable.")
]
DeployedContractOption: TypeAlias = Annotated[
    Path, typer.Option(help="The deployed contract.", show_default="the shipped one")
]
ContractOption: TypeAlias = Annotated[
    Path, typer.Option(help="The contract of the events.", show_default="the shipped one")
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="One JSON object instead.")]
