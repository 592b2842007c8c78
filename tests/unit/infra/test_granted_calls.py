"""What the function really sends to AWS, request by request, is what its role allows."""

from __future__ import annotations

import ast
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from firelake.infra.iam import function_statements
from firelake.transform.client import dynamodb_client
from firelake.transform.dynamo_claims import DynamoClaimStore
from tests.fakes.clock import FakeClock
from tests.fakes.inline_executor import InlineExecutor
from tests.helpers.transform_calls import Function, invocation_of
from tests.helpers.transform_parts import ARRIVED_MS, contract_of, event_text, reader_of
from tests.unit.infra.components.recordings import KEY_ARN, NAMES, ROOT, deployed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.awsrequest import AWSPreparedRequest

# What IAM checks of a request; of BatchExecuteStatement it checks the statements alone.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
ACTIONS: Final = {
    "INSERT": "dynamodb:PartiQLInsert",
    "UPDATE": "dynamodb:PartiQLUpdate",
    "DELETE": "dynamodb:PartiQLDelete",
    "SELECT": "dynamodb:PartiQLSelect",
    "BatchGetItem": "dynamodb:BatchGetItem",
}
ATTRIBUTES: Final = (
    "event_uuid",
    "owner",
    "event_name",
    "created_at",
    "claimed_at",
    "expires_at",
    "is_unregistered",
)
EVENT: Final = event_text(event_uuid="id-1")


class Body(io.BytesIO):
    """The body of an answer, as botocore reads it."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


class DynamoDb:
    """Answers the function's requests as a table of claims would, and notes what they need.

    Attributes:
        needed: Action and table of each statement and request.
        written: Attributes of the items that were inserted.
    """

    def __init__(self) -> None:
        self.needed: set[tuple[str, str]] = set()
        self.written: set[str] = set()
        self._items: dict[str, dict[str, dict[str, str]]] = {}

    def answer(self, request: AWSPreparedRequest, **_others: object) -> AWSResponse:
        """Answers one request; botocore sends nothing when this gives an answer."""
        target = request.headers["X-Amz-Target"]
        assert isinstance(target, bytes)
        operation = target.decode().rpartition(".")[2]
        assert request.url == "https://dynamodb.us-east-1.amazonaws.com/"
        assert isinstance(request.body, bytes)
        body: dict[str, Any] = json.loads(request.body)
        answers = {"BatchExecuteStatement": self._execute, "BatchGetItem": self._get}
        return AWSResponse(
            request.url, 200, HTTPHeaders(), Body(json.dumps(answers[operation](body)).encode())
        )

    def _execute(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"Responses": [self._statement(each) for each in body["Statements"]]}

    def _statement(self, statement: dict[str, Any]) -> dict[str, Any]:
        text, values = statement["Statement"], statement["Parameters"]
        match = re.match(r'(\w+) (?:INTO )?"([^"]+)" ', text)
        assert match is not None
        self.needed.add((ACTIONS[match[1]], match[2]))
        if match[1] == "INSERT":
            self.written |= set(re.findall(r"'(\w+)': \?", text))
            return self._insert(dict(zip(ATTRIBUTES, values, strict=True)))
        *new, key, owner, claimed_at = values
        read = self._items.get(key["S"], {})
        if (read.get("owner"), read.get("claimed_at")) != (owner, claimed_at):
            return {"Error": {"Code": "ConditionalCheckFailed"}}
        self._items[key["S"]] = dict(zip(ATTRIBUTES, [key, *new], strict=True))
        return {"TableName": match[2]}

    def _insert(self, item: dict[str, dict[str, str]]) -> dict[str, Any]:
        key = item["event_uuid"]["S"]
        if key in self._items:
            return {"Error": {"Code": "DuplicateItem"}}
        self._items[key] = item
        return {}

    def _get(self, body: dict[str, Any]) -> dict[str, Any]:
        ((table, request),) = body["RequestItems"].items()
        self.needed.add((ACTIONS["BatchGetItem"], table))
        keys = [key["event_uuid"]["S"] for key in request["Keys"]]
        found = [self._items[key] for key in keys if key in self._items]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}


@pytest.fixture
def dynamo_db(monkeypatch: pytest.MonkeyPatch) -> DynamoDb:
    """DynamoDB for every client that is made from here on."""
    session = boto3.Session(
        aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="example", region_name="us-east-1"
    )
    made = DynamoDb()
    # The stubs know of no handler that answers, as those of this event may.
    session.events.register("before-send.*.*", made.answer)  # pyright: ignore[reportArgumentType]
    monkeypatch.setattr("boto3.DEFAULT_SESSION", session)
    return made


@pytest.fixture
def call(dynamo_db: DynamoDb) -> Callable[..., list[str]]:
    """Sends one event through the function, from a place in the stream, so long after the first."""
    assert dynamo_db.needed == set()
    store = DynamoClaimStore(
        dynamodb_client(1), NAMES.claims_table, executor=InlineExecutor(), expired=lambda: False
    )
    clock = FakeClock(ARRIVED_MS + 30_000)
    function = Function(clock=clock, store=store, reader=reader_of(contract_of({})))

    def results(position: int, *, later_s: int = 0) -> list[str]:
        clock.now_ms += later_s * 1000
        return function.results(invocation_of([EVENT], start=position))

    return results


@pytest.fixture
def lived(dynamo_db: DynamoDb, call: Callable[..., list[str]]) -> DynamoDb:
    """DynamoDB after an event came, was tried again, was copied, and came after its claim's end."""
    first, again, copied, after = (
        call(1),
        call(1, later_s=60),
        call(2),
        call(3, later_s=15 * 86_400),
    )
    assert (first, again, copied, after) == (["Ok"], ["Ok"], ["Dropped"], ["Ok"])
    return dynamo_db


def granted() -> set[tuple[str, str]]:
    """Each action on DynamoDB that the role allows, with the table."""
    return {
        (action, resource.rpartition("/")[2])
        for statement in function_statements(NAMES, KEY_ARN)
        for action in as_texts(statement["Action"])
        for resource in as_texts(statement["Resource"])
        if action.startswith("dynamodb:")
    }


def as_texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return cast("list[str]", value)


def test_all_that_the_function_sends_is_granted_and_nothing_more(lived: DynamoDb) -> None:
    assert lived.needed == granted()
    assert lived.needed == {
        ("dynamodb:BatchGetItem", "firelake-dev-claims"),
        ("dynamodb:PartiQLInsert", "firelake-dev-claims"),
        ("dynamodb:PartiQLUpdate", "firelake-dev-claims"),
    }


def test_items_have_the_tables_key_and_the_attribute_of_its_time_to_live(lived: DynamoDb) -> None:
    table = deployed().only("Table").inputs
    assert lived.written == set(ATTRIBUTES)
    assert {table["hashKey"], table["ttl"]["attributeName"]} < lived.written


def test_the_functions_code_asks_boto3_for_dynamodb_alone() -> None:
    asked = [
        (path.name, ast.unparse(node))
        for path in sorted((ROOT / "src" / "firelake" / "transform").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("boto3.")
    ]
    assert asked == [
        ("client.py", "boto3.client('dynamodb', config=config)"),
        ("client.py", "boto3.Session().get_credentials()"),
        ("client.py", "boto3.Session()"),
    ]


def test_besides_the_claims_the_role_allows_the_tables_key_and_the_log() -> None:
    others = {
        action
        for statement in function_statements(NAMES, KEY_ARN)
        for action in as_texts(statement["Action"])
        if not action.startswith("dynamodb:")
    }
    assert others == {"kms:Decrypt", "logs:CreateLogStream", "logs:PutLogEvents"}
