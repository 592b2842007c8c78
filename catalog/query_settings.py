"""Which lake to ask, read once from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from catalog.errors import QuerySettingsError
from contract.layout import Granularity
from contract.names import ENV_GRANULARITY

if TYPE_CHECKING:
    from collections.abc import Mapping

ENV_BUCKET: Final = "FIRELAKE_BUCKET"
ENV_DATABASE: Final = "FIRELAKE_DATABASE"
ENV_WORKGROUP: Final = "FIRELAKE_WORKGROUP"

# So long a query may take before it is stopped; Athena's own limit is 30 minutes:
# https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
DEADLINE_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class QuerySettings:
    """What queries must know of a stack.

    Attributes:
        database: Name of the Glue database.
        workgroup: Name of the Athena workgroup, which says where results go.
        bucket: Name of the lake's bucket.
        granularity: How much time one `dt` partition of `events` spans.
        deadline_s: Seconds after which a query is stopped.
    """

    database: str
    workgroup: str
    bucket: str
    granularity: Granularity
    deadline_s: float = DEADLINE_S

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], *, deadline_s: float = DEADLINE_S
    ) -> QuerySettings:
        """Read the settings from the variables that `firelake env` prints.

        Args:
            environment: Variables and their values, as `os.environ` has them.
            deadline_s: Seconds after which a query is stopped.

        Raises:
            QuerySettingsError: A variable is missing, or is no granularity.
        """
        names = (ENV_DATABASE, ENV_WORKGROUP, ENV_BUCKET, ENV_GRANULARITY)
        missing = [name for name in names if not environment.get(name)]
        if missing:
            message = (
                f"{', '.join(missing)} not set: give the stack's outputs, or for the lake on this"
                ' machine run eval "$(firelake env)"'
            )
            raise QuerySettingsError(message)
        database, workgroup, bucket, granularity = (environment[name] for name in names)
        if granularity not in tuple(Granularity):
            message = (
                f"{ENV_GRANULARITY} is {granularity!r}: give the stack's output granularity,"
                f" one of {', '.join(Granularity)}"
            )
            raise QuerySettingsError(message)
        return cls(database, workgroup, bucket, Granularity(granularity), deadline_s)
