"""Athena for commands: made by the environment, its errors told as an operator's."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from catalog.errors import CatalogError
from catalog.query_run import Athena
from catalog.query_settings import DEADLINE_S
from ops.errors import LakeQueryError

if TYPE_CHECKING:
    from collections.abc import Generator


def athena_of(database: str, workgroup: str, deadline_s: float = DEADLINE_S) -> Athena:
    """Make what runs queries; credentials and region are found as every AWS tool finds them.

    Args:
        database: Where tables without a database are found.
        workgroup: The workgroup.
        deadline_s: Seconds after which a query is stopped.

    Raises:
        SqlTextError: The database has a name that none can have.
        BotoCoreError: The environment does not suffice, such as for want of a region.
    """
    client = cast("Any", boto3).client("athena")
    return Athena(client, database=database, workgroup=workgroup, deadline_s=deadline_s)


@contextmanager
def athena_errors() -> Generator[None]:
    """Tell what goes wrong with a query in words for an operator.

    Raises:
        LakeQueryError: The query could not be put, or was not answered.
    """
    try:
        yield
    except CatalogError as error:
        raise LakeQueryError(str(error)) from error
    except ClientError as error:
        message = f"Athena refuses: {error.response.get('Error', {}).get('Message') or error}"
        raise LakeQueryError(message) from error
    except BotoCoreError as error:
        message = f"Athena cannot be asked: {error}"
        raise LakeQueryError(message) from error
