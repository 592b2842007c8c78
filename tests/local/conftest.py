"""What the tests on emulators share."""

from tests.helpers.athena_fixtures import athena, athena_place
from tests.helpers.cloud_fixtures import clouds
from tests.helpers.ministack_fixtures import claims_table, dynamodb, ministack
from tests.helpers.queried_lake import queried_lake

__all__ = [
    "athena",
    "athena_place",
    "claims_table",
    "clouds",
    "dynamodb",
    "ministack",
    "queried_lake",
]
