"""`firelake report` of a delivered lake: its numbers are those of SQL run beside it."""

from __future__ import annotations

import base64
import gzip
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
import pytest
from typer.testing import CliRunner

from firelake.aws.lake_ref import Fact, LakeRef
from firelake.aws.query_run import Athena
from firelake.cli.app import app
from firelake.failures.errors.events import split
from firelake.health.report.findings import Gap, Span
from firelake.health.report.wiring import report_of
from tests.helpers.contracts import LEARNING
from tests.helpers.queried_lake import SAMPLE_EVENTS
from tests.unit.operations.page.page_elements import (
    assert_each_chart_has_both_forms_and_words,
    assert_policy_allows_data_images_and_the_one_style,
    assert_runs_and_loads_nothing,
)

if TYPE_CHECKING:
    from tests.helpers.queried_lake import QueriedLake

pytestmark = pytest.mark.local

TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
    ],
}


@pytest.fixture(scope="module")
def environment(queried_lake: QueriedLake) -> dict[str, str]:
    return dict(queried_lake.environment)


@pytest.fixture(scope="module")
def text(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page, as an administrator makes it."""
    out = tmp_path_factory.mktemp("report") / "new" / "page.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boto3, "DEFAULT_SESSION", None)  # that of another lake, where there was one
        done = CliRunner().invoke(
            app, ["report", "--hours", "3", "--out", str(out)], env=environment
        )
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{out}\n"
    assert done.stderr == ""
    assert [path.name for path in out.parent.iterdir()] == ["page.html"]
    return out.read_text("utf-8")


@pytest.fixture
def ask(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Athena:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    client = cast("Any", boto3).Session().client("athena")
    return Athena(
        client,
        database=environment["FIRELAKE_DATABASE"],
        workgroup=environment["FIRELAKE_WORKGROUP"],
    )


def answers(athena: Athena, sql: str) -> list[tuple[str | None, ...]]:
    return list(athena.answer(athena.run(sql)).rows)


def totals(text: str) -> dict[str, int]:
    found = re.findall(r"<dt>([^<]*)</dt><dd>([0-9,-]+)</dd>", text)
    return {name: int(value.replace(",", "")) for name, value in found}


def objects(queried_lake: QueriedLake, prefix: str) -> list[bytes]:
    """The contents of all objects under a prefix."""
    clients = queried_lake.cloud.clients
    bucket = {"Bucket": queried_lake.cloud.outputs["bucket"]}
    entries = clients.pages("s3", "ListObjectsV2", {**bucket, "Prefix": prefix}, "Contents")
    bodies: list[bytes] = []
    for entry in entries:
        body: bytes = clients.call("s3", "GetObject", {**bucket, "Key": entry["Key"]})[
            "Body"
        ].read()
        bodies.append(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)
    return bodies


def events_in(data: bytes) -> int:
    """How many events there are on lines with anything on them."""
    return sum(len(split(line)) for line in data.split(b"\n") if line.strip())


def section(text: str, title: str) -> str:
    return text.partition(f">{title}</h2>")[2].partition("</section>")[0]


def rows(part: str) -> list[list[str]]:
    return [
        [re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", part)
    ]


def test_the_page_is_complete_in_itself(text: str) -> None:
    assert_runs_and_loads_nothing(text)
    assert_policy_allows_data_images_and_the_one_style(text)
    assert_each_chart_has_both_forms_and_words(text, 9)
    assert 'class="gap"' not in text


def test_the_totals_are_those_of_sql_and_of_the_objects_and_add_up(
    text: str, ask: Athena, queried_lake: QueriedLake
) -> None:
    told = totals(text)
    ((events, lost),) = answers(
        ask,
        "SELECT count(*), count_if(event_type = 'unregistered') FROM events_unique"
        " WHERE dt >= '2000-01-01'",
    )
    ((row_count,),) = answers(ask, "SELECT count(*) FROM events WHERE dt >= '2000-01-01'")
    assert told["delivered"] == int(events or 0)
    assert told["unregistered"] >= int(lost or 0) > 0
    assert told["rows that Firehose delivered twice"] == int(row_count or 0) - int(events or 0)
    lines = b"\n".join(objects(queried_lake, "errors/")).split(b"\n")
    failed = [events_in(base64.b64decode(json.loads(line)["rawData"])) for line in lines if line]
    # A record with nothing in it is no line of raw/, but was sent and failed, as one event.
    blank = failed.count(0)
    assert blank > 0
    assert told["sent"] == sum(map(events_in, objects(queried_lake, "raw/"))) + blank
    assert told["failed"] == sum(failed) + blank
    assert told["duplicate or on the way"] == told["sent"] - told["delivered"] - told["failed"]


def test_each_event_type_has_the_count_of_sql(text: str, ask: Athena) -> None:
    heads, *_, sums = rows(section(text, "Events by type and hour"))
    told = dict(zip(heads[1:], (int(each.replace(",", "")) for each in sums[1:]), strict=True))
    counted = answers(
        ask, "SELECT event_type, count(*) FROM events_unique WHERE dt >= '2000-01-01' GROUP BY 1"
    )
    assert told == {name: int(count or 0) for name, count in counted}


def test_rates_are_those_that_cloudwatch_drew_from_the_functions_log(text: str) -> None:
    part = section(text, "Delivered, duplicate, invalid and unregistered over time")
    assert "Per attempt, from CloudWatch: " in part
    name, received, delivered, *_ = rows(part)[-1]
    assert name == "all"
    # The emulator writes its log a while after the calls.
    assert 0 < int(delivered.replace(",", "")) < int(received.replace(",", ""))


def test_reasons_samples_and_drift_are_those_that_were_sent(text: str) -> None:
    failed = section(text, "Why events failed")
    assert ["support:ticket:opened", "2"] in rows(failed)
    assert "<b>not_json</b>" in failed
    assert "firelake errors --reason not_json" in failed
    drift = {row[0]: row for row in rows(section(text, "Contract drift"))}
    assert drift["stars"][:2] == ["stars", "bigint"]


def test_an_analyst_gets_a_report_with_stated_gaps(
    environment: dict[str, str], queried_lake: QueriedLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    root = cast("Any", boto3.Session())
    # It has kept the credentials of the tests before.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    iam, sts = root.client("iam"), root.client("sts")
    role = iam.create_role(
        RoleName="reports-as-analyst", AssumeRolePolicyDocument=json.dumps(TRUST)
    )["Role"]
    policy = str(queried_lake.cloud.outputs["analystPolicyArn"])
    iam.attach_role_policy(RoleName=role["RoleName"], PolicyArn=policy)
    given = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="analyst")["Credentials"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", given["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", given["SecretAccessKey"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", given["SessionToken"])
    now = datetime.now(UTC)
    workgroup = str(queried_lake.cloud.outputs["analystWorkgroup"])
    lake = LakeRef.resolve({Fact.WORKGROUP: workgroup}, environment)
    found = report_of(lake, LEARNING, Span.around(now - timedelta(hours=3), now), now)
    assert not isinstance(found.arrivals, Gap)
    assert sum(each.events for each in found.arrivals) > SAMPLE_EVENTS / 2
    for part in (found.sent, found.failed):
        assert isinstance(part, Gap)
        assert "PERMISSION_DENIED" in part.why
    for part in (found.attempts, found.delivery_ages_s, found.failures):
        assert isinstance(part, Gap)
        assert "not authorized" in part.why or "AccessDenied" in part.why
