"""Until when Firehose has delivered everything, by its own metric.

`DeliveryToS3.DataFreshness` is the age of the oldest record that is not in S3 yet, and there is a
data point only for a minute in which something was delivered:
https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from firelake.infra.watch.metrics import Metric
from firelake.operations.errors import OpsError
from firelake.operations.metric_data import metric_data
from firelake.operations.refusals import refused_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mypy_boto3_cloudwatch import CloudWatchClient

_PERIOD_S: Final = 60
# CloudWatch keeps minutes for 15 days, and only younger points are of use to anybody.
_LONGEST: Final = timedelta(days=14)


class FreshnessError(OpsError, RuntimeError):
    """Raised when CloudWatch does not tell."""


def delivered_until_ms(points: Iterable[tuple[datetime, float]]) -> int | None:
    """Returns the time until which everything is delivered.

    Args:
        points: The start of a minute, and the greatest age in seconds within it. The age was told
            at some moment of the minute, so the minute's start is the safe one.

    Returns:
        Unix time in milliseconds; None without points.
    """
    return max((int((at.timestamp() - age_s) * 1000) for at, age_s in points), default=None)


@dataclass(frozen=True, slots=True)
class CloudWatchFreshness:
    """The freshness of one delivery stream.

    Attributes:
        now: The time, UTC.
    """

    client: CloudWatchClient
    delivery_stream: str
    now: Callable[[], datetime]

    def __call__(self, since_ms: int) -> int | None:
        """Returns the time until which everything is delivered, by the points since a moment.

        Args:
            since_ms: Unix time in milliseconds; points before it could not tell anything new.

        Raises:
            FreshnessError: CloudWatch refused.
        """
        now = self.now()
        start = max(datetime.fromtimestamp(since_ms / 1000, UTC), now - _LONGEST)
        metric = Metric(
            "AWS/Firehose",
            "DeliveryToS3.DataFreshness",
            (("DeliveryStreamName", self.delivery_stream),),
        )
        points: list[tuple[datetime, float]] = []
        what = f"the freshness of {self.delivery_stream!r} cannot be asked for"
        with refused_as(FreshnessError, what):
            results = metric_data(
                self.client,
                {"freshness": metric},
                "Maximum",
                period_s=_PERIOD_S,
                since=start.replace(second=0, microsecond=0),
                until=now + timedelta(seconds=_PERIOD_S),
            )
            for result in results:
                found = zip(result.get("Timestamps", []), result.get("Values", []), strict=True)
                points.extend(found)
        return delivered_until_ms(points)
