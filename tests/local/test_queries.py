"""Questions to a delivered lake, through the endpoint: each answer is known beforehand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest

from firelake.aws.clients import AwsClients
from firelake.aws.errors import QueryDeadlineError, QueryFailedError
from firelake.aws.lake_ref import Fact, LakeRef
from firelake.aws.query import Lake
from firelake.aws.query_run import Athena
from firelake.aws.query_stored import StoredEvents
from firelake.catalog.queries import named_queries
from firelake.catalog.query_sql import parameter
from firelake.contract.names import view_name
from tests.helpers.contracts import LEARNING
from tests.unit.catalog.samples import lake as location_of

if TYPE_CHECKING:
    import pandas as pd

    from tests.helpers.queried_lake import QueriedLake

pytestmark = pytest.mark.local


@pytest.fixture
def lake(queried_lake: QueriedLake, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """The lake as a notebook opens it."""
    for name, value in queried_lake.environment.items():
        monkeypatch.setenv(name, value)
    return Lake.from_environment()


@pytest.fixture
def runner(queried_lake: QueriedLake, lake: Lake) -> Athena:
    del lake  # It has set the environment.
    lake_ref = LakeRef.resolve({}, queried_lake.environment)
    return Athena.of_lake(lake_ref, AwsClients())


def rows_of(frame: pd.DataFrame, column: str, *values: str) -> list[dict[str, Any]]:
    """The rows in which a column has one of the values, without what differs from run to run."""
    chosen = frame[frame[column].isin(values)]
    return cast("list[dict[str, Any]]", chosen.to_dict("records"))


def pairs(runner: Athena, sql: str) -> dict[str | None, str | None]:
    """A query's first column to its second."""
    return {row[0]: row[1] for row in runner.answer(runner.run(sql)).rows}


# --- named queries ------------------------------------------------------------------------------


def test_rows_and_events_are_counted_by_type_and_day(lake: Lake, queried_lake: QueriedLake) -> None:
    day, before = queried_lake.day, queried_lake.day_before
    counts = lake.counts(start=before)
    assert rows_of(counts, "event_type", "story", "support") == [
        {"event_type": "story", "created_date": before, "row_count": 1, "event_count": 1},
        # Each file of that day is there twice.
        {"event_type": "story", "created_date": day, "row_count": 10, "event_count": 5},
        {"event_type": "support", "created_date": day, "row_count": 1, "event_count": 1},
    ]


def test_files_are_counted_with_their_sizes(lake: Lake, queried_lake: QueriedLake) -> None:
    sizes = queried_lake.sizes
    partitions = lake.partitions(start=queried_lake.day, end=queried_lake.day + timedelta(days=1))
    assert rows_of(partitions, "event_type", "story") == [
        {
            "event_type": "story",
            "dt": queried_lake.day.isoformat(),
            "file_count": 2 * len(sizes),
            "row_count": 10,
            "total_bytes": 2 * sum(sizes),
            "smallest_bytes": min(sizes),
            "largest_bytes": max(sizes),
        }
    ]


def test_freshness_tells_the_newest_arrival_and_the_delays(
    lake: Lake, queried_lake: QueriedLake
) -> None:
    (ticket,) = lake.read_events("support:ticket:opened", start=queried_lake.day).to_dict("records")
    freshness = lake.freshness(start=queried_lake.day)
    (told,) = rows_of(freshness, "event_type", "support")
    arrival = ticket["ingested_at"]
    delay_s = int((arrival - ticket["created_datetime"]).total_seconds())
    assert told["newest_arrival"] == arrival
    assert (told["median_delay_s"], told["p99_delay_s"]) == (delay_s, delay_s)
    age_s = (datetime.now(UTC).replace(tzinfo=None) - arrival).total_seconds()
    assert 0 <= told["newest_arrival_age_s"] <= age_s


def test_copies_are_counted_in_the_raw_records(lake: Lake, queried_lake: QueriedLake) -> None:
    duplicates = lake.duplicates(start=queried_lake.day)
    sums = duplicates.groupby("event_name")[["sent_count", "event_count", "copy_count"]].sum()
    assert list(sums.loc["story:started"]) == [6, 4, 2]
    assert list(sums.loc["story:completed"]) == [2, 1, 1]
    assert not {"story:paused", "support:ticket:opened"} & set(sums.index)


def test_errors_are_counted_by_name_also_of_what_is_no_json(
    lake: Lake, queried_lake: QueriedLake
) -> None:
    errors = lake.errors(start=queried_lake.day)
    sums = errors.groupby(["event_name", "type", "error_code"])["object_count"].sum()
    failed = ("processing-failed", "Lambda.ProcessingFailedStatus")
    assert sums["support:ticket:opened", *failed] == 2
    assert sums["support:ticket:rated", *failed] == 1
    hours = set(errors["arrival_hour"])
    assert all(hour.minute == hour.second == 0 for hour in hours)


def test_drift_tells_the_fields_that_the_contract_does_not_know(
    lake: Lake, queried_lake: QueriedLake
) -> None:
    drift = lake.drift(start=queried_lake.day)
    found = {
        (each["event_name"], each["field"]): each
        for each in rows_of(drift, "event_name", "story:started", "story:paused", "game:won")
    }
    assert set(found) == {
        ("story:started", "mood"),
        ("story:started", "stars"),
        ("story:paused", "page"),
        ("game:won", "prize"),
    }
    mood = found["story:started", "mood"]
    # Two events, each of which was delivered twice.
    assert (mood["row_count"], mood["null_count"], mood["text_count"]) == (2, 1, 1)
    assert (mood["first_dt"], mood["sample"]) == (queried_lake.day.isoformat(), '"good"')
    assert found["story:started", "stars"]["integer_count"] == 1
    assert found["game:won", "prize"]["json_count"] == 1


def test_every_named_query_runs_as_athena_keeps_it(
    runner: Athena, queried_lake: QueriedLake
) -> None:
    database = str(queried_lake.cloud.outputs["database"])
    for query in named_queries(location_of()):
        answer = runner.answer(runner.run(query.sql.replace('"a_lake"', f'"{database}"')))
        assert len(list(answer.rows)) > 0, query.name


# --- views and events ---------------------------------------------------------------------------


def test_a_view_has_each_event_once_whatever_was_delivered_twice(
    lake: Lake, queried_lake: QueriedLake
) -> None:
    found = lake.read_sql(
        """
        SELECT event_uuid, count(*) AS rows FROM events_unique
        WHERE dt BETWEEN ? AND ? AND event_type IN ('story', 'unregistered')
          AND event_name IN ('story:started', 'story:completed', 'story:paused', 'game:won')
        GROUP BY event_uuid
        ORDER BY event_uuid
        """,
        [lake.dt(queried_lake.day_before), lake.dt(queried_lake.day)],
    )
    names = ["game-1", "story-1", "story-2", "story-3", "story-4", "story-5", "story-6"]
    assert found.to_dict("list") == {"event_uuid": names, "rows": [1] * 7}


def test_a_view_of_each_type_has_the_events_of_its_name(
    runner: Athena, queried_lake: QueriedLake
) -> None:
    events = list(LEARNING.events.values())
    first_of = {each.event_type: each.name for each in reversed(events)}
    since = parameter(queried_lake.day_before.isoformat())
    by_view = pairs(
        runner,
        " UNION ALL ".join(
            f"SELECT {parameter(name)}, count(*) FROM {view_name(name)} WHERE dt >= {since}"  # noqa: S608 -- names of the contract
            for name in first_of.values()
        ),
    )
    by_name = pairs(
        runner,
        "SELECT event_name, count(*) FROM events_unique"  # noqa: S608 -- a date
        f" WHERE dt >= {since} AND event_type <> 'unregistered' GROUP BY 1",
    )
    assert by_view == {name: by_name[name] for name in first_of.values()}
    assert by_view["story:started"] == "4"


def test_events_come_with_their_values_as_they_were_sent(
    lake: Lake, queried_lake: QueriedLake
) -> None:
    day = queried_lake.day
    columns = ["event_uuid", "created_at", "created_datetime", "user_id", "course_id", "extras"]
    started = lake.read_events(
        "story:started", start=day, end=day + timedelta(days=1), columns=columns
    )
    assert list(started["event_uuid"]) == ["story-1", "story-2", "story-3"]
    assert [str(each) for each in started["created_datetime"]] == [
        f"{day} 08:00:00",
        f"{day} 08:30:00",
        f"{day} 09:00:00",
    ]
    assert list(started["course_id"].isna()) == [True, False, False]
    assert list(started["course_id"])[1:] == ["", "NaN"]
    assert list(started["extras"])[1:] == ['{"mood":"good"}', '{"mood":null,"stars":3}']
    assert started.attrs["scanned_bytes"] > 0
    (completed,) = lake.read_events("story:completed", start=day).to_dict("records")
    assert list(completed["question_results"]) == [True, None, False]
    assert (completed["duration_s"], completed["xp_earned"]) == (61.5, 20)


def test_a_period_ends_before_its_end(lake: Lake, queried_lake: QueriedLake) -> None:
    started = lake.read_events(
        "story:started",
        start=queried_lake.at(8, 30),
        end=queried_lake.at(9),
        columns=["event_uuid"],
    )
    assert list(started["event_uuid"]) == ["story-2"]


def test_events_that_the_contract_does_not_know_are_found(
    lake: Lake, queried_lake: QueriedLake
) -> None:
    for name, uuid, event_type, extras in (
        ("story:paused", "story-6", "story", '{"page":3}'),
        ("game:won", "game-1", "unregistered", '{"prize":{"gold": 2.5}}'),
    ):
        (event,) = lake.read_events(name, start=queried_lake.day).to_dict("records")
        assert (event["event_uuid"], event["event_type"]) == (uuid, event_type)
        assert json.loads(event["extras"]) == json.loads(extras)


@pytest.mark.parametrize("event_name", ["payment:order:completed", "streak:extended", "app:opened"])
def test_no_events_have_the_types_of_events(
    lake: Lake, queried_lake: QueriedLake, event_name: str
) -> None:
    some = lake.read_events(event_name, start=queried_lake.day_before)
    none = lake.read_events(event_name, start=date(2020, 1, 1), end=date(2020, 1, 2))
    assert (len(some) > 0, len(none)) == (True, 0)
    assert none.dtypes.astype(str).to_dict() == some.dtypes.astype(str).to_dict()


def test_fewer_columns_and_partitions_are_fewer_bytes(
    lake: Lake, queried_lake: QueriedLake
) -> None:
    day = queried_lake.day
    one_day = lake.read_events("story:started", start=day, columns=["event_uuid"])
    two_days = lake.read_events(
        "story:started", start=queried_lake.day_before, columns=["event_uuid"]
    )
    all_columns = lake.read_events("story:started", start=day)
    assert (
        one_day.attrs["scanned_bytes"]
        < two_days.attrs["scanned_bytes"]
        < all_columns.attrs["scanned_bytes"] + two_days.attrs["scanned_bytes"]
    )
    assert one_day.attrs["scanned_bytes"] < all_columns.attrs["scanned_bytes"]


def test_values_reach_the_query_as_they_are(lake: Lake) -> None:
    moment = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    found = lake.read_sql(
        "SELECT ? AS a, ? AS b, ? AS c, ? AS d, ? AS e, ? AS f",
        ["2024-03-02", "it's", 1.5, Decimal("1.10"), date(2024, 3, 2), moment],
    )
    assert found.iloc[0].to_list() == [
        "2024-03-02",
        "it's",
        1.5,
        Decimal("1.10"),
        date(2024, 3, 2),
        moment.replace(tzinfo=None),
    ]


def test_a_query_that_fails_tells_athenas_reason(lake: Lake) -> None:
    with pytest.raises(QueryFailedError, match=r"^query [0-9a-f-]{36} failed: .*no_such_column"):
        lake.read_sql("SELECT no_such_column FROM events WHERE dt >= ?", ["2026-11-22"])


def test_a_query_beyond_its_deadline_is_stopped(queried_lake: QueriedLake, runner: Athena) -> None:
    lake_ref = LakeRef.resolve({}, queried_lake.environment)
    client = cast("Any", boto3).Session().client("athena")
    moments = iter((0.0, 400.0))
    impatient = Athena(
        client,
        database=lake_ref.database,
        workgroup=lake_ref.workgroup,
        now_s=lambda: next(moments),
        sleep=lambda _: None,
    )
    query_id = impatient.start(
        "SELECT count(*) FROM events a CROSS JOIN events b CROSS JOIN events c"
    )
    with pytest.raises(QueryDeadlineError):
        impatient.wait(query_id)
    # Athena stops a query in its own time.
    with pytest.raises(QueryFailedError, match="was cancelled"):
        runner.wait(query_id)


# --- who may ask ----------------------------------------------------------------------------------


def session_of(queried_lake: QueriedLake, policy: str) -> boto3.Session:
    """A session of somebody who has a policy of the stack, and nothing else."""
    session = cast("Any", boto3.Session())
    iam, sts = session.client("iam"), session.client("sts")
    anybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [anybody]})
    role = iam.create_role(RoleName=f"person-with-{policy}", AssumeRolePolicyDocument=trust)["Role"]
    iam.attach_role_policy(
        RoleName=role["RoleName"], PolicyArn=str(queried_lake.cloud.outputs[policy])
    )
    given = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="person")["Credentials"]
    return boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def test_an_analyst_reads_events_by_every_way_and_neither_copies_nor_errors(
    lake: Lake, queried_lake: QueriedLake
) -> None:
    del lake  # It has set the environment.
    workgroup = str(queried_lake.cloud.outputs["analystWorkgroup"])
    lake_ref = LakeRef.resolve({Fact.WORKGROUP: workgroup}, queried_lake.environment)
    analysts = Lake(session_of(queried_lake, "analystPolicyArn"), lake_ref)
    day = queried_lake.day
    completed = analysts.read_events("story:completed", start=day, columns=["event_uuid"])
    assert list(completed["event_uuid"]) == ["story-4"]
    events = "SELECT count(*) AS events FROM event_story__started WHERE dt = ?"
    assert analysts.read_sql(events, [day.isoformat()])["events"].to_list() == [3]
    assert len(analysts.freshness(start=day)) > 0
    for ask in (analysts.duplicates, analysts.errors):
        with pytest.raises(QueryFailedError, match="PERMISSION_DENIED"):
            ask(start=day)


# --- what is stored -----------------------------------------------------------------------------


def test_stored_events_are_those_of_the_partitions_asked_about(
    runner: Athena, queried_lake: QueriedLake
) -> None:
    day = queried_lake.day.isoformat()
    partitions = [("story", day), ("unregistered", day), ("story", "2026-01-01")]
    uuids = ["story-1", "story-5", "story-6", "game-1", "ticket-1", "absent", "it's"]
    found = StoredEvents(runner).stored_identities(partitions, uuids)
    assert {uuid for uuid, _, _ in found} == {"story-1", "story-6", "game-1"}
