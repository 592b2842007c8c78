"""The claims table as replay uses it: read, and delete what is as it was read. It never claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from firelake.aws.backoff import Pauses, Waiting
from firelake.aws.error_codes import error_code
from firelake.contract.names import CLAIM_CLAIMED_AT, CLAIM_KEY, CLAIM_OWNER
from firelake.operations.errors import OpsError
from firelake.transform.claim_pages import Slot
from firelake.transform.claims import Candidate, Claim, Outcome, placed
from firelake.transform.dynamo_claims import DynamoClaimStore
from firelake.transform.dynamo_faults import may_pass
from firelake.transform.dynamo_items import item_key, seconds_text
from firelake.transform.dynamo_pages import DynamoPages, FullPages
from firelake.transform.errors import ClaimStoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    from mypy_boto3_dynamodb import DynamoDBClient

    from firelake.aws.query_stored import Identity
    from firelake.contract.claim_schedule import Schedule
    from firelake.failures.deletion import Deletion
    from firelake.transform.claims import ClaimStore

_REFUSED: Final = "ConditionalCheckFailedException"
_PAUSES: Final = Pauses(first_s=0.05, longest_s=5.0)
_ATTEMPTS: Final = 20


class ClaimsError(OpsError, RuntimeError):
    """Raised when the claims table refuses, or does not answer for long."""


def claims_there(
    store: ClaimStore, events: Sequence[Identity], schedule: Schedule
) -> dict[Identity, Claim | None]:
    """Read the claims of events wherever they are: a full page without one leads to its own item.

    Args:
        events: The events, each once.
        schedule: Which layout has the claim of which event.

    Returns:
        The claim, None where there is none, no key where it is not known.
    """
    keys = {event: placed(Candidate(*event, "", ""), schedule)[0] for event in events}
    answers = dict(store.read(list(dict.fromkeys(keys.values()))))
    full = [key for key in answers if isinstance(key, Slot) and answers[key] is Outcome.FULL]
    if full:
        alone = store.read([key._replace(is_alone=True) for key in full])
        for key in full:
            del answers[key]
            if (there := key._replace(is_alone=True)) in alone:
                answers[key] = alone[there]
    return {
        event: answer if isinstance(answer := answers[key], Claim) else None
        for event, key in keys.items()
        if key in answers
    }


class ClaimsTable:
    """One claims table."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        schedule: Callable[[], Schedule],
        *,
        executor: Executor,
        waiting: Waiting = Waiting(),  # noqa: B008 -- frozen
    ) -> None:
        """Takes its parts and calls nothing.

        Args:
            client: A client that does not retry by itself.
            schedule: Tells which layout has the claim of which event, by what is in force.
            executor: Runs the calls; its worker count is the number of calls in flight.
        """
        self._client = client
        self._table = table
        self._executor = executor
        self._waiting = waiting
        self._schedule = schedule
        self._pages = DynamoPages(client, table, FullPages())
        self._store = DynamoClaimStore(
            client, table, executor=executor, expired=lambda: False, pages=self._pages
        )

    def read(self, events: Sequence[Identity]) -> dict[Identity, Claim | None]:
        """Read the claims of events, consistently, until each is known.

        Args:
            events: The events, each once.

        Returns:
            The claim, None where there is none. One in an item of its own may be of another event
            that has the id.

        Raises:
            ClaimsError: The table refused, or some claim could not be read for long.
        """
        schedule = self._schedule()
        found: dict[Identity, Claim | None] = {}
        for attempt in range(_ATTEMPTS):
            left = [event for event in events if event not in found]
            try:
                found |= claims_there(self._store, left, schedule)
            except ClaimStoreError as error:
                raise ClaimsError(str(error)) from error
            if len(found) == len(events):
                return found
            self._waiting.pause(_PAUSES, attempt)
        message = (
            f"{len(events) - len(found)} claims of {self._table} could not be read: look at its "
            "throttles"
        )
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
        key = deletion.key
        if not isinstance(key, str) and not key.is_alone:
            try:
                return self._pages.remove(key, deletion.owner, deletion.claimed_at_ms)
            except ClaimStoreError as error:
                raise ClaimsError(str(error)) from error
        try:
            self._client.delete_item(
                TableName=self._table,
                Key={CLAIM_KEY: {"S": item_key(key)}},
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
        except (ClientError, BotoCoreError) as error:
            if error_code(error) == _REFUSED:
                return Outcome.REFUSED
            if may_pass(error):
                return Outcome.UNKNOWN
            message = f"a claim of {self._table} cannot be deleted: {error}"
            raise ClaimsError(message) from error
        return Outcome.DONE
