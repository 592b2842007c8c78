"""Refusals of AWS, told as errors of an operation."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Generator

    from firelake.operations.errors import OpsError


@contextmanager
def refused_as(error_class: type[OpsError], what: str) -> Generator[None]:
    """Raises an error of a class where AWS refuses, or does not answer.

    Args:
        what: What cannot be done; the reason follows it.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        message = f"{what}: {error}"
        raise error_class(message) from error
