"""The lake as replay asks it: by Athena, whose errors become those of an operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from firelake.aws.errors import AwsError
from firelake.catalog.errors import CatalogError
from firelake.operations.errors import LakeQueryError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firelake.aws.query_stored import Identity
    from firelake.failures.replay.putting_back import Lake, Partition


class AthenaLake:
    """A lake that Athena answers for; fulfils `Lake`."""

    def __init__(self, stored: Lake) -> None:
        """Takes what asks Athena, as `firelake.aws.query_stored.StoredEvents` does."""
        self._stored = stored

    def stored_identities(
        self, partitions: Iterable[Partition], uuids: Iterable[str]
    ) -> set[Identity]:
        """Returns which events with these ids have a row in any of these partitions.

        Raises:
            LakeQueryError: Athena did not answer.
        """
        try:
            return self._stored.stored_identities(partitions, uuids)
        except (AwsError, CatalogError, ClientError, BotoCoreError) as error:
            message = f"the lake cannot be asked which events it has: {error}"
            raise LakeQueryError(message) from error
