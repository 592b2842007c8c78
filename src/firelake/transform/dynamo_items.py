"""Claims as items of their own in DynamoDB: PartiQL batches of 25.

A batch is answered 200 whatever becomes of its statements, so each statement's own error is
read: a throttle of one is no answer for that one only.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from firelake.contract.layout import event_type_of
from firelake.contract.names import (
    CLAIM_CLAIMED_AT,
    CLAIM_CREATED_AT,
    CLAIM_EVENT_NAME,
    CLAIM_EXPIRES_AT,
    CLAIM_IS_UNREGISTERED,
    CLAIM_KEY,
    CLAIM_OWNER,
    UNREGISTERED,
)
from firelake.transform.claims import Claim, Outcome
from firelake.transform.dynamo_faults import NOT_NOW, may_pass
from firelake.transform.errors import ClaimStoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        AttributeValueTypeDef,
        BatchStatementRequestTypeDef,
        BatchStatementResponseTypeDef,
    )

    from firelake.transform.claim_pages import ClaimKey
    from firelake.transform.claims import Replacement

_REFUSED: Final = frozenset({"ConditionalCheckFailed", "DuplicateItem"})


class DynamoItems:
    """The statements that write claims as items of their own, and the claims of such items."""

    def __init__(self, table: str) -> None:
        """Takes the table's name."""
        self._insert = (
            f'INSERT INTO "{table}" VALUE {{'
            f"'{CLAIM_KEY}': ?, '{CLAIM_OWNER}': ?, '{CLAIM_EVENT_NAME}': ?, "
            f"'{CLAIM_CREATED_AT}': ?, '{CLAIM_CLAIMED_AT}': ?, '{CLAIM_EXPIRES_AT}': ?, "
            f"'{CLAIM_IS_UNREGISTERED}': ?}}"
        )
        self._replace = (
            f'UPDATE "{table}" SET "{CLAIM_OWNER}" = ? SET "{CLAIM_EVENT_NAME}" = ? '  # noqa: S608 -- only names
            f'SET "{CLAIM_CREATED_AT}" = ? SET "{CLAIM_CLAIMED_AT}" = ? '
            f'SET "{CLAIM_EXPIRES_AT}" = ? SET "{CLAIM_IS_UNREGISTERED}" = ? '
            f'WHERE "{CLAIM_KEY}" = ? AND "{CLAIM_OWNER}" = ? AND "{CLAIM_CLAIMED_AT}" = ?'
        )

    def insert(self, claim: Claim) -> BatchStatementRequestTypeDef:
        """Returns what writes a claim whose key has no item."""
        return {
            "Statement": self._insert,
            "Parameters": [{"S": item_key(claim.key)}, *_values(claim)],
        }

    def replace(self, replacement: Replacement) -> BatchStatementRequestTypeDef:
        """Returns what writes a claim whose item is as read; it never makes an item."""
        read = replacement.read
        return {
            "Statement": self._replace,
            "Parameters": [
                *_values(replacement.new),
                {"S": item_key(read.key)},
                {"S": read.owner},
                {"N": seconds_text(read.claimed_at_ms)},
            ],
        }


def item_key(key: ClaimKey) -> str:
    """Returns the key of the item that has a claim."""
    return key if isinstance(key, str) else key.item_key


def read_items(
    client: DynamoDBClient, table: str, keys: Sequence[str]
) -> dict[str, Mapping[str, AttributeValueTypeDef] | None]:
    """Reads items consistently by one call.

    Args:
        client: A client that does not retry by itself.
        table: The table's name.
        keys: At most 100.

    Returns:
        By its key each item, None where there is none; without those that are not answered.

    Raises:
        ClaimStoreError: DynamoDB refused for a reason that no retry mends.
    """
    try:
        answer = client.batch_get_item(
            RequestItems={
                table: {
                    "Keys": [{CLAIM_KEY: {"S": key}} for key in keys],
                    "ConsistentRead": True,
                }
            }
        )
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        raise_if_final(error, "BatchGetItem", table)
        return {}
    if "Responses" not in answer:
        return {}
    unprocessed = answer.get("UnprocessedKeys", {}).get(table)
    left = {_text(key[CLAIM_KEY]) for key in unprocessed["Keys"]} if unprocessed else ()
    found: dict[str, Mapping[str, AttributeValueTypeDef] | None] = {
        key: None for key in keys if key not in left
    }
    for item in answer["Responses"].get(table, []):
        found[_text(item[CLAIM_KEY])] = item
    return found


def write_statements(
    client: DynamoDBClient, table: str, statements: Sequence[BatchStatementRequestTypeDef]
) -> list[Outcome]:
    """Writes by one call.

    Args:
        client: A client that does not retry by itself.
        table: The table's name, for messages.
        statements: At most 25, each of which writes one item.

    Returns:
        One outcome a statement, in their order; `UNKNOWN` where no answer came.

    Raises:
        ClaimStoreError: DynamoDB refused for a reason that no retry mends.
    """
    unknown = [Outcome.UNKNOWN] * len(statements)
    try:
        answer = client.batch_execute_statement(Statements=statements)
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        raise_if_final(error, "BatchExecuteStatement", table)
        return unknown
    if "Responses" not in answer:  # a body cut short parses as an empty answer
        return unknown
    responses = answer["Responses"]
    if len(responses) != len(statements):
        message = (
            f"BatchExecuteStatement on {table} answered {len(responses)} of "
            f"{len(statements)} statements; DynamoDB promises one each, in order"
        )
        raise ClaimStoreError(message, "ResponseLength")
    return [_outcome(response, table) for response in responses]


def _outcome(response: BatchStatementResponseTypeDef, table: str) -> Outcome:
    error = response.get("Error")
    if error is None:
        return Outcome.DONE
    code = error.get("Code", "")
    if code in _REFUSED:
        return Outcome.REFUSED
    if code in NOT_NOW:
        return Outcome.UNKNOWN
    message = (
        f"a statement on {table} failed with {code!r}: {error.get('Message', '')}; "
        "check the table and the function's role"
    )
    raise ClaimStoreError(message, code)


def _values(claim: Claim) -> list[AttributeValueTypeDef]:
    """A claim's attributes behind its key, in the statements' order."""
    return [
        {"S": claim.owner},
        {"S": claim.event_name},
        {"N": repr(claim.created_at_s)},
        {"N": seconds_text(claim.claimed_at_ms)},
        {"N": str(claim.expires_at_s)},
        {"BOOL": claim.event_type == UNREGISTERED},
    ]


def claim_of_item(key: ClaimKey, item: Mapping[str, AttributeValueTypeDef]) -> Claim:
    """Reads a claim that has an item of its own."""
    event_name = _text(item[CLAIM_EVENT_NAME])
    match item.get(CLAIM_IS_UNREGISTERED):
        case {"BOOL": True}:
            event_type = UNREGISTERED
        case {"BOOL": False}:
            event_type = event_type_of(event_name)
        case _:
            event_type = None
    return Claim(
        key=key,
        owner=_text(item[CLAIM_OWNER]),
        event_name=event_name,
        created_at_s=float(_number(item[CLAIM_CREATED_AT])),
        claimed_at_ms=int(Decimal(_number(item[CLAIM_CLAIMED_AT])) * 1000),
        expires_at_s=int(_number(item[CLAIM_EXPIRES_AT])),
        event_type=event_type,
    )


def _text(value: AttributeValueTypeDef) -> str:
    return value["S"]  # type: ignore[typeddict-item]


def _number(value: AttributeValueTypeDef) -> str:
    return value["N"]  # pyright: ignore[reportTypedDictNotRequiredAccess]


def seconds_text(milliseconds: int) -> str:
    """Returns Unix time as DynamoDB number text: seconds with three decimals, exact."""
    return f"{milliseconds // 1000}.{milliseconds % 1000:03d}"


def raise_if_final(error: Exception, operation: str, table: str) -> None:
    """Returns for an error that may pass by itself; raises for any other.

    Raises:
        ClaimStoreError: The error is one that no retry mends.
    """
    if may_pass(error):
        return
    is_answer = isinstance(error, ClientError)
    code = error.response.get("Error", {}).get("Code", "") if is_answer else type(error).__name__
    message = f"{operation} on {table} failed: {error}; check the table and the function's role"
    raise ClaimStoreError(message, code) from error
