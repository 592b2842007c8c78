"""The lease as an item of the claims table, under a key that no event id can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from firelake.aws.backoff import Pauses
from firelake.aws.error_codes import error_code
from firelake.contract.names import CLAIM_EXPIRES_AT, CLAIM_KEY, CLAIM_OWNER
from firelake.history.backfill.errors import LeaseError
from firelake.history.backfill.rules import LEASE_KEY, Lease
from firelake.operations.lake_clock import ClockError, time_of
from firelake.transform.dynamo_faults import may_pass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from firelake.aws.backoff import Waiting

_REFUSED: Final = "ConditionalCheckFailedException"
_ATTEMPTS: Final = 5
_PAUSES: Final = Pauses(first_s=1.0, longest_s=1.0)


class DynamoLeases:
    """The lease of one claims table; fulfils `Leases`.

    TTL deletes the item some time after it has ended, which is as good.
    """

    def __init__(self, client: DynamoDBClient, table: str, waiting: Waiting) -> None:
        """Takes a client that does not retry, the table's name, and how to wait."""
        self._client = client
        self._table = table
        self._waiting = waiting
        self._key: dict[str, AttributeValueTypeDef] = {CLAIM_KEY: {"S": LEASE_KEY}}

    def read(self) -> tuple[Lease | None, int]:
        """Returns the lease, and the time by DynamoDB's clock.

        Raises:
            LeaseError: DynamoDB has no answer.
        """
        answer: Any = self._call(
            lambda: self._client.get_item(TableName=self._table, Key=self._key, ConsistentRead=True)
        )
        return _lease_of(answer.get("Item")), _time_of(answer)

    def write(self, lease: Lease, as_read: Lease | None) -> tuple[bool, int]:
        """Write the lease on condition that it still is as read.

        Returns:
            Whether it was written, and the time by DynamoDB's clock. Where an answer was lost, what
            is there then tells.

        Raises:
            LeaseError: DynamoDB has no answer.
        """
        condition, values = _as_read(as_read)
        item: dict[str, AttributeValueTypeDef] = {
            **self._key,
            CLAIM_OWNER: {"S": lease.holder},
            CLAIM_EXPIRES_AT: {"N": str(lease.expires_at_s)},
        }
        names = {"#key": CLAIM_KEY} if as_read is None else _NAMES
        try:
            answer: Any = self._call(
                lambda: self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression=condition,
                    ExpressionAttributeNames=names,
                    **values,
                )
            )
        except _RefusedError:
            found, now_s = self.read()
            return found == lease, now_s
        return True, _time_of(answer)

    def delete(self, lease: Lease) -> None:
        """Delete the lease on condition that it still is this one.

        Raises:
            LeaseError: DynamoDB has no answer.
        """
        condition, values = _as_read(lease)
        try:
            self._call(
                lambda: self._client.delete_item(
                    TableName=self._table,
                    Key=self._key,
                    ConditionExpression=condition,
                    ExpressionAttributeNames=_NAMES,
                    **values,
                )
            )
        except _RefusedError:
            return  # it is another's by now, or gone

    def _call(self, call: Callable[[], object]) -> object:
        attempt = 1
        while True:
            try:
                return call()
            except (ClientError, BotoCoreError) as error:
                if error_code(error) == _REFUSED:
                    raise _RefusedError from error
                if attempt == _ATTEMPTS or not may_pass(error):
                    message = f"the lease in table {self._table!r} cannot be used: {error}"
                    raise LeaseError(message) from error
            attempt += 1
            self._waiting.pause(_PAUSES, attempt)


class _RefusedError(Exception):
    """The condition of a write does not hold."""


_NAMES: Final = {"#owner": CLAIM_OWNER, "#expires_at": CLAIM_EXPIRES_AT}


def _as_read(lease: Lease | None) -> tuple[str, dict[str, Any]]:
    if lease is None:
        return "attribute_not_exists(#key)", {}
    values = {":owner": {"S": lease.holder}, ":expires_at": {"N": str(lease.expires_at_s)}}
    return (
        "#owner = :owner AND #expires_at = :expires_at",
        {"ExpressionAttributeValues": values},
    )


def _lease_of(item: Mapping[str, Any] | None) -> Lease | None:
    if item is None:
        return None
    try:
        return Lease(item[CLAIM_OWNER]["S"], int(item[CLAIM_EXPIRES_AT]["N"]))
    except (KeyError, ValueError) as error:
        message = f"the item {LEASE_KEY!r} of the claims table is no lease: delete it by hand"
        raise LeaseError(message) from error


def _time_of(answer: Mapping[str, Any]) -> int:
    try:
        return time_of(answer)
    except ClockError as error:
        raise LeaseError(str(error)) from error
