"""The Athena endpoint as clients see it: beside plain DuckDB, and with a slow statement beside."""

# ruff: noqa: S608 -- the SQL is the benchmark's own

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import duckdb

from bench.measure import print_table
from firelake.catalog.tables import events_table
from firelake.local.athena_endpoint import AthenaEndpoint
from firelake.local.ministack import Ministack
from tests.helpers.contracts import LEARNING
from tests.unit.athena_on_duckdb.tables.shipped_lake import (
    DATABASE,
    DAY,
    lake_location,
    shipped_lake,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

BUCKET: Final = "lake"
EVENTS: Final = 5_000
ROUNDS: Final = 20
POLL_S: Final = 0.002
ONE_DAY: Final = f"event_type = 'lesson' AND dt = '{DAY}'"
SMALL: Final[Mapping[str, str]] = {
    "count of one partition": f"SELECT count(*) FROM {{events}} WHERE {ONE_DAY}",
    "users of one partition": f"SELECT count(DISTINCT user_id) FROM {{events}} WHERE {ONE_DAY}",
    "groups of one day": (
        f"SELECT event_name, count(*), max(created_at) FROM {{events}} WHERE dt = '{DAY}'"
        " GROUP BY event_name ORDER BY 2 DESC, 1"
    ),
}
SLOW: Final = (
    "SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a (x), UNNEST(sequence(1, 9000)) AS b (y),"
    " UNNEST(sequence(1, 9000)) AS c (z) WHERE (x * y + z) % 7 = 3"
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The endpoint, by one client."""

    athena: Any

    def start(self, sql: str) -> str:
        """Starts a statement."""
        return str(
            self.athena.start_query_execution(
                QueryString=sql,
                QueryExecutionContext={"Database": DATABASE},
                ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/athena/"},
            )["QueryExecutionId"]
        )

    def run(self, sql: str) -> tuple[float, int]:
        """Runs a statement to its end; milliseconds as the client and as Athena tells them."""
        began = time.perf_counter()
        started = self.start(sql)
        while True:
            told = self.athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
            if told["Status"]["State"] == "SUCCEEDED":
                break
            if told["Status"]["State"] not in {"QUEUED", "RUNNING"}:
                raise RuntimeError(told["Status"])
            time.sleep(POLL_S)
        taken_ms = (time.perf_counter() - began) * 1000
        return taken_ms, told["Statistics"]["EngineExecutionTimeInMillis"]


def beside_duckdb(endpoint: Endpoint, plain: Path) -> None:
    """Prints the table of small queries beside plain DuckDB on the same files."""
    files = f"read_parquet('{plain}/events/**/*.parquet', hive_partitioning = true)"
    lines: list[list[str]] = []
    for name, sql in SMALL.items():
        plain_ms: list[float] = []
        client_ms: list[float] = []
        engine_ms: list[float] = []
        for number in range(ROUNDS + 1):
            began = time.perf_counter()
            with duckdb.connect() as connection:
                connection.sql(sql.format(events=files)).to_arrow_table()
            taken_ms = (time.perf_counter() - began) * 1000
            client, engine = endpoint.run(sql.format(events="events"))
            if number:  # the first of each fills caches
                plain_ms.append(taken_ms)
                client_ms.append(client)
                engine_ms.append(engine)
        base = median(plain_ms)
        lines.append(
            [
                name,
                f"{base:.0f}",
                f"{median(engine_ms):.0f}",
                f"{median(client_ms):.0f}",
                f"{median(engine_ms) / base:.1f}",
                f"{median(client_ms) / base:.1f}",
            ]
        )
    print_table(
        f"Small queries over {len(list(plain.rglob('*.parquet')))} files, medians of {ROUNDS}, ms",
        ["query", "plain DuckDB", "engine time", "client", "engine / plain", "client / plain"],
        lines,
    )


def beside_a_slow_one(endpoint: Endpoint) -> None:
    """Prints the table of small queries without and with a slow statement beside them."""
    sql = SMALL["groups of one day"].format(events="events")
    alone = [endpoint.run(sql)[0] for _ in range(ROUNDS)]
    slow = endpoint.start(SLOW)
    time.sleep(3)
    beside = [endpoint.run(sql)[0] for _ in range(ROUNDS)]
    began = time.perf_counter()
    endpoint.athena.stop_query_execution(QueryExecutionId=slow)
    while True:
        told = endpoint.athena.get_query_execution(QueryExecutionId=slow)["QueryExecution"]
        if told["Status"]["State"] != "RUNNING":
            break
        time.sleep(POLL_S)
    stopped_ms = (time.perf_counter() - began) * 1000
    print_table(
        f"{ROUNDS} small queries, one after the other, and a slow statement beside them",
        ["small alone, ms", "small beside, ms", "beside / alone", "slow one", "stopped after, ms"],
        [
            [
                f"{median(alone):.0f}",
                f"{median(beside):.0f}",
                f"{median(beside) / median(alone):.2f}",
                told["Status"]["State"],
                f"{stopped_ms:.0f}",
            ]
        ],
    )


def main() -> None:
    """Prints both tables."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        behind = Ministack.start(
            folder, account_id="111122223333", region="us-east-1", records=folder / "records"
        )
        stack.callback(behind.stop)
        lake = shipped_lake(EVENTS)
        served = AthenaEndpoint.start(
            behind.environment(), folder=folder, records=folder / "records"
        )
        stack.callback(served.stop)
        environment = {**behind.environment(), **served.environment()}
        session = boto3.Session(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            region_name="us-east-1",
        )

        def client(service: str) -> Any:  # noqa: ANN401 - boto3 types each service by itself
            url = environment.get(
                f"AWS_ENDPOINT_URL_{service.upper()}", environment["AWS_ENDPOINT_URL"]
            )
            return cast("Any", session).client(service, endpoint_url=url)

        plain = folder / "plain"
        client("s3").create_bucket(Bucket=BUCKET)
        client("glue").create_database(DatabaseInput={"Name": DATABASE})
        table = events_table(LEARNING, lake_location(DAY))
        client("glue").create_table(DatabaseName=DATABASE, TableInput=dict(table))
        for key, content in lake.fake.contents.items():
            client("s3").put_object(Bucket=BUCKET, Key=key, Body=content)
            path = plain / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        endpoint = Endpoint(client("athena"))
        beside_duckdb(endpoint, plain)
        beside_a_slow_one(endpoint)


if __name__ == "__main__":
    main()
