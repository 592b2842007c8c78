"""An erasure put together from a stack's settings: clients, clock, what the lake keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from firelake.aws.expiry import Lifecycle
from firelake.aws.query_run import LONGEST_STATEMENT_S, Athena
from firelake.history.erase.dates import Keeping
from firelake.history.erase.errors import EraseError
from firelake.history.erase.looking import LakeObjects, Looker
from firelake.history.erase.register import Register
from firelake.history.glue_tables import GlueTables
from firelake.history.statement import GRACE_S
from firelake.operations.athena import athena_errors
from firelake.operations.lake_clock import LakeClock
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3 import S3Client

    from firelake.aws.clients import AwsClients
    from firelake.aws.lake_ref import LakeRef
    from firelake.catalog.erasures import Hiding


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """What an erasure works with.

    Attributes:
        database: The Glue database.
        hiding: What the deployed views hide by.
        columns: Glue types of the columns of `events`.
        register: That of the lake.
        looker: Looks for what is left.
        keeping: How long the lake keeps what.
        clock: Tells the time, by AWS.
    """

    database: str
    hiding: Hiding
    columns: Mapping[str, str]
    register: Register
    looker: Looker
    keeping: Keeping
    clock: LakeClock


def erasing_of(lake: LakeRef, clients: AwsClients) -> Erasing:
    """Return what an erasure of a lake works with.

    Raises:
        AwsError: The environment does not suffice, or does not say which lake.
        OpsError: AWS refused.
    """
    s3, dynamodb = clients.s3(), clients.dynamodb()
    tables = GlueTables(clients.glue(), lake.database)
    deployed, hiding = tables.deployed(), tables.hiding()
    clock = LakeClock(dynamodb, lake.claims_table)
    athena = Athena.of_lake(lake, clients, deadline_s=LONGEST_STATEMENT_S)

    def ask(sql: str) -> int:
        with athena_errors():
            ((count,),) = athena.answer(athena.run(sql)).rows
            return int(count or 0)

    return Erasing(
        database=lake.database,
        hiding=hiding,
        columns=deployed.columns,
        register=Register(s3, lake.bucket),
        looker=Looker(
            ask=ask,
            hiding=hiding,
            objects=LakeObjects(s3, lake.bucket),
            has_history=deployed.history is not None,
            grace_s=GRACE_S,
        ),
        keeping=keeping_of(lake, s3, clock, has_history=deployed.watermark is not None),
        clock=clock,
    )


def keeping_of(lake: LakeRef, s3: S3Client, clock: LakeClock, *, has_history: bool) -> Keeping:
    """Return how long a lake keeps what.

    Raises:
        OpsError: AWS refused.
    """
    with refused_as(EraseError, "S3 does not tell when objects expire"):
        lifecycle = Lifecycle.of(s3, lake.bucket)
    return Keeping(
        closing=clock.closing(lake),
        expire_days=lifecycle.expire_days,
        old_version_days=lifecycle.old_version_days,
        has_history=has_history,
        grace_s=GRACE_S,
    )
