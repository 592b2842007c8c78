"""Clients that record calls and answer what AWS would answer to a creation that succeeds."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from athena_on_duckdb.clients import Clients

_ACCOUNT = "111122223333"


def _function(parameters: Mapping[str, Any]) -> dict[str, Any]:
    digest = hashlib.sha256(parameters["Code"]["ZipFile"]).digest()
    return {"CodeSha256": base64.b64encode(digest).decode(), "Version": "1"}


def _alias(parameters: Mapping[str, Any]) -> dict[str, Any]:
    # KMS has an operation of this name, too, which answers nothing.
    if "FunctionName" not in parameters:
        return {}
    function = f"arn:aws:lambda:us-east-1:{_ACCOUNT}:function:{parameters['FunctionName']}"
    return {"AliasArn": f"{function}:{parameters['Name']}"}


def _named_query(parameters: Mapping[str, Any]) -> dict[str, Any]:
    # Workgroups hold queries of the same names: Athena's ids tell them apart.
    return {"NamedQueryId": f"id-of-{parameters['Name']}-in-{parameters['WorkGroup']}"}


def _role(parameters: Mapping[str, Any]) -> dict[str, Any]:
    arn = f"arn:aws:iam::{_ACCOUNT}:role/{parameters['RoleName']}"
    return {"Role": {"Arn": arn, "RoleId": "AROAEXAMPLE"}}


def _policy(parameters: Mapping[str, Any]) -> dict[str, Any]:
    arn = f"arn:aws:iam::{_ACCOUNT}:policy/{parameters['PolicyName']}"
    return {"Policy": {"Arn": arn, "PolicyId": "ANPAEXAMPLE"}}


def _no_table(_: Mapping[str, Any]) -> dict[str, Any]:
    refusal = {"Error": {"Code": "EntityNotFoundException", "Message": "Entity Not Found"}}
    raise ClientError(cast("Any", refusal), "GetTable")


_ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "CreateAlias": _alias,
    "CreateFunction": _function,
    "CreateKey": lambda _: {
        "KeyMetadata": {
            "KeyId": "0b0b0b0b-0000-4000-8000-000000000000",
            "Arn": f"arn:aws:kms:us-east-1:{_ACCOUNT}:key/0b0b0b0b-0000-4000-8000-000000000000",
        }
    },
    "CreateNamedQuery": _named_query,
    "CreatePolicy": _policy,
    "CreateRole": _role,
    "CreateStateMachine": lambda asked: {
        "stateMachineArn": f"arn:aws:states:us-east-1:{_ACCOUNT}:stateMachine:{asked['name']}"
    },
    "CreateTopic": lambda asked: {"TopicArn": f"arn:aws:sns:us-east-1:{_ACCOUNT}:{asked['Name']}"},
    "DescribeStreamSummary": lambda _: {"StreamDescriptionSummary": {"StreamStatus": "ACTIVE"}},
    "DescribeTable": lambda _: {"Table": {"TableStatus": "ACTIVE"}},
    "GetCallerIdentity": lambda _: {
        "Account": _ACCOUNT,
        "Arn": f"arn:aws:iam::{_ACCOUNT}:root",
        "UserId": _ACCOUNT,
    },
    # Until a test says otherwise, nothing was deployed before.
    "GetTable": _no_table,
    "GetFunctionConfiguration": lambda _: {"State": "Active"},
    "ListTables": lambda _: {"TableNames": []},
    "Subscribe": lambda asked: {"SubscriptionArn": f"{asked['TopicArn']}:0b0b0b0b"},
}


class RecordingClients:
    """Records calls in their order; `answers` has what differs from the usual, by operation."""

    def __init__(self, answers: Mapping[str, dict[str, Any]] | None = None) -> None:
        self.calls: list[tuple[str, str, Mapping[str, object]]] = []
        self._answers = answers or {}

    def call(
        self, service: str, operation: str, parameters: Mapping[str, object]
    ) -> dict[str, Any]:
        """Records and answers."""
        self.calls.append((service, operation, parameters))
        if operation in self._answers:
            return self._answers[operation]
        return _ANSWERS[operation](parameters) if operation in _ANSWERS else {}

    def pages(
        self, service: str, operation: str, parameters: Mapping[str, object], key: str
    ) -> list[dict[str, Any]]:
        """Records and answers, on one page."""
        return self.call(service, operation, parameters).get(key, [])

    def assume(self, role_arn: str, *, session: str) -> RecordingClients:
        """Records who is assumed and goes on as before."""
        self.calls.append(("sts", "AssumeRole", {"arn": role_arn, "session": session}))
        return self

    def close(self) -> None:
        """Closes nothing."""

    def operations(self) -> list[str]:
        """The names of the operations that were called."""
        return [operation for _, operation, _ in self.calls]

    def parameters(self, operation: str) -> Mapping[str, object]:
        """The parameters of an operation that was called once."""
        (found,) = (given for _, name, given in self.calls if name == operation)
        return found

    def as_clients(self) -> Clients:
        """Itself, as what takes clients knows them."""
        return cast("Clients", self)
