"""What describes alarms and delivery streams, after they were put and put again otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from athena_on_duckdb.clients import Clients
from tests.helpers.asked import differences

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.local

_PLAIN: Final[dict[str, Any]] = {
    "AlarmName": "plain",
    "ComparisonOperator": "LessThanThreshold",
    "EvaluationPeriods": 1,
    "ExtendedStatistic": "p90",
    "MetricName": "Sent",
    "Namespace": "Tests",
    "Period": 60,
    "Threshold": 1.0,
}
_COMPUTED: Final[dict[str, Any]] = {
    "AlarmName": "computed",
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 1,
    "Metrics": [{"Id": "e", "Expression": "TIME_SERIES(1)", "ReturnData": True}],
    "Threshold": 0.0,
}
_PUT: Final = set(_PLAIN) | {"Metrics", "Statistic", "Unit"}


@pytest.fixture
def clients(ministack: str) -> Iterator[Clients]:
    clients = Clients(
        {
            "AWS_ENDPOINT_URL": ministack,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "111122223333",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
    )
    yield clients
    clients.close()


def described(clients: Clients, name: str) -> dict[str, Any]:
    told = clients.call("cloudwatch", "DescribeAlarms", {"AlarmNames": [name]})
    (alarm,) = told["MetricAlarms"]
    return alarm


@pytest.mark.parametrize("alarm", [_PLAIN, _COMPUTED], ids=["plain", "computed"])
def test_an_alarm_has_what_was_put_and_no_setting_besides(
    clients: Clients, alarm: dict[str, Any]
) -> None:
    clients.call("cloudwatch", "PutMetricAlarm", alarm)
    told = described(clients, alarm["AlarmName"])
    assert {name: value for name, value in told.items() if name in _PUT} == alarm
    assert told["Dimensions"] == told["OKActions"] == []
    assert told["StateValue"] == "INSUFFICIENT_DATA"


def test_an_alarm_that_is_put_again_has_nothing_left_of_before(clients: Clients) -> None:
    clients.call("cloudwatch", "PutMetricAlarm", {**_COMPUTED, "AlarmName": "changed"})
    changed = {**_PLAIN, "AlarmName": "changed"}
    clients.call("cloudwatch", "PutMetricAlarm", changed)
    told = described(clients, "changed")
    assert {name: value for name, value in told.items() if name in _PUT} == changed


def test_an_alarm_tells_what_other_operations_made_of_it(clients: Clients) -> None:
    clients.call("cloudwatch", "PutMetricAlarm", {**_COMPUTED, "ActionsEnabled": True})
    state = {"AlarmName": "computed", "StateValue": "ALARM", "StateReason": "a test"}
    clients.call("cloudwatch", "SetAlarmState", state)
    clients.call("cloudwatch", "DisableAlarmActions", {"AlarmNames": ["computed"]})
    told = described(clients, "computed")
    assert (told["StateValue"], told["ActionsEnabled"]) == ("ALARM", False)
    clients.call("cloudwatch", "DeleteAlarms", {"AlarmNames": ["computed"]})
    clients.call("cloudwatch", "PutMetricAlarm", _COMPUTED)
    told = described(clients, "computed")
    assert (told["StateValue"], told["ActionsEnabled"]) == ("INSUFFICIENT_DATA", True)


def test_a_delivery_stream_has_its_backup_and_time_zone_after_an_update_too(
    clients: Clients,
) -> None:
    role = "arn:aws:iam::111122223333:role/delivery"
    backup = {"BucketARN": "arn:aws:s3:::lake", "RoleARN": role, "Prefix": "raw/"}
    destination = {
        "BucketARN": "arn:aws:s3:::lake",
        "RoleARN": role,
        "CustomTimeZone": "Europe/Berlin",
        "FileExtension": ".json",
        "S3BackupMode": "Enabled",
    }
    name = {"DeliveryStreamName": "read-back"}
    clients.call(
        "firehose",
        "CreateDeliveryStream",
        {
            **name,
            "ExtendedS3DestinationConfiguration": {
                **destination,
                "S3BackupConfiguration": {**backup, "CompressionFormat": "GZIP"},
            },
        },
    )

    def held() -> tuple[dict[str, Any], dict[str, Any]]:
        told = clients.call("firehose", "DescribeDeliveryStream", name)["DeliveryStreamDescription"]
        (described,) = told["Destinations"]
        version = {
            "CurrentDeliveryStreamVersionId": told["VersionId"],
            "DestinationId": described["DestinationId"],
        }
        return version, described["ExtendedS3DestinationDescription"]

    _, before = held()
    assert list(differences(destination, before)) == []
    assert before["S3BackupDescription"] == {
        **backup,
        "BufferingHints": {"IntervalInSeconds": 300, "SizeInMBs": 5},
        "CloudWatchLoggingOptions": {"Enabled": False},
        "CompressionFormat": "GZIP",
        "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
    }
    for update in (
        {"CustomTimeZone": "UTC", "S3BackupUpdate": {"Prefix": "elsewhere/"}},
        {"S3BackupUpdate": {"CompressionFormat": "UNCOMPRESSED"}},
    ):
        version, _ = held()
        asked = {**name, **version, "ExtendedS3DestinationUpdate": update}
        clients.call("firehose", "UpdateDestination", asked)
    _, after = held()
    changed = {"Prefix": "elsewhere/", "CompressionFormat": "UNCOMPRESSED"}
    backup = {**before["S3BackupDescription"], **changed}
    assert after == {**before, "CustomTimeZone": "UTC", "S3BackupDescription": backup}
