"""The factory of clients: how each retries, and what the environment lacks."""

from __future__ import annotations

import pytest

from firelake.aws.clients import AwsClients
from firelake.aws.errors import ClientsError


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials and a region, and no settings of whoever runs the tests."""
    for name in ("AWS_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.mark.parametrize(
    ("name", "attempts"),
    [
        *(("kinesis_puts", 1), ("dynamodb", 1), ("kinesis", 5), ("athena", 5), ("s3", 5)),
        *(("cloudwatch", 5), ("logs", 5), ("glue", 5)),
    ],
)
def test_a_client_makes_so_many_attempts_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, name: str, attempts: int
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "7")
    config = getattr(AwsClients(9), name)().meta.config
    assert config.retries["total_max_attempts"] == attempts
    assert config.max_pool_connections == 9


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("AWS_DEFAULT_REGION", "", "You must specify a region"),
        ("AWS_ENDPOINT_URL", "nowhere", "Invalid endpoint: nowhere"),
        ("AWS_PROFILE", "nobody", r"The config profile \(nobody\) could not be found"),
    ],
    ids=["no region", "no address", "no such profile"],
)
def test_what_the_environment_lacks_is_told(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    if value:
        monkeypatch.setenv(variable, value)
    else:
        monkeypatch.delenv(variable)
    with pytest.raises(ClientsError, match=f"^there is no way to AWS: {message}"):
        AwsClients().kinesis()
