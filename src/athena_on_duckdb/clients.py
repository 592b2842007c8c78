"""Clients of one endpoint: made once each, shared by threads, and held to AWS's service models."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from botocore import xform_name
from botocore.config import Config

from firelake.formats.service_models.constraints import refuse_violations
from firelake.formats.sessions import new_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from botocore.client import BaseClient

_CONNECT_TIMEOUT_S: Final = 5
# Longer than a synchronous call of the function may take.
_READ_TIMEOUT_S: Final = 90
_CONNECTIONS: Final = 32
_MOST_SHARED: Final = 64


class Clients:
    """The clients of one caller; every call goes to one endpoint, once: nothing is retried.

    Args:
        environment: The variables of the caller: endpoint, Region and credentials, as
            `Ministack.environment` gives them.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._endpoint = environment["AWS_ENDPOINT_URL"]
        self.region = environment["AWS_REGION"]
        self._session = boto3.Session(
            botocore_session=new_session(),
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=environment.get("AWS_SESSION_TOKEN"),
            region_name=self.region,
        )
        self._config = Config(
            connect_timeout=_CONNECT_TIMEOUT_S,
            read_timeout=_READ_TIMEOUT_S,
            max_pool_connections=_CONNECTIONS,
            retries={"total_max_attempts": 1},
            # None at all, whatever the environment names: no proxy can reach this machine for us.
            proxies={},
        )
        self._lock = threading.Lock()
        self._clients: dict[str, BaseClient] = {}

    def __reduce__(self) -> tuple[Callable[..., Clients], tuple[tuple[tuple[str, str], ...]]]:
        """Gives what another process makes them of, once each."""
        return shared_clients, (tuple(sorted(self._environment.items())),)

    @property
    def access_key(self) -> str:
        """The id of the access key in whose name calls are made."""
        return self._environment["AWS_ACCESS_KEY_ID"]

    def client(self, service: str) -> BaseClient:
        """Give the client of a service, by botocore's name of it.

        Its calls raise InputError where a parameter is not as AWS's service model says.
        """
        with self._lock:  # a session is not to be used by two threads at once
            if service not in self._clients:
                # The types know each service's name by itself only.
                make = cast("Callable[..., BaseClient]", self._session.client)
                made = make(service, endpoint_url=self._endpoint, config=self._config)
                refuse_violations(made)
                self._clients[service] = made
            return self._clients[service]

    def call(
        self, service: str, operation: str, parameters: Mapping[str, object]
    ) -> dict[str, Any]:
        """Make a call by the names of the API, as in `kinesis`, `CreateStream`.

        Raises:
            InputError: A parameter is not as AWS's service model says.
            botocore.exceptions.ClientError: The service refused.
        """
        method = cast(
            "Callable[..., dict[str, Any]]", getattr(self.client(service), xform_name(operation))
        )
        return method(**parameters)

    def pages(
        self, service: str, operation: str, parameters: Mapping[str, object], key: str
    ) -> list[dict[str, Any]]:
        """Give the members under a key of every page of a listing.

        Raises:
            InputError: A parameter is not as AWS's service model says.
            botocore.exceptions.ClientError: The service refused.
        """
        paginator = self.client(service).get_paginator(xform_name(operation))
        return [
            member
            for page in paginator.paginate(**cast("dict[str, Any]", parameters))
            for member in cast("list[dict[str, Any]]", page.get(key, []))
        ]

    def assume(self, role_arn: str, *, session: str, external_id: str | None = None) -> Clients:
        """Give clients of a role, which are held to its policies.

        Raises:
            botocore.exceptions.ClientError: There is no such role.
        """
        asked = {"RoleArn": role_arn, "RoleSessionName": session}
        external = {} if external_id is None else {"ExternalId": external_id}
        credentials = self.call("sts", "AssumeRole", {**asked, **external})["Credentials"]
        return Clients(
            {
                **self._environment,
                "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
                "AWS_SESSION_TOKEN": credentials["SessionToken"],
            }
        )

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()


@lru_cache(_MOST_SHARED)
def shared_clients(environment: tuple[tuple[str, str], ...]) -> Clients:
    """Gives the clients of an environment, in this process always the same ones."""
    return Clients(dict(environment))
