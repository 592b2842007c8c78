"""What CloudWatch and Glue say of a stack: its metrics, and its crawler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from firelake.aws.error_codes import error_code
from firelake.contract.names import TABLE_EVENTS
from firelake.operations.errors import OpsError
from firelake.operations.metric_data import metric_data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_glue import GlueClient

    from firelake.infra.watch.metrics import Metric

_PERIOD_S: Final = 60
_READY: Final = "READY"
_MISSING: Final = "EntityNotFoundException"
_RUNNING: Final = "CrawlerRunningException"
_REFUSED: Final = frozenset({"AccessDeniedException", "AccessDenied"})


class ServiceError(OpsError, RuntimeError):
    """Raised when CloudWatch or Glue refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlerState:
    """A crawler as Glue tells of it.

    Attributes:
        is_ready: Whether it runs no more.
        is_of_events: Whether it looks after `events`.
        last_status: How its last run ended, such as `SUCCEEDED`; empty where there was none.
        last_message: What its last run says.
    """

    is_ready: bool
    is_of_events: bool
    last_status: str
    last_message: str


def metric_sums(
    client: CloudWatchClient, metrics: Mapping[str, Metric], *, since_s: float, now_s: float
) -> dict[str, float]:
    """Returns the sum of each metric since a moment; those without a data point are left out.

    Args:
        metrics: The metrics, by a short name of lower-case letters.
        since_s: Unix time; its whole minute counts.
        now_s: Unix time.

    Raises:
        ServiceError: CloudWatch refused.
    """
    start = datetime.fromtimestamp(since_s, UTC).replace(second=0, microsecond=0)
    end = datetime.fromtimestamp(now_s, UTC) + timedelta(seconds=_PERIOD_S)
    sums: dict[str, float] = {}
    try:
        for result in metric_data(
            client, metrics, "Sum", period_s=_PERIOD_S, since=start, until=end
        ):
            values, name = result.get("Values", []), result.get("Id", "")
            if values:
                sums[name] = sums.get(name, 0.0) + sum(values)
    except (ClientError, BotoCoreError) as error:
        message = f"CloudWatch cannot be asked for the stack's metrics: {error}"
        raise ServiceError(message) from error
    return sums


@dataclass(frozen=True, slots=True)
class Crawler:
    """The crawler of a stack.

    Attributes:
        database: Of Glue.
    """

    client: GlueClient
    name: str
    database: str

    def state(self) -> CrawlerState | str:
        """Returns how it is, or in words why that is not known.

        Raises:
            ServiceError: Glue refused for another reason than that nobody may ask, or that there
                is no such crawler.
        """
        try:
            crawler = self.client.get_crawler(Name=self.name)["Crawler"]
        except (ClientError, BotoCoreError) as error:
            if self._expected(error, _MISSING, *_REFUSED) == _MISSING:
                return "the stack has no crawler"
            return "whoever runs this may not call glue:GetCrawler"
        targets = crawler.get("Targets", {}).get("CatalogTargets", [])
        last = crawler.get("LastCrawl", {})
        return CrawlerState(
            is_ready=crawler.get("State") == _READY,
            is_of_events=[(each["DatabaseName"], each["Tables"]) for each in targets]
            == [(self.database, [TABLE_EVENTS])],
            last_status=last.get("Status", ""),
            last_message=last.get("ErrorMessage", ""),
        )

    def start(self) -> None:
        """Start it; one that runs is left to.

        Raises:
            ServiceError: Glue refused.
        """
        try:
            self.client.start_crawler(Name=self.name)
        except (ClientError, BotoCoreError) as error:
            self._expected(error, _RUNNING)

    def has_partition(self, values: Sequence[str]) -> bool:
        """Whether a partition of `events` is registered.

        Args:
            values: Its values, in the order of the table's keys.

        Raises:
            ServiceError: Glue refused.
        """
        try:
            self.client.get_partition(
                DatabaseName=self.database, TableName=TABLE_EVENTS, PartitionValues=[*values]
            )
        except (ClientError, BotoCoreError) as error:
            self._expected(error, _MISSING)
            return False
        return True

    def _expected(self, error: ClientError | BotoCoreError, *codes: str) -> str:
        """Returns the code of a refusal if it is one of these.

        Raises:
            ServiceError: It is another, or none at all.
        """
        code = error_code(error) if isinstance(error, ClientError) else ""
        if code in codes:
            return code
        message = f"Glue cannot be asked about the crawler {self.name}: {error}"
        raise ServiceError(message) from error
