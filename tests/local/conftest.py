"""What the tests on emulators share."""

from tests.helpers.athena_fixtures import athena, athena_place
from tests.helpers.cloud_fixtures import clouds
from tests.helpers.ministack_fixtures import claims_table, dynamodb, ministack

__all__ = ["athena", "athena_place", "claims_table", "clouds", "dynamodb", "ministack"]
