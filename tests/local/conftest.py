"""What the tests on emulators share."""

from __future__ import annotations

import boto3
import pytest

from tests.helpers.athena_fixtures import athena, athena_place
from tests.helpers.cloud_fixtures import clouds
from tests.helpers.commands import command_folder
from tests.helpers.ministack_fixtures import claims_table, dynamodb, ministack
from tests.helpers.queried_lake import queried_lake

__all__ = [
    "athena",
    "athena_place",
    "claims_table",
    "clouds",
    "command_folder",
    "dynamodb",
    "ministack",
    "queried_lake",
]


@pytest.fixture(autouse=True)
def own_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Boto3 keeps the credentials of its first client, which are those of another test's lake."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
