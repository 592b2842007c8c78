"""Requests to start a query, workgroups, and what an operation needs a permission for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from athena_on_duckdb.api.callers import Caller
from athena_on_duckdb.api.errors import (
    InvalidRequestError,
    ResourceNotFoundError,
    UnknownOperationError,
)
from athena_on_duckdb.api.forward import RefusedError
from athena_on_duckdb.api.requests import Request, failure, parameters
from athena_on_duckdb.api.resources import resources
from athena_on_duckdb.api.submit import Submission, fingerprint
from athena_on_duckdb.api.workgroups import complete, refuse_forgotten
from athena_on_duckdb.results.places import FolderPlace, S3Place
from athena_on_duckdb.statements.queries import Select

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CALLER = Caller("arn:aws:iam::1:root", "1", "us-east-1", cast("Any", None))
GROUPS: dict[str, dict[str, Any]] = {
    "primary": {},
    "enforced": {
        "EnforceWorkGroupConfiguration": True,
        "BytesScannedCutoffPerQuery": 10_000_000,
        "ResultConfiguration": {
            "OutputLocation": "s3://lake/athena/",
            "EncryptionConfiguration": {"EncryptionOption": "SSE_KMS", "KmsKey": "k"},
        },
    },
    "lenient": {
        "EnforceWorkGroupConfiguration": False,
        "ResultConfiguration": {"OutputLocation": "s3://lake/athena/"},
    },
    "managed": {"ManagedQueryResultsConfiguration": {"Enabled": True}},
}
PREPARED = {"p": "SELECT ? AS a, ? AS b"}


def behind(operation: str, asked: Mapping[str, object]) -> dict[str, Any]:
    """The cloud behind."""
    if operation == "GetWorkGroup":
        name = str(asked["WorkGroup"])
        if name == "closed":
            return {"WorkGroup": {"Name": name, "State": "DISABLED", "Configuration": {}}}
        if name not in GROUPS:
            code = "InvalidRequestException"
            raise RefusedError(code, "no such group")
        return {"WorkGroup": {"Name": name, "State": "ENABLED", "Configuration": GROUPS[name]}}
    if operation == "GetNamedQuery":
        return {"NamedQuery": {"WorkGroup": "of-query"}}
    if operation == "BatchGetNamedQuery":
        return {"NamedQueries": [{"WorkGroup": "b"}, {"WorkGroup": "a"}]}
    name = str(asked["StatementName"])
    if name not in PREPARED:
        code = "ResourceNotFoundException"
        raise RefusedError(code, "no such statement")
    return {"PreparedStatement": {"QueryStatement": PREPARED[name]}}


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    return Submission(call=behind, new_id=lambda: "q1", now_ms=lambda: 7, managed=tmp_path)


OUTPUT = {"ResultConfiguration": {"OutputLocation": "s3://mine/out/"}}


def test_a_query_is_asked_for_with_the_defaults_of_athena(submission: Submission) -> None:
    asked = submission.execution(CALLER, {"QueryString": "SELECT 1", **OUTPUT}).asked
    assert (asked.id, asked.statement, asked.submitted_ms) == ("q1", Select("SELECT 1"), 7)
    assert (asked.database, asked.catalog, asked.workgroup) == (
        "default",
        "AwsDataCatalog",
        "primary",
    )
    assert asked.place.uri(asked.name) == "s3://mine/out/q1.csv"


def test_a_database_may_come_in_backticks(submission: Submission) -> None:
    request = {
        "QueryString": "MSCK REPAIR TABLE t",
        "QueryExecutionContext": {"Database": "`Shop`"},
        **OUTPUT,
    }
    assert submission.execution(CALLER, request).asked.database == "shop"


def test_a_workgroup_that_enforces_decides_alone(submission: Submission) -> None:
    request = {"QueryString": "SELECT 1", "WorkGroup": "enforced", **OUTPUT}
    asked = submission.execution(CALLER, request).asked
    assert asked.place.uri(asked.name) == "s3://lake/athena/q1.csv"
    assert asked.encryption == {"EncryptionOption": "SSE_KMS", "KmsKey": "k"}
    assert (asked.cutoff_bytes, asked.is_enforced) == (10_000_000, True)


def test_a_workgroup_that_does_not_enforce_gives_what_a_request_leaves_out(
    submission: Submission,
) -> None:
    request = {"QueryString": "SELECT 1", "WorkGroup": "lenient"}
    place = submission.execution(CALLER, request).asked.place
    assert cast("S3Place", place).location == "s3://lake/athena/"
    place = submission.execution(CALLER, {**request, **OUTPUT}).asked.place
    assert cast("S3Place", place).location == "s3://mine/out/"


def test_results_that_athena_keeps_go_nowhere_else(submission: Submission) -> None:
    request = {"QueryString": "SELECT 1", "WorkGroup": "managed"}
    assert isinstance(submission.execution(CALLER, request).asked.place, FolderPlace)
    with pytest.raises(InvalidRequestError, match="cannot be set together"):
        submission.execution(CALLER, {**request, **OUTPUT})


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"QueryString": "SELECT 1"}, "No output location provided"),
        ({"QueryString": "SELECT 1", "WorkGroup": "closed"}, "WorkGroup closed is disabled"),
        ({"QueryString": "SELECT 1", "WorkGroup": "nope"}, "WorkGroup nope is not found"),
        ({"QueryString": "CREATE ROLE r", **OUTPUT}, "NOT_SUPPORTED: statement CREATE ROLE"),
        ({"QueryString": "SELECT FROM WHERE", **OUTPUT}, "SYNTAX_ERROR"),
        (
            {"QueryString": "SELECT ?", "ExecutionParameters": ["1", "2"], **OUTPUT},
            "INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected 1 but found 2",
        ),
        (
            {"QueryString": "SELECT ?", **OUTPUT},
            "INVALID_PARAMETER_USAGE: Incorrect number of parameters: expected 1 but found 0",
        ),
        (
            {
                "QueryString": "SELECT 1",
                "ResultConfiguration": {"OutputLocation": "/tmp/out"},  # noqa: S108
            },
            "no place in S3",
        ),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(
    submission: Submission, request_: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        submission.execution(CALLER, request_)


def test_a_prepared_statement_becomes_what_was_prepared(submission: Submission) -> None:
    using = {"QueryString": "EXECUTE p USING 1, 'x'", **OUTPUT}
    assert submission.execution(CALLER, using).asked.statement == Select("SELECT 1 AS a, 'x' AS b")
    given = {"QueryString": "EXECUTE p", "ExecutionParameters": ["1", "tea"], **OUTPUT}
    asked = submission.execution(CALLER, given).asked
    assert asked.statement == Select("SELECT 1 AS a, 'tea' AS b")
    assert (asked.query, asked.parameters) == ("EXECUTE p", ("1", "tea"))
    with pytest.raises(ResourceNotFoundError, match="PreparedStatement q was not found"):
        submission.execution(CALLER, {"QueryString": "EXECUTE q", **OUTPUT})


def test_two_requests_of_one_token_must_ask_the_same() -> None:
    first = {"QueryString": "SELECT 1", "ClientRequestToken": "a"}
    assert fingerprint(first) == fingerprint({"ClientRequestToken": "b", "QueryString": "SELECT 1"})
    assert fingerprint(first) != fingerprint({**first, "WorkGroup": "w"})


def request(target: str, body: bytes) -> Request:
    """A request of JSON."""
    return Request(method="POST", target="/", headers={"x-amz-target": target}, body=body)


def test_a_request_is_held_to_the_service_model() -> None:
    asked = request("AmazonAthena.GetQueryResults", b'{"QueryExecutionId": "q", "MaxResults": 5}')
    assert parameters(asked) == ("GetQueryResults", {"QueryExecutionId": "q", "MaxResults": 5})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "is not JSON"),
        (b"[]", "must be a structure"),
        (b"{}", "QueryExecutionId is missing"),
        (b'{"QueryExecutionId": "q", "MaxResults": 1001}', "more than the 1000"),
        (b'{"QueryExecutionId": "q", "Colour": 1}', "Colour is not a member"),
        (b'{"QueryExecutionId": 1}', "must be of type string"),
    ],
)
def test_a_request_that_is_not_of_the_model_is_refused(body: bytes, message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        parameters(request("AmazonAthena.GetQueryResults", body))


def test_an_operation_that_athena_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownOperationError, match="ListColours"):
        parameters(request("AmazonAthena.ListColours", b"{}"))


def test_an_error_is_told_in_the_shape_of_the_model() -> None:
    answer = failure(InvalidRequestError("no", AthenaErrorCode="MALFORMED_QUERY"))
    assert answer.status == 400
    assert json.loads(answer.body) == {
        "__type": "InvalidRequestException",
        "Message": "no",
        "AthenaErrorCode": "MALFORMED_QUERY",
    }


def test_a_workgroup_is_told_with_all_that_clients_rely_on() -> None:
    told = cast("Any", complete({"WorkGroup": {"Name": "primary", "Configuration": {}}}))
    assert told["WorkGroup"]["Configuration"] == {
        "EnforceWorkGroupConfiguration": False,
        "PublishCloudWatchMetricsEnabled": False,
        "RequesterPaysEnabled": False,
        "EngineVersion": {"EffectiveEngineVersion": "Athena engine version 3"},
    }
    told = cast("Any", complete({"WorkGroup": {"Name": "other", "Configuration": {}}}))
    assert told["WorkGroup"]["Configuration"]["EnforceWorkGroupConfiguration"] is True


def test_an_update_of_which_something_would_be_lost_is_refused() -> None:
    refuse_forgotten({"WorkGroup": "w", "ConfigurationUpdates": {"RequesterPaysEnabled": True}})
    with pytest.raises(InvalidRequestError, match="RemoveBytesScannedCutoffPerQuery"):
        refuse_forgotten({"ConfigurationUpdates": {"RemoveBytesScannedCutoffPerQuery": True}})


@pytest.mark.parametrize(
    ("operation", "given", "expected"),
    [
        ("ListWorkGroups", {}, ("*",)),
        ("StartQueryExecution", {}, ("workgroup/primary",)),
        ("StartQueryExecution", {"WorkGroup": "w"}, ("workgroup/w",)),
        ("CreateWorkGroup", {"Name": "n"}, ("workgroup/n",)),
        ("GetQueryResults", {"QueryExecutionId": "q"}, ("workgroup/of-q",)),
        ("BatchGetQueryExecution", {"QueryExecutionIds": ["q", "gone"]}, ("workgroup/of-q",)),
        ("GetNamedQuery", {"NamedQueryId": "n"}, ("workgroup/of-query",)),
        ("BatchGetNamedQuery", {"NamedQueryIds": ["n"]}, ("workgroup/a", "workgroup/b")),
        ("GetTableMetadata", {"CatalogName": "AwsDataCatalog"}, ("datacatalog/AwsDataCatalog",)),
        ("GetDataCatalog", {"Name": "c"}, ("datacatalog/c",)),
        ("TagResource", {"ResourceARN": "arn:aws:x"}, ("arn:aws:x",)),
    ],
)
def test_an_operation_needs_a_permission_on_what_aws_says(
    operation: str, given: dict[str, Any], expected: tuple[str, ...]
) -> None:
    def workgroup_of(id_: str) -> str:
        if id_ == "gone":
            message = "gone"
            raise InvalidRequestError(message)
        return f"of-{id_}"

    found = resources(operation, given, workgroup_of_execution=workgroup_of, call=behind)
    assert found == expected
