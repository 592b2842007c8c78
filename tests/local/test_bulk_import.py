"""A table of a user's goes into the history of an embedded cloud, with an operator's rights."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from athena_on_duckdb.clients import Clients
from firelake.laptop.embedded import variables_of
from firelake.local.cloud import Cloud
from tests.helpers.cloud_fixtures import CREATED_AT_MS, TODAY
from tests.helpers.commands import invoked
from tests.helpers.operators import keys_of_operator

if TYPE_CHECKING:
    from pathlib import Path

# Five commands, each of which asks the local Athena, on whatever machine.
pytestmark = [pytest.mark.local, pytest.mark.timeout(600)]

CONTRACT: Final = """
version = 1
[fields]
user_id = { type = "string", description = "Account." }
score = { type = "double", description = "Points.", min = 0 }
[events."lesson:started"]
description = "A lesson was begun."
optional = ["user_id", "score"]
"""
CONFIG: Final = {
    "startDate": "2026-11-01",
    "catalog": {"hasCrawler": False, "hasHistory": True},
    "watch": {"hasAlarms": False, "hasDashboard": False},
}
# Two valid rows, one of them twice; a score that is none, one below its least, and no name.
ROWS: Final = """\
a,lesson:started,2025-11-02T10:00:00.123Z,u1,0.5,web
a,lesson:started,2025-11-02T10:00:00.123Z,u1,0.5,web
b,lesson:started,2025-11-03T10:00:00Z,u2,1e1,
c,lesson:started,2025-11-03T10:00:00Z,u3,many,web
d,lesson:started,2025-11-03T10:00:00Z,u4,-1,web
e,Lesson,2025-11-03T10:00:00Z,u5,1,web
"""
COLUMNS: Final = ("id", "name", "created_at", "user_id", "score", "channel")
# What docs/backfill.md tells an operator to add for a table of one's own.
OWN_TABLE: Final = [
    {
        "Effect": "Allow",
        "Action": ["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"],
        "Resource": [
            "arn:aws:glue:*:*:catalog",
            "arn:aws:glue:*:*:database/own",
            "arn:aws:glue:*:*:table/own/*",
        ],
    },
    {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": ["arn:aws:s3:::own-archive", "arn:aws:s3:::own-archive/*"],
    },
]


def put_table(cloud: Cloud) -> None:
    call = cloud.clients.call
    call("s3", "CreateBucket", {"Bucket": "own-archive"})
    call("s3", "PutObject", {"Bucket": "own-archive", "Key": "old/a.csv", "Body": ROWS.encode()})
    call("glue", "CreateDatabase", {"DatabaseInput": {"Name": "own"}})
    table = {
        "Name": "old",
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {
            "Columns": [{"Name": name, "Type": "string"} for name in COLUMNS],
            "Location": "s3://own-archive/old/",
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                "Parameters": {"field.delim": ",", "serialization.null.format": ""},
            },
        },
    }
    call("glue", "CreateTable", {"DatabaseName": "own", "TableInput": table})


def allow_table(cloud: Cloud, user: str) -> None:
    environment = dict(cloud.environment())
    if "AWS_ENDPOINT_URL_IAM" in environment:
        environment["AWS_ENDPOINT_URL"] = environment["AWS_ENDPOINT_URL_IAM"]
    document = json.dumps({"Version": "2012-10-17", "Statement": OWN_TABLE})
    given = {"UserName": user, "PolicyName": "own", "PolicyDocument": document}
    Clients(environment).call("iam", "PutUserPolicy", given)


def test_an_operator_imports_a_table(tmp_path: Path) -> None:
    contract = tmp_path / "events.toml"
    contract.write_text(CONTRACT)
    with Cloud.start(
        CONFIG,
        folder=tmp_path,
        contract_file=contract,
        stack="imported",
        is_delivering=False,
        today=lambda: TODAY,
        now_ms=lambda: CREATED_AT_MS,
    ) as cloud:
        outputs = {name: str(value) for name, value in cloud.outputs.items()}
        operator = {
            **cloud.environment(),
            **variables_of(outputs),
            **keys_of_operator(cloud, "importer"),
            "FIRELAKE_CONTRACT": str(contract),
        }
        put_table(cloud)
        command = ("backfill", "--from-table", "own.old")

        code, told = invoked(operator, *command)
        assert (code, "run `firelake history move`, deploy" in told) == (1, True), told
        invoked(operator, "history", "move", "--grace-minutes", "0")
        cloud.update(CONFIG, contract)
        code, told = invoked(operator, *command)
        assert (code, "own.old cannot be read from the Glue catalog" in told) == (1, True), told
        allow_table(cloud, "importer")

        query = tmp_path / "left.sql"
        code, told = invoked(operator, *command, "--left-out", str(query))
        assert code == 1
        for line in (
            "event_uuid ← id (string)",
            "6 rows of own.old, of which",
            "2 imported: the lake lacked them",
            "1 repeated: copies of another row",
            "3 invalid: left out, and still in the table",
            "2 field_type score",
            "1 event_name event_name",
        ):
            assert line in told
        _, told = invoked(
            operator,
            "query",
            "--json",
            "SELECT event_uuid, user_id, score, extras, dt FROM event_lesson__started"
            " WHERE dt < '2026' ORDER BY 1",
        )
        shown = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
        assert [tuple(each.values()) for each in shown] == [
            ("a", "u1", 0.5, '{"channel":"web"}', "2025-11-02"),
            ("b", "u2", 10.0, None, "2025-11-03"),
        ]
        _, told = invoked(operator, "query", "--json", query.read_text())
        left = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
        assert sorted((each["id"], each["problems"]) for each in left) == [
            ("c", "field_type:score"),
            ("d", "field_type:score"),
            ("e", "event_name:event_name"),
        ]
