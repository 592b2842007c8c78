"""The note of the settings in force, in DynamoDB: an attribute of one item of the claims table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract.in_force import IN_FORCE_KEY, Windows
from contract.names import CLAIM_KEY
from transform.claims import Outcome
from transform.dynamo_claims import write_statements

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoNotes:
    """The notes of one table; fulfils `transform.in_force.Notes`."""

    def __init__(self, client: DynamoDBClient, table: str, windows: Windows) -> None:
        """Takes a client that does not retry, the table's name, and the settings; calls nothing."""
        self._client = client
        self._table = table
        self._update = f'UPDATE "{table}" SET "{windows.name}" = ? WHERE "{CLAIM_KEY}" = ?'  # noqa: S608 -- only names
        self._insert = f"INSERT INTO \"{table}\" VALUE {{'{CLAIM_KEY}': ?, '{windows.name}': ?}}"

    def write(self, now_ms: int) -> Outcome:
        """Writes when the settings last were in force.

        An update makes no item, and so the first one is refused; of two first ones the second is.

        Args:
            now_ms: The function's clock, Unix time in milliseconds.

        Returns:
            `DONE`, or whatever else where it is to be tried again.

        Raises:
            ClaimStoreError: DynamoDB refused for a reason that no retry mends.
        """
        at, key = {"N": str(now_ms)}, {"S": IN_FORCE_KEY}
        (outcome,) = write_statements(
            self._client, self._table, [{"Statement": self._update, "Parameters": [at, key]}]
        )
        if outcome is Outcome.REFUSED:
            (outcome,) = write_statements(
                self._client, self._table, [{"Statement": self._insert, "Parameters": [key, at]}]
            )
        return outcome
