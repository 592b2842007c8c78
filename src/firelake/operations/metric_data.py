"""Data points of CloudWatch's metrics, asked for by all who judge a stack by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataResultTypeDef

    from firelake.infra.watch.metrics import Metric


def metric_data(  # noqa: PLR0913 -- each by what it is
    client: CloudWatchClient,
    metrics: Mapping[str, Metric],
    statistic: str,
    *,
    period_s: int,
    since: datetime,
    until: datetime,
) -> Iterator[MetricDataResultTypeDef]:
    """Yields what CloudWatch has of metrics: a result for each on every page, by its `Id`.

    Args:
        metrics: The metrics by the ids of their results, each of a lower-case letter first.
        statistic: The statistic, such as `Sum`.
        period_s: How much time a data point spans.
        since: The start of the first data point.
        until: The end of the time.

    Raises:
        BotoCoreError: CloudWatch cannot be reached.
        ClientError: It refused.
    """
    pages = client.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[
            {
                "Id": id_,
                "MetricStat": {
                    "Metric": {
                        "Namespace": metric.namespace,
                        "MetricName": metric.name,
                        "Dimensions": [
                            {"Name": name, "Value": value} for name, value in metric.dimensions
                        ],
                    },
                    "Period": period_s,
                    "Stat": statistic,
                },
            }
            for id_, metric in metrics.items()
        ],
        StartTime=since,
        EndTime=until,
    )
    for page in pages:
        yield from page["MetricDataResults"]
