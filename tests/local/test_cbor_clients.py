"""AWS's own SDKs at their defaults, which speak CBOR, under permissions that are enforced."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from athena_on_duckdb.clients import Clients
from firelake.local.ministack import Ministack
from tests.helpers.toolchains import built, java_class_path, printed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

pytestmark = [pytest.mark.local, pytest.mark.timeout(600)]  # the first run builds the clients

_CLIENTS: Final = Path(__file__).parent / "clients"
_STREAM: Final = "events"
_TRUST: Final = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": "sts:AssumeRole",
}
_PERMISSIONS: Final = [
    {
        "Effect": "Allow",
        "Action": [
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
            "kinesis:PutRecords",
        ],
        "Resource": f"arn:aws:kinesis:us-east-1:111122223333:stream/{_STREAM}",
    },
    {
        "Effect": "Allow",
        "Action": [
            "cloudwatch:DescribeAlarms",
            "cloudwatch:GetDashboard",
            "cloudwatch:GetMetricStatistics",
            "cloudwatch:PutMetricAlarm",
            "cloudwatch:PutMetricData",
            "kinesis:GetRecords",  # MiniStack reads no stream out of an iterator
        ],
        "Resource": "*",
    },
]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a role that may do what the clients do, and no more."""
    with Ministack.start(tmp_path_factory.mktemp("account")) as ministack:
        root = ministack.environment()
        clients = Clients(root)
        clients.call("kinesis", "CreateStream", {"StreamName": _STREAM, "ShardCount": 2})
        role = {"RoleName": "client", "AssumeRolePolicyDocument": _policy([_TRUST])}
        arn = clients.call("iam", "CreateRole", role)["Role"]["Arn"]
        policy = {"PolicyName": "client", "PolicyDocument": _policy(_PERMISSIONS)}
        clients.call("iam", "PutRolePolicy", {"RoleName": "client", **policy})
        session = {"RoleArn": arn, "RoleSessionName": "client"}
        given = clients.call("sts", "AssumeRole", session)
        clients.close()
        yield {
            **root,
            "AWS_ACCESS_KEY_ID": given["Credentials"]["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["Credentials"]["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["Credentials"]["SessionToken"],
        }


def _policy(statements: Sequence[Mapping[str, object]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def test_a_thousand_records_of_the_java_sdk_come_once_each_and_unchanged(
    account: Mapping[str, str], tmp_path: Path
) -> None:
    java = shutil.copytree(_CLIENTS / "java", tmp_path / "java")
    class_path = java_class_path(java)
    events = [
        json.dumps({"event_uuid": f"java-{n}", "created_at": n + 0.25, "text": "é€😀" * (n % 40)})
        for n in range(1000)
    ]
    command = ["java", "-cp", class_path, str(java / "Records.java"), _STREAM]
    got = [
        line.split("\t", 1) for line in printed(command, account, "\n".join(events)).splitlines()
    ]
    assert Counter(text for _, text in got) == Counter(events)
    # Milliseconds of this century: seconds taken for them would be of January 1970.
    assert {len(arrived_at_ms) for arrived_at_ms, _ in got} == {len("1795305600000")}


ALARM: Final[dict[str, Any]] = {
    "AlarmName": "lag",
    "AlarmDescription": "Computed of two metrics",
    "ActionsEnabled": True,
    "AlarmActions": ["arn:aws:sns:us-east-1:111122223333:alarms"],
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 3,
    "DatapointsToAlarm": 2,
    "Threshold": 0.5,
    "TreatMissingData": "notBreaching",
    "Metrics": [
        {"Id": "all", "Expression": "FILL(one, 0) / 2", "Label": "half", "ReturnData": True},
        {
            "Id": "one",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {
                    "Namespace": "Tests",
                    "MetricName": "Sent",
                    "Dimensions": [{"Name": "Stack", "Value": "dev"}],
                },
                "Period": 300,
                "Stat": "p99",
            },
        },
    ],
}


def test_metrics_and_an_alarm_of_the_go_sdk_read_back_as_put(
    account: Mapping[str, str], tmp_path: Path
) -> None:
    program = tmp_path / "client"
    go = shutil.copytree(_CLIENTS / "go", tmp_path / "go")
    built(["go", "build", "-o", str(program), "."], go)
    told = json.loads(printed([str(program)], account, json.dumps(ALARM)))
    (alarm,) = told["alarms"]
    assert {name: alarm[name] for name in ALARM if name != "Metrics"} == {
        name: value for name, value in ALARM.items() if name != "Metrics"
    }
    given = {name: alarm[name] for name in ("MetricName", "Namespace", "Period", "Unit")}
    assert given == {"MetricName": None, "Namespace": None, "Period": None, "Unit": ""}
    assert [_without_nothing(each) for each in alarm["Metrics"]] == ALARM["Metrics"]
    (point,) = told["points"]
    assert (point["Sum"], point["SampleCount"]) == (125_250.0, 500.0)
    assert "ResourceNotFound" in told["refused"]


def _without_nothing(value: object) -> object:
    """Go prints what is not there as null or as an empty text."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {k: _without_nothing(v) for k, v in members.items() if v not in (None, "")}
    if isinstance(value, list):
        return [_without_nothing(each) for each in cast("list[object]", value)]
    return value
