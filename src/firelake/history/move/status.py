"""How history stands: the watermark, what is due, and the files of both stores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.contract.layout import EVENTS_PREFIX, HISTORY_PREFIX
from firelake.history.backfill.store import S3Files
from firelake.history.move.wiring import means_of

if TYPE_CHECKING:
    from firelake.aws.clients import AwsClients
    from firelake.aws.lake_ref import LakeRef
    from firelake.history.glue_tables import DeployedTables
    from firelake.history.move.means import Means

_MOST: int = 100_000


@dataclass(frozen=True, slots=True)
class Standing:
    """How history stands.

    Attributes:
        watermark: The first period whose files the views read; None without history.
        is_read: Whether there is a table of history, of which the views read all columns.
        due: The closed periods that have files.
        files: The files under `events/`.
        history_files: Those of the table of history, without Iceberg's metadata; also such as
            its latest snapshot does not have any more.
    """

    watermark: str | None
    is_read: bool
    due: tuple[str, ...]
    files: int
    history_files: int


def status_of(lake: LakeRef, clients: AwsClients) -> Standing:
    """Ask how history stands.

    Raises:
        AwsError: The environment does not suffice, or does not say which lake.
        OpsError: AWS refused.
    """
    means = means_of(lake, clients, lambda _: None)
    deployed = means.tables.deployed()
    store = S3Files(clients.s3(), lake.bucket)
    return Standing(
        watermark=deployed.watermark,
        is_read=deployed.history is not None and deployed.read >= deployed.columns.keys(),
        due=_due(means, deployed),
        files=len(store.files(EVENTS_PREFIX)),
        history_files=len(store.files(f"{HISTORY_PREFIX}data/")),
    )


def _due(means: Means, deployed: DeployedTables) -> tuple[str, ...]:
    if deployed.watermark is None:
        return ()
    end = means.closed_end(deployed.watermark, _MOST)
    return tuple(sorted(dt for dt in means.files.there() if deployed.first_dt <= dt < end))
