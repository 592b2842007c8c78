"""What the tests on emulators share."""

from tests.helpers.cloud_fixtures import clouds
from tests.helpers.ministack_fixtures import claims_table, dynamodb, ministack

__all__ = ["claims_table", "clouds", "dynamodb", "ministack"]
