"""What MiniStack answers to a request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body of an answer; the body is no bytes where it is a stream."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def is_success(self) -> bool:
        """Whether the request was taken."""
        return self.status < HTTPStatus.MULTIPLE_CHOICES


def refusal(code: str, message: str) -> Answer:
    """Returns an answer in JSON that refuses a request as the caller's fault.

    Args:
        code: The service's name of the error.
        message: What is wrong.
    """
    body = json.dumps({"__type": code, "message": message}).encode()
    return Answer(HTTPStatus.BAD_REQUEST, {"x-amzn-ErrorType": code}, body)
