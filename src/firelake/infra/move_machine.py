"""What drives a move on AWS: the definition of a state machine, in Amazon States Language.

It knows no step of a move. It asks the function what to do, runs the statement or waits, and asks
again, so that the function alone knows the steps. Each statement and each call of the function may
be repeated, which is what lets every one be retried.

https://states-language.net/spec.html
https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from firelake.infra.naming import Names

FUNCTION_TIMEOUT_S: Final = 900
"""What Lambda allows: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
# Of Athena 30 minutes, and time in its line before:
# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
_STATEMENT_TIMEOUT_S: Final = 2700
# A move that takes a day hangs: the next one begins and ends what this one has begun.
_MOVE_TIMEOUT_S: Final = 86_400

_THROTTLED: Final = (
    "Athena.InternalServerException",
    "Athena.TooManyRequestsException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
)
# The function's own error where a statement has failed for good: asking again changes nothing.
_FAILED: Final = "StatementFailedError"
_RETRY: Final[list[dict[str, Any]]] = [
    {"ErrorEquals": [_FAILED], "MaxAttempts": 0},
    {
        "ErrorEquals": list(_THROTTLED),
        "IntervalSeconds": 5,
        "MaxAttempts": 8,
        "BackoffRate": 2,
        "MaxDelaySeconds": 300,
        "JitterStrategy": "FULL",
    },
    {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60, "MaxAttempts": 2, "BackoffRate": 5},
]
_CATCH: Final[list[dict[str, Any]]] = [
    {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Abandon"}
]
_INVOKE: Final = "arn:{partition}:states:::lambda:invoke"
_QUERY: Final = "arn:{partition}:states:::athena:startQueryExecution.sync"


def definition(names: Names) -> dict[str, Any]:
    """Returns the definition, as JSON values.

    Args:
        names: The stack's names.
    """
    invoke, query = (each.format(partition=names.partition) for each in (_INVOKE, _QUERY))

    def call(**payload: object) -> dict[str, object]:
        return {"FunctionName": names.mover_arn, "Payload": payload}

    return {
        "Comment": f"Moves files of {names.prefix} into {names.database}.events_history",
        "StartAt": "Begin",
        "TimeoutSeconds": _MOVE_TIMEOUT_S,
        "States": {
            "Begin": {
                "Type": "Pass",
                "Result": {"progress": None, "ran": None, "tolerates": ""},
                "Next": "Ask",
            },
            "Ask": {
                "Type": "Task",
                "Resource": invoke,
                "Parameters": call(
                    **{
                        "progress.$": "$.progress",
                        "ran.$": "$.ran",
                        "tolerates.$": "$.tolerates",
                    }
                ),
                "OutputPath": "$.Payload",
                "TimeoutSeconds": FUNCTION_TIMEOUT_S + 60,
                "Retry": _RETRY,
                "Catch": _CATCH,
                "Next": "Which",
            },
            "Which": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.work", "StringEquals": work, "Next": state}
                    for work, state in (
                        ("statement", "Statement"),
                        ("wait", "Wait"),
                        ("done", "Done"),
                    )
                ],
                "Default": "Unknown",
            },
            "Statement": {
                "Type": "Task",
                "Resource": query,
                "Parameters": {
                    "QueryString.$": "$.sql",
                    "QueryExecutionContext": {"Database": names.database},
                    "WorkGroup": names.workgroup,
                },
                "ResultSelector": {"query_id.$": "$.QueryExecution.QueryExecutionId"},
                "ResultPath": "$.ran",
                "TimeoutSeconds": _STATEMENT_TIMEOUT_S,
                "Retry": _RETRY,
                # The function knows whether it goes on all the same.
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.ran", "Next": "Ask"}],
                "Next": "Ask",
            },
            "Wait": {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Ask"},
            "Done": {"Type": "Succeed", "OutputPath": "$.moved"},
            "Abandon": {
                "Type": "Task",
                "Resource": invoke,
                "Parameters": call(**{"progress.$": "$.progress", "abandoned": True}),
                "ResultPath": None,
                "Retry": _RETRY,
                "Next": "Failed",
            },
            "Failed": {"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"},
            "Unknown": {
                "Type": "Fail",
                "Error": "UnknownWork",
                "Cause": "The function is of another release than the state machine: deploy again",
            },
        },
    }
