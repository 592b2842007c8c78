"""The function as Lambda has it: its client, and the parts that its first call puts together."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from firelake.transform import client as client_module
from firelake.transform import handler as handler_module
from firelake.transform.client import dynamodb_client, page_calls
from firelake.transform.dynamo_wire import DynamoWire
from tests.fakes.dynamodb_client import ScriptedClient
from tests.helpers.transform_calls import SHARD_ID, invocation_of
from tests.helpers.transform_parts import event_text

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = "firelake-dev-claims"


class Context:
    """Lambda's context of a call that has a minute."""

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("FIRELAKE_CLAIMS_TABLE", TABLE)


@pytest.fixture
def new_process() -> Iterator[None]:
    """The function before its first call, and after the test too."""
    parts: Any = getattr(handler_module, "_transform")  # noqa: B009 -- no part of what it offers
    parts.cache_clear()
    yield
    parts.cache_clear()


def made_for(monkeypatch: pytest.MonkeyPatch, scripted: ScriptedClient) -> list[int]:
    """Lets the function have a scripted client; notes for how many calls in flight."""
    asked: list[int] = []

    def make(calls_in_flight: int) -> ScriptedClient:
        asked.append(calls_in_flight)
        return scripted

    monkeypatch.setattr(client_module, "dynamodb_client", make)
    return asked


def call(*event_uuids: str) -> dict[str, Any]:
    context: Any = Context()
    payloads = [
        event_text(
            event_uuid=each, event_name="friend:unfollowed", user_id="u-1", friend_user_id="u-2"
        )
        for each in event_uuids
    ]
    return {**handler_module.handler(invocation_of(payloads), context)}


def test_the_client_leaves_every_retry_to_the_claims() -> None:
    config: Any = dynamodb_client(8).meta.config
    assert config.retries["total_max_attempts"] == 1
    assert config.retries["mode"] == "standard"


def test_the_client_has_a_connection_for_each_call_in_flight() -> None:
    config: Any = dynamodb_client(23).meta.config
    assert config.max_pool_connections == 23


def test_the_client_gives_a_call_up_long_before_the_deadline() -> None:
    config: Any = dynamodb_client(8).meta.config
    assert (config.connect_timeout, config.read_timeout) == (1, 2)


def test_the_client_sends_requests_unchecked_as_they_are_made_in_one_place() -> None:
    client = dynamodb_client(8)
    sent: list[object] = []

    def note(params: dict[str, Any], **_: object) -> tuple[object, dict[str, object]]:
        sent.append(json.loads(params["body"]))
        return SimpleNamespace(status_code=200), {"Responses": {}}

    answering: Any = note
    client.meta.events.register("before-call.dynamodb.BatchGetItem", answering)
    asked: Any = {"RequestItems": {}, "ReturnConsumedCapacity": 5}  # the API wants a text
    assert client.batch_get_item(**asked) == {"Responses": {}}
    assert sent == [asked]


def test_the_client_goes_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dynamodb_client(8).meta.endpoint_url == "https://dynamodb.eu-west-1.amazonaws.com"
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    assert dynamodb_client(8).meta.endpoint_url == "http://127.0.0.1:4566"


@pytest.mark.usefixtures("new_process")
def test_the_first_call_claims_in_the_table_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scripted = ScriptedClient()
    made_for(monkeypatch, scripted)
    assert [each["result"] for each in call("id-1")["records"]] == ["Ok"]
    ((noted,), (statement,)) = scripted.statements
    assert f"INTO \"{TABLE}\" VALUE {{'event_uuid': ?, 'L7_R72_D14_S571': ?" in noted["Statement"]
    assert f'INTO "{TABLE}"' in statement["Statement"]
    assert {"S": f"{SHARD_ID}:1:0#0"} in statement["Parameters"]


@pytest.mark.usefixtures("new_process")
def test_the_second_call_has_the_parts_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRELAKE_CLAIMS_CALLS_IN_FLIGHT", "3")
    asked = made_for(monkeypatch, ScriptedClient())
    call("id-1")
    call("id-2")
    assert asked == [3]


@pytest.mark.parametrize(
    ("proxy", "kind"), [("", DynamoWire), ("http://proxy:3128", ScriptedClient)]
)
def test_pages_have_a_lean_client_unless_a_proxy_is_in_between(
    monkeypatch: pytest.MonkeyPatch, proxy: str, kind: type
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    client: Any = ScriptedClient()
    client.meta = SimpleNamespace(
        endpoint_url="https://dynamodb.eu-west-1.amazonaws.com", region_name="eu-west-1"
    )
    assert type(page_calls(client)) is kind
