"""Iceberg tables in the Glue catalog of a caller: opened, made, and changed by one commit each.

A commit is one UpdateTable of Glue on condition of the table's version, so that of two writers
one fails and nothing of it is seen: https://iceberg.apache.org/docs/latest/aws/#optimistic-locking
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from athena_on_duckdb.errors import ErrorName, QueryError
from athena_on_duckdb.iceberg.library import module
from athena_on_duckdb.iceberg.storage import MetadataStore

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from athena_on_duckdb.clients import Clients

_RETRIES: Final = "commit.retry.num-retries"


def open_table(
    clients: Clients, database: str, name: str, store: MetadataStore | None = None
) -> Any:  # noqa: ANN401 -- pyiceberg's Table
    """Returns a table as it is now; what is committed to it must find it so.

    Args:
        store: Where its metadata are; None for S3, with nothing kept.

    Raises:
        QueryError: Its metadata is not there, or cannot be read.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    errors = module("exceptions")
    try:
        table = _catalog(clients, store or MetadataStore(clients)).load_table((database, name))
    except errors.NoSuchTableError as error:
        detail = f"Table 'awsdatacatalog.{database}.{name}' does not exist"
        raise QueryError(ErrorName.TABLE_NOT_FOUND, detail) from error
    except (FileNotFoundError, ValueError, errors.NoSuchPropertyException) as error:
        detail = f"Metadata of Iceberg table {database}.{name} cannot be read: {error}"
        raise QueryError(ErrorName.ICEBERG_INVALID_METADATA, detail) from error
    # A commit was worked out on what was read: on something newer it may be wrong.
    table.metadata.properties[_RETRIES] = "0"
    return table


def create_table(  # noqa: PLR0913 -- a table has so many parts
    clients: Clients,
    name: tuple[str, str],
    *,
    schema: Any,  # noqa: ANN401 -- pyiceberg's Schema
    spec: Any,  # noqa: ANN401 -- pyiceberg's PartitionSpec
    location: str,
    properties: Mapping[str, str],
) -> None:
    """Makes a table without rows.

    Raises:
        QueryError: Another one of its name came meanwhile.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    try:
        _catalog(clients, MetadataStore(clients)).create_table(
            name, schema, location=location, partition_spec=spec, properties=dict(properties)
        )
    except module("exceptions").TableAlreadyExistsError as error:
        detail = f"Table 'awsdatacatalog.{'.'.join(name)}' already exists"
        raise QueryError(ErrorName.TABLE_ALREADY_EXISTS, detail) from error


def change_rows(table: Any, *, added: Iterable[Any], removed: Iterable[Any] = ()) -> None:  # noqa: ANN401 -- of pyiceberg
    """Commits data files in the place of others, all of them or none.

    Args:
        table: The table as it was opened.
        added: pyiceberg's data files that come.
        removed: Those that go.

    Raises:
        QueryError: The table was changed since it was opened.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    new, old = list(added), list(removed)
    if not new and not old:
        return
    with _committing(table), table.transaction() as transaction:
        update = transaction.update_snapshot()
        with update.overwrite() if old else update.fast_append() as snapshot:
            for file in old:
                snapshot.delete_data_file(file)
            for file in new:
                snapshot.append_data_file(file)


def expire_snapshots(table: Any, ids: Sequence[int]) -> None:  # noqa: ANN401 -- pyiceberg's Table
    """Makes a table forget snapshots; their files stay.

    Raises:
        QueryError: The table was changed since it was opened.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    if ids:
        with _committing(table):
            table.maintenance.expire_snapshots().by_ids(list(ids)).commit()


@contextmanager
def changing(table: Any) -> Generator[Any]:  # noqa: ANN401 -- of pyiceberg
    """Yields a transaction on a table, which is committed at the end.

    Raises:
        QueryError: The table was changed since it was opened.
        botocore.exceptions.ClientError: Glue or S3 refused.
    """
    with _committing(table), table.transaction() as transaction:
        yield transaction


@contextmanager
def _committing(table: Any) -> Generator[None]:  # noqa: ANN401 -- pyiceberg's Table
    errors = module("exceptions")
    try:
        yield
    except (errors.CommitFailedException, errors.ValidationException) as error:
        detail = (
            f"Failed to commit Iceberg update to table: {'.'.join(table.name())}. It was changed"
            f" by another statement meanwhile; nothing of this one is seen. Run it again. ({error})"
        )
        raise QueryError(ErrorName.ICEBERG_COMMIT_ERROR, detail) from error


def _catalog(clients: Clients, store: MetadataStore) -> Any:  # noqa: ANN401 -- pyiceberg's GlueCatalog
    catalog = module("catalog.glue").GlueCatalog("athena", client=clients.client("glue"))

    def file_io(*_: object, **__: object) -> MetadataStore:
        return store

    def never(_: str) -> bool:
        return False

    # It would open S3 with credentials and an endpoint of its own.
    catalog._load_file_io = file_io  # noqa: SLF001
    # It would ask for the database, for which MiniStack wants a permission that nobody has.
    catalog._is_s3tables_database = never  # noqa: SLF001
    return catalog
