"""What Glue and CloudWatch answer, and refuse, by botocore's own stubs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import pytest
from botocore.stub import Stubber

from firelake.aws.lake_ref import Fact, LakeRef
from firelake.health.verify.services import Crawler, CrawlerState, ServiceError, metric_sums
from firelake.health.verify.wiring import metrics_of
from firelake.infra.naming import Names
from firelake.operations.stack_names import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES: Final = Names("firelake", "dev", "", "")
STARTED: Final = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)


def client(service: str) -> Any:  # noqa: ANN401 -- boto3 types each service by itself
    return cast("Any", boto3).client(
        service,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture(scope="module")
def glue() -> Any:  # noqa: ANN401 -- as above
    return client("glue")


@pytest.fixture
def stub(glue: Any) -> Iterator[Stubber]:  # noqa: ANN401 -- as above
    with Stubber(glue) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_a_crawler_is_told_as_glue_has_it(glue: Any, stub: Stubber) -> None:  # noqa: ANN401
    answer = {
        "State": "READY",
        "Targets": {"CatalogTargets": [{"DatabaseName": "firelake_dev", "Tables": ["events"]}]},
        "LastCrawl": {"Status": "FAILED", "ErrorMessage": "denied", "StartTime": STARTED},
    }
    stub.add_response("get_crawler", {"Crawler": answer}, {"Name": NAMES.crawler})
    assert Crawler(glue, NAMES.crawler, "firelake_dev").state() == CrawlerState(
        is_ready=True,
        is_of_events=True,
        last_status="FAILED",
        last_message="denied",
    )


def test_a_crawler_of_other_tables_is_not_that_of_events(glue: Any, stub: Stubber) -> None:  # noqa: ANN401
    stub.add_response("get_crawler", {"Crawler": {"State": "RUNNING"}})
    state = Crawler(glue, "c", "d").state()
    assert isinstance(state, CrawlerState)
    assert (state.is_ready, state.is_of_events, state.last_status) == (False, False, "")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("EntityNotFoundException", "the stack has no crawler"),
        ("AccessDeniedException", "whoever runs this may not call glue:GetCrawler"),
    ],
)
def test_why_a_crawler_is_not_known_is_told(
    glue: Any,  # noqa: ANN401
    stub: Stubber,
    code: str,
    told: str,
) -> None:
    stub.add_client_error("get_crawler", code)
    assert Crawler(glue, "c", "d").state() == told


def test_other_refusals_of_glue_are_errors(glue: Any, stub: Stubber) -> None:  # noqa: ANN401
    crawler = Crawler(glue, "c", "d")
    for operation, call in (
        ("get_crawler", crawler.state),
        ("start_crawler", crawler.start),
        ("get_partition", lambda: crawler.has_partition(("lesson", "2026-11-22"))),
    ):
        stub.add_client_error(operation, "InternalServiceException")
        with pytest.raises(ServiceError, match="InternalServiceException"):
            call()


def test_a_crawler_that_runs_already_is_left_to(glue: Any, stub: Stubber) -> None:  # noqa: ANN401
    stub.add_client_error("start_crawler", "CrawlerRunningException")
    Crawler(glue, "c", "d").start()


def test_a_partition_that_glue_does_not_know_is_not_registered(glue: Any, stub: Stubber) -> None:  # noqa: ANN401
    stub.add_client_error("get_partition", "EntityNotFoundException")
    assert Crawler(glue, "c", "d").has_partition(("lesson", "2026-11-22")) is False


def test_metrics_are_summed_and_those_without_points_left_out() -> None:
    cloudwatch = client("cloudwatch")
    metrics = metrics_of(NAMES)
    with Stubber(cloudwatch) as stubber:
        for values in ([1.0, 2.0], [4.0]):
            stubber.add_response(
                "get_metric_data",
                {
                    "MetricDataResults": [
                        {"Id": "read", "Values": values},
                        {"Id": "matched", "Values": []},
                    ],
                    **({"NextToken": "more"} if len(values) == 2 else {}),
                },
            )
        now_s = STARTED.timestamp()
        assert metric_sums(cloudwatch, metrics, since_s=now_s, now_s=now_s + 60) == {"read": 7.0}
        stubber.add_client_error("get_metric_data", "AccessDenied")
        with pytest.raises(ServiceError, match="AccessDenied"):
            metric_sums(cloudwatch, metrics, since_s=now_s, now_s=now_s)


LAKE: Final = {
    Fact.NAME_PREFIX: "firelake-blue-green",
    Fact.DELIVERY_STREAM: "to-s3",
    Fact.CLAIMS_TABLE: "ids",
}


def test_names_without_an_output_begin_with_the_prefix_of_the_lake() -> None:
    names = names_of(LakeRef(LAKE))
    assert names.crawler == "firelake-blue-green-events"
    assert names.function_log_group == "/aws/lambda/firelake-blue-green-transform"
    metrics = metrics_of(names)
    assert metrics["matched"].dimensions == (("RuleName", "firelake-blue-green-error-objects"),)
    assert metrics["received"].dimensions == (("service", "firelake-blue-green"),)


def test_where_the_stack_has_no_rules_none_is_looked_at() -> None:
    assert "matched" not in metrics_of(names_of(LakeRef(LAKE)), has_rules=False)


def test_names_of_ones_own_are_as_they_were_given() -> None:
    own = {Fact.FUNCTION: "judge", Fact.CRAWLER: "nightly", Fact.ALARM_PREFIX: "acme"}
    names = names_of(LakeRef({**LAKE, **own}))
    assert (names.crawler, names.function_log_group) == ("nightly", "/aws/lambda/judge")
    metrics = metrics_of(names)
    assert metrics["freshness"].dimensions == (("DeliveryStreamName", "to-s3"),)
    assert metrics["claimwrites"].dimensions == (("TableName", "ids"),)
    assert metrics["matched"].dimensions == (("RuleName", "acme-error-objects"),)
