"""Who may query what: policies hold for the endpoint, and for what it reads in a caller's name."""

from __future__ import annotations

import functools
import gzip
import io
import json
import time
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError

from firelake.contract.layout import events_partition_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.helpers.cloud_fixtures import Clouds

pytestmark = pytest.mark.local

DAY: Final = "2026-11-20"
TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
    ],
}


class Person:
    """Somebody with a policy of the stack, who queries."""

    def __init__(self, session: boto3.Session, outputs: dict[str, str], workgroup: str) -> None:
        self.athena = cast("Any", session).client("athena")
        self.s3 = cast("Any", session).client("s3")
        self.last_query = ""
        self._outputs = outputs
        self._workgroup = workgroup

    def ask(self, sql: str, *, workgroup: str | None = None) -> tuple[str, str]:
        """Runs a query, and gives how it ended, and why or with which last value."""
        started = self.athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self._outputs["database"]},
            WorkGroup=workgroup or self._workgroup,
        )["QueryExecutionId"]
        self.last_query = started
        while True:
            told = self.athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
            state = told["Status"]["State"]
            if state not in {"QUEUED", "RUNNING"}:
                break
            time.sleep(0.02)
        if state != "SUCCEEDED":
            return state, told["Status"]["StateChangeReason"]
        rows = self.athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
        return state, rows[-1]["Data"][-1]["VarCharValue"]


@pytest.fixture(scope="module")
def person(clouds: Clouds) -> Iterator[Callable[[str], Person]]:
    """Gives a person with one of the stack's policies; the lake holds a row of each table."""
    cloud = clouds("dev")
    environment = cloud.environment()
    outputs = {name: str(value) for name, value in cloud.outputs.items()}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        root = cast("Any", boto3.Session())
        iam, sts = root.client("iam"), root.client("sts")
    s3 = cast("Any", cloud.clients.client("s3"))
    content = io.BytesIO()
    cast("Any", pq).write_table(
        cast("Any", pa).table({"event_uuid": ["u1"], "event_name": ["account:created"]}), content
    )
    event = f"{events_partition_prefix('account', DAY)}f.parquet"
    error = f"errors/type=processing-failed/dt={DAY}/f.gz"
    bucket = outputs["bucket"]
    stored = {
        event: content.getvalue(),
        f"raw/dt={DAY}/hour=10/f.gz": gzip.compress(b'{"event_uuid": "u1"}\n'),
        error: gzip.compress(b'{"errorCode": "x"}\n'),
    }
    for key, body in stored.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)

    @functools.cache
    def make(policy: str) -> Person:
        role = iam.create_role(
            RoleName=f"person-{policy}", AssumeRolePolicyDocument=json.dumps(TRUST)
        )["Role"]
        iam.attach_role_policy(RoleName=role["RoleName"], PolicyArn=outputs[policy])
        given = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="person")["Credentials"]
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            session = boto3.Session(
                aws_access_key_id=given["AccessKeyId"],
                aws_secret_access_key=given["SecretAccessKey"],
                aws_session_token=given["SessionToken"],
            )
            of_analyst = policy == "analystPolicyArn"
            workgroup = outputs["analystWorkgroup" if of_analyst else "workgroup"]
            return Person(session, outputs, workgroup)

    yield make
    # Others count what is in this lake.
    for key in stored:
        s3.delete_object(Bucket=bucket, Key=key)


EVENTS = f"SELECT event_uuid FROM events WHERE event_type = 'account' AND dt = '{DAY}'"  # noqa: S608
RAW = f"SELECT record FROM events_raw WHERE dt = '{DAY}' AND hour = '10'"  # noqa: S608
ERRORS = f"SELECT errorcode FROM events_errors WHERE dt = '{DAY}'"  # noqa: S608


def test_an_analyst_queries_events_and_neither_raw_records_nor_errors(
    person: Callable[[str], Person],
) -> None:
    analyst = person("analystPolicyArn")
    assert analyst.ask(EVENTS) == ("SUCCEEDED", "u1")
    for refused in (RAW, ERRORS):
        state, reason = analyst.ask(refused)
        assert state == "FAILED"
        assert reason.startswith("PERMISSION_DENIED: Permission denied on S3 path: s3://")
    with pytest.raises(ClientError, match=r"athena:StartQueryExecution on resource: .*/primary"):
        analyst.ask(EVENTS, workgroup="primary")
    state, reason = analyst.ask("CREATE TABLE mine AS SELECT 1 AS one")
    assert state == "FAILED"
    assert "glue:CreateTable" in reason
    assert analyst.ask("DROP TABLE events")[0] == "FAILED"


def test_an_operator_queries_what_failed_too(person: Callable[[str], Person]) -> None:
    operator = person("operatorPolicyArn")
    assert operator.ask(RAW) == ("SUCCEEDED", '{"event_uuid": "u1"}')
    assert operator.ask(ERRORS) == ("SUCCEEDED", "x")


def test_an_analyst_sees_no_results_of_an_operator_by_any_way(
    person: Callable[[str], Person], clouds: Clouds
) -> None:
    outputs = clouds("dev").outputs
    bucket = str(outputs["bucket"])
    operator, analyst = person("operatorPolicyArn"), person("analystPolicyArn")
    assert operator.ask(ERRORS) == ("SUCCEEDED", "x")
    told = operator.athena.get_query_execution(QueryExecutionId=operator.last_query)
    place = told["QueryExecution"]["ResultConfiguration"]["OutputLocation"]
    key = place.removeprefix(f"s3://{bucket}/")
    assert key.startswith("athena/operators/")
    assert operator.s3.get_object(Bucket=bucket, Key=key)["Body"].read().endswith(b'"x"\n')

    refused = [
        lambda: analyst.ask(EVENTS, workgroup=str(outputs["workgroup"])),
        lambda: analyst.athena.get_query_results(QueryExecutionId=operator.last_query),
        lambda: analyst.athena.get_query_execution(QueryExecutionId=operator.last_query),
        lambda: analyst.athena.list_query_executions(WorkGroup=str(outputs["workgroup"])),
        lambda: analyst.s3.get_object(Bucket=bucket, Key=key),
        lambda: analyst.s3.list_objects_v2(Bucket=bucket, Prefix="athena/"),
        lambda: analyst.s3.list_objects_v2(Bucket=bucket, Prefix="athena/operators/"),
        lambda: analyst.s3.put_object(Bucket=bucket, Key="athena/operators/mine", Body=b""),
        lambda: analyst.s3.delete_object(Bucket=bucket, Key=key),
    ]
    for call in refused:
        with pytest.raises(ClientError, match=r"AccessDenied|not authorized"):
            call()

    assert analyst.ask(EVENTS) == ("SUCCEEDED", "u1")
    told = analyst.athena.get_query_execution(QueryExecutionId=analyst.last_query)
    place = told["QueryExecution"]["ResultConfiguration"]["OutputLocation"]
    assert place.startswith(f"s3://{bucket}/athena/analysts/")
    own = analyst.s3.list_objects_v2(Bucket=bucket, Prefix="athena/analysts/")["Contents"]
    assert place.removeprefix(f"s3://{bucket}/") in [each["Key"] for each in own]


def test_a_producer_queries_nothing(person: Callable[[str], Person]) -> None:
    with pytest.raises(ClientError, match="not authorized to perform: athena:StartQueryExecution"):
        person("producerPolicyArn").ask(EVENTS)


def test_credentials_that_are_not_known_or_did_not_sign_are_refused(clouds: Clouds) -> None:
    endpoint = clouds("dev").environment()["AWS_ENDPOINT_URL_ATHENA"]
    stranger = cast("Any", boto3).client(
        "athena",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="stolen",
    )
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        stranger.list_work_groups()
