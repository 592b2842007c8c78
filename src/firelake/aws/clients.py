"""The one factory of AWS clients; credentials and region are found as every AWS tool finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from firelake.aws.errors import ClientsError
from firelake.aws.folders import take_folders

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_s3 import S3Client

_CONNECT_TIMEOUT_S: Final = 5.0
_READ_TIMEOUT_S: Final = 60.0
# A call of PutRecords is answered within a second or so, and a lost one is better sent again.
_PUT_TIMEOUT_S: Final = 30.0
_ATTEMPTS: Final = 5


class AwsClients:
    """Makes clients that retry by themselves what a retry mends, but where it is said otherwise.

    Every method raises ClientsError where the environment does not suffice.
    """

    def __init__(self, calls_in_flight: int = 1, session: boto3.Session | None = None) -> None:
        """Makes nothing yet.

        Args:
            calls_in_flight: How many threads use a client at once.
            session: Whose credentials and region to use; those of the environment where None.
        """
        self._calls_in_flight = calls_in_flight
        self._session = session

    @property
    def session(self) -> boto3.Session:
        """Whose credentials and region are used.

        Raises:
            ClientsError: The environment names a profile that there is not.
        """
        if self._session is None:
            try:
                self._session = boto3.Session()
            except (BotoCoreError, ValueError) as error:
                raise _no_way(error) from error
        return self._session

    def athena(self) -> AthenaClient:
        """Make a client of Athena."""
        return self._make("athena", attempts=_ATTEMPTS)

    def s3(self) -> S3Client:
        """Make a client of S3, to which a folder of a bucket is a bucket: `data/lakes/shop`."""
        client: S3Client = self._make("s3", attempts=_ATTEMPTS)
        take_folders(client)
        return client

    def cloudwatch(self) -> CloudWatchClient:
        """Make a client of CloudWatch."""
        return self._make("cloudwatch", attempts=_ATTEMPTS)

    def logs(self) -> Any:  # noqa: ANN401 -- the stubs of CloudWatch Logs are not among ours
        """Make a client of CloudWatch Logs."""
        return self._make("logs", attempts=_ATTEMPTS)

    def glue(self) -> GlueClient:
        """Make a client of Glue."""
        return self._make("glue", attempts=_ATTEMPTS)

    def kinesis(self) -> KinesisClient:
        """Make a client of Kinesis for reading."""
        return self._make("kinesis", attempts=_ATTEMPTS)

    def kinesis_puts(self) -> KinesisClient:
        """Make a client of Kinesis that never retries: what is sent again is counted and paced."""
        from firelake.aws.put_records import hasten_puts  # noqa: PLC0415 -- needs msgspec

        client: KinesisClient = self._make(
            "kinesis", attempts=1, read_timeout_s=_PUT_TIMEOUT_S, parameter_validation=False
        )
        hasten_puts(client)
        return client

    def dynamodb(self) -> DynamoDBClient:
        """Make a client of DynamoDB that never retries: who asks does, for what has no answer."""
        return self._make("dynamodb", attempts=1)

    def _make(
        self,
        service: str,
        *,
        attempts: int,
        read_timeout_s: float = _READ_TIMEOUT_S,
        parameter_validation: bool = True,
    ) -> Any:  # noqa: ANN401 -- boto3 types each service's name by itself only
        config = Config(
            parameter_validation=parameter_validation,
            connect_timeout=_CONNECT_TIMEOUT_S,
            read_timeout=read_timeout_s,
            max_pool_connections=self._calls_in_flight,
            retries={"total_max_attempts": attempts, "mode": "standard"},
        )
        try:
            return cast("Any", self.session).client(service, config=config)
        except (BotoCoreError, ValueError) as error:
            raise _no_way(error) from error


def _no_way(error: Exception) -> ClientsError:
    return ClientsError(f"there is no way to AWS: {error}")
