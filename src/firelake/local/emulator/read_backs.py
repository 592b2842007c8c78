"""Makes what describes alarms and delivery streams tell all that was put, as AWS does.

MiniStack forgets what an alarm computes of several metrics and describes others by defaults that
nobody gave; of a delivery stream it holds back the source backup and the time zone.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import botocore.session
from ministack import app

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botocore.model import StructureShape

Given = dict[str, Any]

_PUT: Final = "firelake:put"
# What CloudWatch says of its own accord, or other operations than PutMetricAlarm change.
_STATE: Final = frozenset(
    {
        "ActionsEnabled",
        "AlarmArn",
        "AlarmConfigurationUpdatedTimestamp",
        "StateReason",
        "StateReasonData",
        "StateTransitionedTimestamp",
        "StateUpdatedTimestamp",
        "StateValue",
    }
)
_LISTS: Final = ("AlarmActions", "Dimensions", "InsufficientDataActions", "OKActions")
# https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html
# and API_S3DestinationConfiguration.html
_BACKUP_DEFAULTS: Final = {
    "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 300},
    "CompressionFormat": "UNCOMPRESSED",
    "EncryptionConfiguration": {"NoEncryptionConfig": "NoEncryption"},
    "CloudWatchLoggingOptions": {"Enabled": False},
}
_DESTINATION_DEFAULTS: Final = {**_BACKUP_DEFAULTS, "CustomTimeZone": "UTC"}
_BACKUP: Final = "S3BackupConfiguration"
_DESTINATION: Final = "ExtendedS3DestinationDescription"


def is_read_back(target: str) -> bool:
    """Whether an operation is one of those that are put right.

    Args:
        target: The operation, as the header `X-Amz-Target` names it.
    """
    return target in _CHANGES


def read_back(target: str, given: bytes, told: bytes) -> bytes:
    """Keeps what was given until it is asked for, or puts right what is told.

    Args:
        target: The operation.
        given: Its request, JSON, which MiniStack has taken.
        told: Its answer, JSON.

    Returns:
        The answer as AWS would give it.
    """
    answer = json.loads(told)
    _CHANGES[target](json.loads(given), answer)
    return json.dumps(answer).encode()


def _keep_alarm(given: Given, _told: Given) -> None:
    members = _shape("cloudwatch", "MetricAlarm") - _STATE
    alarms = _state_of("cloudwatch")._alarms  # noqa: SLF001
    alarms[given["AlarmName"]][_PUT] = {k: v for k, v in given.items() if k in members}


def _describe_alarms(_given: Given, told: Given) -> None:
    told["MetricAlarms"] = [_alarm(each) for each in told.get("MetricAlarms", [])]


def _alarm(alarm: Given) -> Given:
    put = alarm.get(_PUT)
    if put is None:  # by the Query API, of which MiniStack alone knows
        return alarm
    state = {name: alarm[name] for name in _STATE if alarm.get(name) is not None}
    return {**state, **{name: [] for name in _LISTS}, **put}


def _configurations(given: Given) -> dict[str, Given]:
    """What is held of a delivery stream's destinations, by their ids."""
    streams = _state_of("firehose")._streams  # noqa: SLF001
    destinations = streams[given["DeliveryStreamName"]]["destinations"]
    return {each["id"]: each["config"] for each in destinations}


def _update_destination(given: Given, _told: Given) -> None:
    """An update changes what it names, of the backup too."""
    put = _configurations(given)[given["DestinationId"]]
    if "S3BackupUpdate" in put:
        put[_BACKUP] = {**put.get(_BACKUP, {}), **put.pop("S3BackupUpdate")}


def _describe_delivery_stream(given: Given, told: Given) -> None:
    configurations = _configurations(given)
    for destination in told["DeliveryStreamDescription"]["Destinations"]:
        if _DESTINATION in destination:
            put = configurations[destination["DestinationId"]]
            destination[_DESTINATION] |= _extended_s3(put)


def _extended_s3(put: Mapping[str, Any]) -> Given:
    described = _shape("firehose", _DESTINATION)
    return {
        **_DESTINATION_DEFAULTS,
        **{name: value for name, value in put.items() if name in described},
        **({"S3BackupDescription": {**_BACKUP_DEFAULTS, **put[_BACKUP]}} if _BACKUP in put else {}),
    }


@cache
def _shape(service: str, name: str) -> frozenset[str]:
    model = botocore.session.get_session().get_service_model(service)
    return frozenset(cast("StructureShape", model.shape_for(name)).members)


def _state_of(module: str) -> Any:  # noqa: ANN401 (MiniStack has no types)
    return cast("Any", app)._get_module(module)  # noqa: SLF001


_CHANGES: Final[Mapping[str, Callable[[Given, Given], None]]] = {
    "GraniteServiceVersion20100801.DescribeAlarms": _describe_alarms,
    "GraniteServiceVersion20100801.DescribeAlarmsForMetric": _describe_alarms,
    "GraniteServiceVersion20100801.PutMetricAlarm": _keep_alarm,
    "Firehose_20150804.DescribeDeliveryStream": _describe_delivery_stream,
    "Firehose_20150804.UpdateDestination": _update_destination,
}
