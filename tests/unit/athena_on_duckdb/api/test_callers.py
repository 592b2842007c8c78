"""Callers are known by credentials that were given out here, and by what they sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from athena_on_duckdb.api.callers import Callers
from athena_on_duckdb.api.errors import AccessDeniedError, UnrecognizedClientError
from athena_on_duckdb.api.permissions import Permissions
from athena_on_duckdb.api.requests import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_on_duckdb.clients import Clients

ROOT: Final = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ACCESS_KEY_ID": "111122223333",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}
KEY, SECRET, TOKEN = "ASIAEXAMPLE", "secret", "token"
ASSUMED: Final = f"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<AssumeRoleResult><Credentials><AccessKeyId>{KEY}</AccessKeyId>
<SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{TOKEN}</SessionToken></Credentials>
</AssumeRoleResult></AssumeRoleResponse>""".encode()


class FakeClients:
    """Tells who its credentials belong to, and what policies say."""

    def __init__(self, environment: Mapping[str, str], decision: str = "allowed") -> None:
        self.environment = environment
        self.asked: list[Mapping[str, Any]] = []
        self._decision = decision

    def call(self, _service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.asked.append(parameters)
        if operation == "GetCallerIdentity":
            key = self.environment["AWS_ACCESS_KEY_ID"]
            who = "iam::111122223333:root"
            if key == KEY:
                who = "sts::111122223333:assumed-role/analyst/me"
            return {"Arn": f"arn:aws:{who}", "Account": "111122223333"}
        return {"EvaluationResults": [{"EvalDecision": self._decision}]}


def callers() -> Callers:
    """Callers without a cloud behind."""
    made = cast("Any", FakeClients)
    return Callers(ROOT, clients_of=made)


def signed(
    key: str, secret: str, token: str | None = None, body: bytes = b"{}", service: str = "athena"
) -> Request:
    """A request as botocore signs it."""
    sent = AWSRequest(
        method="POST",
        url="http://127.0.0.1:8080/",
        headers={"X-Amz-Target": "AmazonAthena.ListWorkGroups", "Host": "127.0.0.1:8080"},
        data=body,
    )
    SigV4Auth(Credentials(key, secret, token), service, "us-east-1").add_auth(sent)
    headers = {name.lower(): str(value) for name, value in sent.headers.items()}
    return Request(method="POST", target="/", headers=headers, body=body)


def test_the_root_user_is_known_by_his_account() -> None:
    caller = callers().of(signed("111122223333", "whatever"))
    assert caller.is_root
    assert caller.scope == ("111122223333", "us-east-1")


def test_credentials_that_were_given_out_here_are_a_caller() -> None:
    known = callers()
    known.remember(ASSUMED)
    caller = known.of(signed(KEY, SECRET, TOKEN))
    assert caller.arn == "arn:aws:sts::111122223333:assumed-role/analyst/me"
    assert not caller.is_root
    environment = cast("FakeClients", caller.clients).environment
    assert environment["AWS_SECRET_ACCESS_KEY"] == SECRET
    assert environment["AWS_SESSION_TOKEN"] == TOKEN
    assert known.of(signed(KEY, SECRET, TOKEN)) is caller


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (signed("AKIAUNKNOWN", SECRET), "AWS_ENDPOINT_URL_STS"),
        (signed(KEY, "wrong", TOKEN), "signature we calculated does not match"),
        (signed(KEY, SECRET, "another"), "security token included in the request is invalid"),
        (signed(KEY, SECRET), "security token included in the request is invalid"),
        (
            Request(method="POST", target="/", headers={}, body=b"{}"),
            "has no AWS Signature Version 4",
        ),
    ],
    ids=["unknown key", "another secret", "another token", "no token", "not signed"],
)
def test_anyone_else_is_refused(request_: Request, message: str) -> None:
    known = callers()
    known.remember(ASSUMED)
    with pytest.raises(UnrecognizedClientError, match=message):
        known.of(request_)


def test_a_request_that_was_changed_on_its_way_is_refused() -> None:
    known = callers()
    known.remember(ASSUMED)
    sent = signed(KEY, SECRET, TOKEN)
    changed = Request(method="POST", target="/", headers=sent.headers, body=b'{"a": 1}')
    with pytest.raises(UnrecognizedClientError):
        known.of(changed)


def test_answers_without_credentials_are_passed_over() -> None:
    known = callers()
    known.remember(b"not even XML")
    with pytest.raises(UnrecognizedClientError):
        known.of(signed(KEY, SECRET, TOKEN))


def test_policies_are_asked_for_the_role_of_a_session() -> None:
    known = callers()
    known.remember(ASSUMED)
    caller = known.of(signed(KEY, SECRET, TOKEN))
    root = FakeClients(ROOT)
    policies = Permissions(cast("Clients", root))
    policies.require(caller, "athena:StartQueryExecution", "workgroup/w")
    policies.require(callers().of(signed("111122223333", "x")), "athena:Anything", "*")
    assert root.asked == [
        {
            "PolicySourceArn": "arn:aws:iam::111122223333:role/analyst",
            "ActionNames": ["athena:StartQueryExecution"],
            "ResourceArns": ["arn:aws:athena:us-east-1:111122223333:workgroup/w"],
        }
    ]


def test_what_no_policy_allows_is_refused_with_who_what_and_where() -> None:
    known = callers()
    known.remember(ASSUMED)
    caller = known.of(signed(KEY, SECRET, TOKEN))
    policies = Permissions(cast("Clients", FakeClients(ROOT, "implicitDeny")))
    with pytest.raises(AccessDeniedError) as caught:
        policies.require(caller, "athena:GetWorkGroup", "workgroup/w")
    assert str(caught.value) == (
        "User: arn:aws:sts::111122223333:assumed-role/analyst/me is not authorized to perform: "
        "athena:GetWorkGroup on resource: arn:aws:athena:us-east-1:111122223333:workgroup/w "
        "because no identity-based policy allows the athena:GetWorkGroup action"
    )
