"""The function's clients of DynamoDB: boto3's, and a lean one for the updates of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.httpsession import ProxyConfiguration
from botocore.utils import get_environ_proxies

from firelake.transform.connections import Connections
from firelake.transform.dynamo_wire import DynamoWire
from firelake.transform.errors import SettingsError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from firelake.transform.dynamo_pages import PageCalls

CONNECT_TIMEOUT_S = 1
# A batch of 25 writes takes some 10 ms; a call that takes a hundred times as long is lost.
READ_TIMEOUT_S = 2


def dynamodb_client(calls_in_flight: int) -> DynamoDBClient:
    """Makes a client for claim calls.

    It does not retry by itself, as `firelake.transform.settling.settle` does: within the deadline,
    and only for the statements that have no answer. It leaves out botocore's check of parameters,
    which takes more time than the call's own work; the requests are made in one place and tested.

    Args:
        calls_in_flight: How many calls run at once.
    """
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        max_pool_connections=calls_in_flight,
        parameter_validation=False,
        retries={"total_max_attempts": 1, "mode": "standard"},
    )
    # boto3-stubs types the services that are installed, and leaves the others unknown.
    return boto3.client("dynamodb", config=config)  # pyright: ignore[reportUnknownMemberType]


def page_calls(client: DynamoDBClient) -> PageCalls:
    """Returns what calls for pages: a lean client that goes where another one does.

    Behind a proxy it is the other one: botocore knows all ways through.

    Args:
        client: The other one.

    Raises:
        SettingsError: There are no credentials.
    """
    url = client.meta.endpoint_url
    if ProxyConfiguration(get_environ_proxies(url)).proxy_url_for(url):
        return client
    credentials = boto3.Session().get_credentials()
    if credentials is None:
        message = "there are no credentials for DynamoDB: the function needs its role"
        raise SettingsError(message)
    connections = Connections(
        url, connect_timeout_s=CONNECT_TIMEOUT_S, read_timeout_s=READ_TIMEOUT_S
    )
    return DynamoWire(url, client.meta.region_name, credentials, connections)
