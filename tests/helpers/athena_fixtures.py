"""Fixtures around one Athena endpoint on a bare MiniStack, with a small table to query."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import awswrangler as wr
import boto3
import pandas as pd
import pytest

from firelake.formats.service_models.constraints import violations
from firelake.local.athena_endpoint import AthenaEndpoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import OperationModel

DATABASE: Final = "shop"
BUCKET: Final = "athena-tests"
RESULTS: Final = f"s3://{BUCKET}/results/"
_POLL_S: Final = 0.01
_COLUMNS: Final[Mapping[str, object]] = {
    "id": pd.array([1, 2, 3, 4], "Int64"),
    "item": pd.array(["tea", 'a "big" pot', None, ""], "string"),
    "price": [1.5, 20.0, 0.25, 10_000_000.0],
    "at": [
        pd.Timestamp("2024-03-01 10:00:00.123"),
        pd.Timestamp("2024-03-01 11:00:00"),
        pd.NaT,
        pd.Timestamp("2024-03-02 09:30:00"),
    ],
    "dt": ["2024-03-01", "2024-03-01", "2024-03-02", "2024-03-02"],
}
ORDERS: Final = pd.DataFrame(dict(_COLUMNS))


@dataclass(frozen=True, slots=True)
class AthenaPlace:
    """An endpoint with its environment, and a session whose answers are held to AWS's models."""

    environment: Mapping[str, str]
    session: boto3.Session

    def lead_there(self, patch: pytest.MonkeyPatch) -> None:
        """Makes its environment that of this process."""
        for name, value in self.environment.items():
            patch.setenv(name, value)

    def client(self, service: str) -> Any:  # noqa: ANN401 - the types know each service by itself
        """A client of a service."""
        return cast("Any", self.session).client(service)

    def run(self, sql: str, **request: object) -> dict[str, Any]:
        """Runs a statement to its end, whatever that is, and gives the execution."""
        athena = self.client("athena")
        asked = {
            "QueryExecutionContext": {"Database": DATABASE},
            "ResultConfiguration": {"OutputLocation": RESULTS},
            **request,
        }
        started = athena.start_query_execution(QueryString=sql, **asked)["QueryExecutionId"]
        while True:
            told = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
            if told["Status"]["State"] not in {"QUEUED", "RUNNING"}:
                return told
            time.sleep(_POLL_S)

    def rows(self, sql: str, **request: object) -> list[list[str | None]]:
        """Runs a statement that succeeds, and gives its rows as the API does."""
        execution = self.run(sql, **request)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        pages = self.client("athena").get_paginator("get_query_results")
        return [
            [cell.get("VarCharValue") for cell in row["Data"]]
            for page in pages.paginate(QueryExecutionId=execution["QueryExecutionId"])
            for row in page["ResultSet"]["Rows"]
        ]


def _hold_to_model(parsed: Mapping[str, object], model: OperationModel, **_others: object) -> None:
    if "Error" not in parsed and model.output_shape is not None:
        told = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
        assert list(violations(model.output_shape, told, model.name)) == []


@pytest.fixture(scope="session")
def athena_place(ministack: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AthenaPlace]:
    """The endpoint, a bucket, and the table `orders` with two partitions by `dt`."""
    behind = {
        "AWS_ENDPOINT_URL": ministack,
        "AWS_ACCESS_KEY_ID": "111122223333",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    folder = tmp_path_factory.mktemp("athena")
    with AthenaEndpoint.start(behind, folder=folder, records=folder / "records") as endpoint:
        session = boto3.Session()
        session.events.register("after-call.athena", _hold_to_model)
        place = AthenaPlace({**behind, **endpoint.environment()}, session)
        with pytest.MonkeyPatch.context() as patch:
            place.lead_there(patch)
            place.client("s3").create_bucket(Bucket=BUCKET)
            wr.catalog.create_database(DATABASE, boto3_session=session)
            wr.s3.to_parquet(
                ORDERS,
                path=f"s3://{BUCKET}/orders/",
                dataset=True,
                database=DATABASE,
                table="orders",
                partition_cols=["dt"],
                boto3_session=session,
            )
        wr.config.athena_query_wait_polling_delay = 0.02
        yield place
        wr.config.reset("athena_query_wait_polling_delay")


@pytest.fixture
def athena(athena_place: AthenaPlace, monkeypatch: pytest.MonkeyPatch) -> AthenaPlace:
    """The endpoint, with the environment that leads there."""
    athena_place.lead_there(monkeypatch)
    return athena_place
