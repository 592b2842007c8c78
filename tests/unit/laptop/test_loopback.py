"""Requests to this machine go to no proxy, and those to others where they went before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.utils import get_environ_proxies

from athena_on_duckdb.clients import Clients
from firelake.laptop.loopback import loopback_variables, no_proxy_variables

if TYPE_CHECKING:
    from collections.abc import Mapping

PROXY = "http://proxy.example.com:3128"
HERE = ("http://127.0.0.1:4566", "http://localhost:4566")


@pytest.mark.parametrize(
    "variable",
    [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "Http_Proxy",
    ],
)
def test_a_proxy_of_any_spelling_is_kept_from_loopback(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for each in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(variable, PROXY)
    for name, value in loopback_variables({variable: PROXY}).items():
        monkeypatch.setenv(name, value)
    assert [get_environ_proxies(each) for each in HERE] == [{}, {}]
    scheme = variable.lower().removesuffix("_proxy")
    assert get_environ_proxies("https://kinesis.us-east-1.amazonaws.com")[scheme] == PROXY


@pytest.mark.parametrize(
    ("environment", "hosts"),
    [
        ({}, "127.0.0.1,localhost,::1"),
        ({"NO_PROXY": "intra.example.com"}, "intra.example.com,127.0.0.1,localhost,::1"),
        (
            {"NO_PROXY": "a.example", "no_proxy": " b.example "},
            "a.example,b.example,127.0.0.1,localhost,::1",
        ),
        ({"no_proxy": "localhost"}, "localhost,127.0.0.1,::1"),
        ({"No_Proxy": "intra.example.com"}, "intra.example.com,127.0.0.1,localhost,::1"),
        ({"no_proxy": "*"}, "*"),
    ],
)
def test_hosts_that_were_named_stay_named(environment: Mapping[str, str], hosts: str) -> None:
    assert no_proxy_variables(environment) == {"NO_PROXY": hosts, "no_proxy": hosts}


def test_without_a_proxy_nothing_is_set() -> None:
    assert loopback_variables({"HTTP_PROXY": "", "PATH": "/bin"}) == {}


def test_clients_of_the_embedded_cloud_know_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    monkeypatch.setenv("ALL_PROXY", PROXY)
    monkeypatch.delenv("NO_PROXY", raising=False)
    clients = Clients(
        {
            "AWS_ENDPOINT_URL": HERE[0],
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "111122223333",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
    )
    # The stubs of botocore leave this option out.
    assert cast("Any", clients.client("s3").meta.config).proxies == {}
