"""The Glue catalog of a caller, whose Iceberg tables are opened when a query names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_on_duckdb.iceberg.catalog import open_table
from athena_on_duckdb.iceberg.version import current
from athena_on_duckdb.tables.glue import GlueCatalog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from athena_on_duckdb.clients import Clients
    from athena_on_duckdb.iceberg.storage import MetadataStore
    from athena_on_duckdb.tables.glue import GlueTable


class OpenCatalog(GlueCatalog):
    """Looks tables up in Glue, and in their own metadata where they have such."""

    def __init__(
        self, clients: Clients, metadata: MetadataStore, pinned: Iterable[GlueTable] = ()
    ) -> None:
        """Take the caller's clients, where his tables' metadata are, and tables as they were."""
        super().__init__(clients)
        self._clients, self._metadata = clients, metadata
        self._pinned = {(table.database, table.name): table for table in pinned}

    def table(self, database: str, name: str) -> GlueTable | None:
        """Give a table or view; None where there is none."""
        pinned = self._pinned.get((database, name))
        if pinned is not None:
            return pinned
        found = super().table(database, name)
        if found is None or not found.is_iceberg:
            return found
        return current(found, open_table(self._clients, found.database, found.name, self._metadata))
