"""The codes by which AWS refuses."""

from __future__ import annotations

from typing import Final

from botocore.exceptions import ClientError

NO_OBJECT: Final = frozenset({"NoSuchKey", "404"})
"""Codes of an object that is not there."""

OBJECT_DIFFERS: Final = frozenset({"PreconditionFailed", "412"})
"""Codes of a conditional write to an object that is not as the condition says.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

OBJECT_IN_WRITING: Final = frozenset({"ConditionalRequestConflict", "409"})
"""Codes of a conditional write to an object that another call is writing just now."""


def error_code(error: Exception) -> str:
    """Returns the code by which AWS refused, such as `NoSuchKey`; empty where it gave none."""
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
