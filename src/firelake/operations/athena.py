"""Errors of a query, told as an operator's."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from firelake.aws.errors import AwsError
from firelake.catalog.errors import CatalogError
from firelake.operations.errors import LakeQueryError

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def athena_errors() -> Generator[None]:
    """Raises what goes wrong with a query, in words for an operator.

    Raises:
        LakeQueryError: The query could not be put, or was not answered.
    """
    try:
        yield
    except (AwsError, CatalogError) as error:
        raise LakeQueryError(str(error)) from error
    except ClientError as error:
        message = f"Athena refuses: {error.response.get('Error', {}).get('Message') or error}"
        raise LakeQueryError(message) from error
    except BotoCoreError as error:
        message = f"Athena cannot be asked: {error}"
        raise LakeQueryError(message) from error
