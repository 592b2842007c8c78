"""What constraints allow, once more: by the texts of columns, and Python's own expressions."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from firelake.contract.types import Kind
from tests.strategies.constraints import PATTERNS

if TYPE_CHECKING:
    from firelake.contract.constraints import Constraints


def obeys(value: float | str | bool, kind: Kind, asked: Constraints) -> bool:
    """Whether a value as its column holds it is one that the constraints allow."""
    if asked.enum and not any(type(each) is type(value) and each == value for each in asked.enum):
        return False
    if asked.max_length is not None and len(str(value)) > asked.max_length:
        return False
    if asked.pattern is not None and not re.search(PATTERNS[asked.pattern][0], str(value)):
        return False
    column: Any = Decimal(value) if kind is Kind.DECIMAL else value
    is_over = asked.least is None or _as_column(asked.least, kind) <= column
    return is_over and (asked.most is None or column <= _as_column(asked.most, kind))


def _as_column(bound: Any, kind: Kind) -> Any:  # noqa: ANN401 -- of any type
    if isinstance(bound, datetime):
        return bound.strftime("%Y-%m-%d %H:%M:%S.") + f"{bound.microsecond // 1000:03d}"
    return bound.isoformat() if kind is Kind.DATE else bound
