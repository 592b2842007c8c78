"""The note of the settings in force, as two attributes of one item of the claims table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.contract.in_force import IN_FORCE_KEY, Windows, noted, parse_periods
from firelake.contract.names import CLAIM_KEY
from firelake.transform.claims import Outcome
from firelake.transform.dynamo_claims import read_items, write_statements

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import BatchStatementRequestTypeDef


class DynamoNotes:
    """The notes of one table; fulfils `firelake.transform.in_force.Notes`."""

    def __init__(self, client: DynamoDBClient, table: str, windows: Windows) -> None:
        """Takes a client that does not retry, the table's name, and the settings; calls nothing."""
        self._client = client
        self._table = table
        self._windows = windows

    def write(self, now_ms: int) -> Outcome:
        """Writes when the settings last were in force, and since when.

        Another process may write in between: what is noted next sees it.

        Args:
            now_ms: The function's clock, Unix time in milliseconds.

        Returns:
            `DONE`, or whatever else where it is to be tried again.

        Raises:
            ClaimStoreError: DynamoDB refused for a reason that no retry mends.
        """
        items = read_items(self._client, self._table, [IN_FORCE_KEY])
        if IN_FORCE_KEY not in items:
            return Outcome.UNKNOWN
        item = items[IN_FORCE_KEY]
        values = {} if item is None else {name: value.get("N") for name, value in item.items()}
        periods = parse_periods({name: int(each) for name, each in values.items() if each})
        period = noted(periods, self._windows, now_ms)
        names = self._windows.name, self._windows.begun_name
        times = [{"N": str(period.last_ms)}, {"N": str(period.begun_ms)}]
        statement: BatchStatementRequestTypeDef
        if item is None:
            inserted = ", ".join(f"'{name}': ?" for name in (CLAIM_KEY, *names))
            statement = {
                "Statement": f'INSERT INTO "{self._table}" VALUE {{{inserted}}}',
                "Parameters": [{"S": IN_FORCE_KEY}, *times],
            }
        else:
            changed = " ".join(f'SET "{name}" = ?' for name in names)
            statement = {
                "Statement": f'UPDATE "{self._table}" {changed} WHERE "{CLAIM_KEY}" = ?',
                "Parameters": [*times, {"S": IN_FORCE_KEY}],
            }
        (outcome,) = write_statements(self._client, self._table, [statement])
        return outcome
