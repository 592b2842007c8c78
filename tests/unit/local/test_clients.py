"""Clients of one endpoint: made once, shared, and refusing what AWS's models refuse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from athena_on_duckdb.clients import Clients
from firelake.formats.emulation import InputError, ProvisionError
from firelake.local.provision.waiting import wait_until

ENVIRONMENT = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ACCESS_KEY_ID": "111122223333",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": "eu-west-1",
}


def test_every_thread_gets_the_same_client() -> None:
    clients = Clients(ENVIRONMENT)
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(clients.client, ["kinesis"] * 16))
    assert len(made) == 1
    clients.close()


def test_a_client_has_the_endpoint_and_the_region_whatever_the_users_own_settings_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere.example")
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    clients = Clients(ENVIRONMENT)
    meta = clients.client("kinesis").meta
    assert (meta.endpoint_url, meta.region_name) == ("http://127.0.0.1:9", "eu-west-1")
    clients.close()


def test_a_call_that_awss_model_refuses_reaches_no_socket() -> None:
    clients = Clients(ENVIRONMENT)
    with pytest.raises(InputError, match=r"CreateStream\.StreamName has 0 characters"):
        clients.call("kinesis", "CreateStream", {"StreamName": ""})
    clients.close()


def test_waiting_ends_as_soon_as_the_condition_holds() -> None:
    answers = iter([False, False, True])
    wait_until(lambda: next(answers), "it is there")
    assert list(answers) == []


def test_waiting_in_vain_tells_what_was_waited_for() -> None:
    with pytest.raises(ProvisionError, match="waited 0 s in vain until it is there"):
        wait_until(lambda: False, "it is there", timeout_s=0)
