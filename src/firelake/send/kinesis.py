"""Kinesis as producers use it: one PutRecords call, its answers and its errors as codes."""

from __future__ import annotations

from random import SystemRandom
from typing import TYPE_CHECKING, Final

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from firelake.operations.errors import StreamError
from firelake.send.records import PARTITION_KEY_LENGTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_kinesis.type_defs import PutRecordsRequestEntryTypeDef

    from firelake.send.records import Record

_SERVER_ERROR: Final = 500
_RETRYABLE: Final = frozenset(
    {
        "InternalFailure",
        "KMSThrottlingException",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestTimeout",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
    }
)


_random: Final = SystemRandom()


def random_partition_key() -> str:
    """Give a key that spreads records over all shards."""
    return f"{_random.getrandbits(4 * PARTITION_KEY_LENGTH):0{PARTITION_KEY_LENGTH}x}"


class KinesisPut:
    """Sends records to one stream, once a call; fulfils `firelake.send.put.PutRecords`."""

    def __init__(self, client: KinesisClient, stream: str) -> None:
        """Takes a client that does not retry, and the stream's name or ARN."""
        self._client = client
        self._stream = stream

    def __call__(self, records: Sequence[Record]) -> Sequence[str | None]:
        """Send records once.

        Returns:
            Per record None or the code of its refusal. Where no answer came, all have the kind of
            failure as their code.

        Raises:
            StreamError: Kinesis refused the call for a reason that no retry mends, or the
                environment holds no credentials.
        """
        entries: list[PutRecordsRequestEntryTypeDef] = [
            {"Data": record.data, "PartitionKey": record.partition_key} for record in records
        ]
        try:
            if self._stream.startswith("arn:"):
                answer = self._client.put_records(Records=entries, StreamARN=self._stream)
            else:
                answer = self._client.put_records(Records=entries, StreamName=self._stream)
        except ClientError as error:
            return [self._code_of(error)] * len(records)
        except (exceptions.ConnectionError, exceptions.HTTPClientError) as error:
            return [type(error).__name__] * len(records)
        except BotoCoreError as error:
            message = f"stream {self._stream!r}: {error}"
            raise StreamError(message) from error
        results = answer["Records"]
        if len(results) != len(records):
            return ["IncompleteAnswer"] * len(records)
        return [result.get("ErrorCode") for result in results]

    def _code_of(self, error: ClientError) -> str:
        """The code of a refused call, if a retry may mend it."""
        details = error.response.get("Error", {})
        code = details.get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in _RETRYABLE or status >= _SERVER_ERROR:
            return code
        message = f"stream {self._stream!r}: {code}: {details.get('Message', '')}"
        raise StreamError(message, code) from error
