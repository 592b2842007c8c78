"""Net: the inputs of a resource as the API requests of its creation, checked before any is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from firelake.formats.emulation import UnknownTypeError
from firelake.formats.service_models.constraints import operation_model, violations
from firelake.formats.service_models.operations import CALLS, PROVIDERS_OWN, Call
from firelake.formats.service_models.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# What every resource may have, and no API: for how long to wait, where, and whether to delete.
_PROVIDERS_OWN_EVERYWHERE = frozenset({"region", "skipDestroy", "timeouts"})


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request that the AWS provider would make; `service` is botocore's name of it."""

    service: str
    operation: str
    parameters: Mapping[str, object]


def api_requests(token: str, inputs: Mapping[str, object]) -> tuple[ApiRequest, ...]:
    """Give the requests of a resource's creation, in the order in which they are made.

    No input is lost on the way: one that has no place in a request appears in it under the name
    that it has in Pulumi, where `constraint_violations` finds it.

    Raises:
        UnknownTypeError: The table of calls does not have the resource type.
    """
    if token not in CALLS:
        message = f"no API calls are known of the resource type {token!r}: add them to the table"
        raise UnknownTypeError(message)
    sent = {
        key: value
        for key, value in inputs.items()
        if key not in _PROVIDERS_OWN_EVERYWHERE | PROVIDERS_OWN.get(token, frozenset())
        # To the provider, an empty map or list is one that was not given.
        and value not in ({}, [])
    }
    shaped = _SHAPERS[token](sent) if token in _SHAPERS else sent
    return tuple(_request(call, taken) for call, taken in _divide(CALLS[token], shaped))


def constraint_violations(token: str, inputs: Mapping[str, object]) -> Iterator[str]:
    """Give each way in which a resource's requests are not as AWS's service models ask.

    Raises:
        UnknownTypeError: The table of calls does not have the resource type.
    """
    for request in api_requests(token, inputs):
        shape = operation_model(request.service, request.operation).input_shape
        if shape is not None:
            yield from violations(shape, request.parameters, request.operation)


def _divide(
    calls: tuple[Call, ...], inputs: Mapping[str, object]
) -> Iterator[tuple[Call, Mapping[str, object]]]:
    taken = frozenset[str]().union(*(call.inputs for call in calls if call.inputs is not None))
    for call in calls:
        own = frozenset(inputs) - taken if call.inputs is None else call.inputs & frozenset(inputs)
        if own or call.inputs is None:
            yield call, {key: inputs[key] for key in inputs if key in own | call.shared}


def _request(call: Call, inputs: Mapping[str, object]) -> ApiRequest:
    shape = operation_model(call.service, call.operation).input_shape
    spelled = inputs if shape is None else spell(shape, inputs, call.names)
    parameters = {**call.fixed, **cast("Mapping[str, object]", spelled)}
    return ApiRequest(call.service, call.operation, parameters)


def _with_key_schema(inputs: Mapping[str, object]) -> Mapping[str, object]:
    """DynamoDB has the two keys of a table in one list."""
    kinds = {"hashKey": "HASH", "rangeKey": "RANGE"}
    others = {key: value for key, value in inputs.items() if key not in kinds}
    schema = [
        {"attributeName": inputs[key], "keyType": kind}
        for key, kind in kinds.items()
        if key in inputs
    ]
    return {**others, "keySchema": schema}


def _with_source_type(inputs: Mapping[str, object]) -> Mapping[str, object]:
    """Firehose is told what kind of source it is, Pulumi sees it by the block."""
    kind = "KinesisStreamAsSource" if "kinesisSourceConfiguration" in inputs else "DirectPut"
    return {**inputs, "deliveryStreamType": kind}


def _with_targets(inputs: Mapping[str, object]) -> Mapping[str, object]:
    """EventBridge takes a list of targets of a rule, Pulumi one."""
    of_rule = {"rule", "eventBusName"}
    target = {key: value for key, value in inputs.items() if key not in of_rule}
    rule = {key: value for key, value in inputs.items() if key in of_rule}
    return {**rule, "targets": [target]}


def _with_log_destinations(inputs: Mapping[str, object]) -> Mapping[str, object]:
    """Step Functions takes a list of log groups, Pulumi the ARN of one."""
    if "loggingConfiguration" not in inputs:
        return inputs
    given = cast("Mapping[str, object]", inputs["loggingConfiguration"])
    logging = {key: value for key, value in given.items() if key != "logDestination"}
    if "logDestination" in given:
        group = {"logGroupArn": given["logDestination"]}
        logging["destinations"] = [{"cloudWatchLogsLogGroup": group}]
    return {**inputs, "loggingConfiguration": logging}


def _without_rotation_switch(inputs: Mapping[str, object]) -> Mapping[str, object]:
    """Rotation is switched on by a call; not to make it is to leave it off."""
    is_on = inputs.get("enableKeyRotation", False)
    return {
        key: value
        for key, value in inputs.items()
        if key != "enableKeyRotation" and (is_on or key != "rotationPeriodInDays")
    }


_SHAPERS: Mapping[str, Callable[[Mapping[str, object]], Mapping[str, object]]] = {
    "aws:cloudwatch/eventTarget:EventTarget": _with_targets,
    "aws:dynamodb/table:Table": _with_key_schema,
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _with_source_type,
    "aws:kms/key:Key": _without_rotation_switch,
    "aws:sfn/stateMachine:StateMachine": _with_log_destinations,
}
