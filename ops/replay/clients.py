"""AWS clients by the environment, as every AWS tool makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from ops.errors import OpsError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_s3 import S3Client

_CONNECT_TIMEOUT_S: Final = 5.0
_READ_TIMEOUT_S: Final = 60.0


class ClientsError(OpsError, RuntimeError):
    """Raised when the environment does not suffice for AWS, such as for want of a region."""


class AwsClients:
    """Clients that retry by themselves what a retry mends, but for DynamoDB's."""

    def __init__(self, calls_in_flight: int) -> None:
        """Makes nothing yet.

        Args:
            calls_in_flight: How many threads use a client at once.
        """
        self._calls_in_flight = calls_in_flight

    def s3(self) -> S3Client:
        """Make a client of S3.

        Raises:
            ClientsError: The environment does not suffice.
        """
        return self._make("s3", attempts=5)

    def cloudwatch(self) -> CloudWatchClient:
        """Make a client of CloudWatch.

        Raises:
            ClientsError: The environment does not suffice.
        """
        return self._make("cloudwatch", attempts=5)

    def logs(self) -> Any:  # noqa: ANN401 -- the stubs of CloudWatch Logs are not among ours
        """Make a client of CloudWatch Logs.

        Raises:
            ClientsError: The environment does not suffice.
        """
        return self._make("logs", attempts=5)

    def glue(self) -> GlueClient:
        """Make a client of Glue.

        Raises:
            ClientsError: The environment does not suffice.
        """
        return self._make("glue", attempts=5)

    def kinesis(self) -> KinesisClient:
        """Make a client of Kinesis for reading.

        Raises:
            ClientsError: The environment does not suffice.
        """
        return self._make("kinesis", attempts=10)

    def dynamodb(self) -> DynamoDBClient:
        """Make a client of DynamoDB that never retries: who asks does, for what has no answer.

        Raises:
            ClientsError: The environment does not suffice.
        """
        return self._make("dynamodb", attempts=1)

    def _make(self, service: Any, *, attempts: int) -> Any:  # noqa: ANN401 -- boto3 types each service's name by itself only
        config = Config(
            connect_timeout=_CONNECT_TIMEOUT_S,
            read_timeout=_READ_TIMEOUT_S,
            max_pool_connections=self._calls_in_flight,
            retries={"total_max_attempts": attempts, "mode": "standard"},
        )
        try:
            return cast("Any", boto3).client(service, config=config)
        except (BotoCoreError, ValueError) as error:
            message = f"there is no way to AWS: {error}"
            raise ClientsError(message) from error
