"""The claims table as replay uses it: read, and delete what is as it was read. It never claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from firelake.aws.backoff import Pauses, Waiting
from firelake.aws.errors import error_code
from firelake.contract.names import CLAIM_CLAIMED_AT, CLAIM_KEY, CLAIM_OWNER
from firelake.operations.errors import OpsError
from firelake.transform.claims import Outcome
from firelake.transform.dynamo_claims import DynamoClaimStore, may_pass, seconds_text
from firelake.transform.errors import ClaimStoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from mypy_boto3_dynamodb import DynamoDBClient

    from firelake.failures.replay.rules import Deletion
    from firelake.transform.claims import Claim

_REFUSED: Final = "ConditionalCheckFailedException"
_PAUSES: Final = Pauses(first_s=0.05, longest_s=5.0)
_ATTEMPTS: Final = 20


class ClaimsError(OpsError, RuntimeError):
    """Raised when the claims table refuses, or does not answer for long."""


class ClaimsTable:
    """One claims table."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        executor: Executor,
        waiting: Waiting = Waiting(),  # noqa: B008 -- frozen
    ) -> None:
        """Takes its parts and calls nothing.

        Args:
            client: A client that does not retry by itself.
            table: The table's name.
            executor: Runs the calls; its worker count is the number of calls in flight.
            waiting: How to wait between attempts.
        """
        self._client = client
        self._table = table
        self._executor = executor
        self._waiting = waiting
        self._store = DynamoClaimStore(client, table, executor=executor, expired=lambda: False)

    def read(self, event_uuids: Sequence[str]) -> dict[str, Claim | None]:
        """Read the claims of ids, consistently, until each is known.

        Args:
            event_uuids: The ids, each once.

        Returns:
            The claim, None where there is none.

        Raises:
            ClaimsError: The table refused, or some claim could not be read for long.
        """
        found: dict[str, Claim | None] = {}
        left = list(event_uuids)
        for attempt in range(_ATTEMPTS):
            try:
                found |= self._store.read(left)
            except ClaimStoreError as error:
                raise ClaimsError(str(error)) from error
            left = [event_uuid for event_uuid in left if event_uuid not in found]
            if not left:
                return found
            self._waiting.pause(_PAUSES, attempt)
        message = f"{len(left)} claims of {self._table} could not be read: look at its throttles"
        raise ClaimsError(message)

    def delete(self, deletions: Sequence[Deletion]) -> list[Outcome]:
        """Delete each claim whose item still has the owner and `claimed_at` as read.

        Args:
            deletions: The claims, and what they must be.

        Returns:
            One outcome a deletion, in their order: `REFUSED` where the item is gone or another,
            `UNKNOWN` where no answer came, so that it must be read again.

        Raises:
            ClaimsError: The table refused for a reason that no retry mends.
        """
        return list(self._executor.map(self._delete, deletions))

    def _delete(self, deletion: Deletion) -> Outcome:
        try:
            self._client.delete_item(
                TableName=self._table,
                Key={CLAIM_KEY: {"S": deletion.event_uuid}},
                ConditionExpression="#owner = :owner AND #claimed_at = :claimed_at",
                ExpressionAttributeNames={
                    "#owner": CLAIM_OWNER,
                    "#claimed_at": CLAIM_CLAIMED_AT,
                },
                ExpressionAttributeValues={
                    ":owner": {"S": deletion.owner},
                    ":claimed_at": {"N": seconds_text(deletion.claimed_at_ms)},
                },
            )
        except ClientError as error:
            if error_code(error) == _REFUSED:
                return Outcome.REFUSED
            return self._unknown(error)
        except BotoCoreError as error:
            return self._unknown(error)
        return Outcome.DONE

    def _unknown(self, error: Exception) -> Outcome:
        if may_pass(error):
            return Outcome.UNKNOWN
        message = f"a claim of {self._table} cannot be deleted: {error}"
        raise ClaimsError(message) from error
