"""A DynamoDB client that keeps what it is sent and answers from a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

Value = dict[str, str]


class Statement(TypedDict):
    """One PartiQL statement of a batch."""

    Statement: str
    Parameters: list[Value]


class KeysToRead(TypedDict):
    """What one `BatchGetItem` reads from a table."""

    Keys: list[dict[str, Value]]
    ConsistentRead: bool


def all_done(count: int) -> dict[str, list[dict[str, str]]]:
    """The answer to so many statements, none of which failed."""
    return {"Responses": [{"TableName": "claims"} for _ in range(count)]}


class ScriptedClient:
    """Gives the script's answers in order, raises those that are errors, then answers as usual.

    Attributes:
        statements: The statements of each `BatchExecuteStatement`.
        requests: The request items of each `BatchGetItem`.
    """

    def __init__(self, answers: Sequence[object] = ()) -> None:
        self._answers = iter(answers)
        self.statements: list[list[Statement]] = []
        self.requests: list[dict[str, KeysToRead]] = []

    def batch_execute_statement(self, *, Statements: list[Statement]) -> object:  # noqa: N803
        self.statements.append(Statements)
        return self._answer(all_done(len(Statements)))

    def batch_get_item(self, *, RequestItems: dict[str, KeysToRead]) -> object:  # noqa: N803
        self.requests.append(RequestItems)
        return self._answer({"Responses": {}, "UnprocessedKeys": {}})

    def _answer(self, usual: object) -> object:
        answer = next(self._answers, usual)
        if isinstance(answer, Exception):
            raise answer
        return answer
