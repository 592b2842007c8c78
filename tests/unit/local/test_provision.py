"""Provisioners and the nets before them, with every API call recorded and none made."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import pytest

from firelake.formats.emulation import (
    InputError,
    ProvisionError,
    UnknownOutputError,
    UnknownTypeError,
)
from firelake.infra.program import program
from firelake.local.provision.place import Place
from firelake.local.provision.provider import MinistackProvider
from firelake.local.provision.registry import PROVISIONERS
from firelake.local.runner import Deployment, Stack, run_program
from tests.fakes.api_clients import RecordingClients
from tests.helpers.cloud_fixtures import CONFIGS
from tests.helpers.pulumi_recorder import MADE, zip_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from firelake.local.provider import Created, Registration

REGION = "us-east-1"


class SeeingProvider(MinistackProvider):
    """Keeps the outputs of each resource that was made."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.made: list[tuple[Registration, Created]] = []

    def create(self, registration: Registration) -> Created:
        created = super().create(registration)
        self.made.append((registration, created))
        return created


def place_of(clients: RecordingClients, region: str = REGION) -> Place:
    return Place(
        account_id="111122223333",
        region=region,
        clients=clients.as_clients(),
        now_ms=lambda: 1_795_305_600_000,
    )


def run(
    body: Callable[[], None],
    clients: RecordingClients | None = None,
    config: Mapping[str, object] | None = None,
) -> Deployment:
    provider = MinistackProvider(place_of(clients or RecordingClients()))
    return run_program(body, provider, Stack(project="firelake", name="dev", config=config or {}))


def refusal(body: Callable[[], None]) -> ProvisionError:
    with pytest.raises(ProvisionError) as raised:
        run(body)
    return raised.value


@pytest.fixture
def zip_path(tmp_path: Path) -> Path:
    path = tmp_path / "function.zip"
    path.write_bytes(b"PK")
    return path


@pytest.mark.parametrize("stack", sorted(CONFIGS))
def test_every_resource_of_the_program_has_the_outputs_that_the_provider_of_aws_gives(
    stack: str, zip_path: Path
) -> None:
    provider = SeeingProvider(place_of(RecordingClients()))
    run_program(
        lambda: program(zip_of=zip_at(zip_path), today=lambda: date(2026, 11, 22)),
        provider,
        Stack(project="firelake", name=stack, config=CONFIGS[stack]),
    )
    assert len(provider.made) > 150
    missing = {
        (registration.type, output)
        for registration, created in provider.made
        for output in MADE[registration.type][1]
        if output not in created.outputs
    }
    assert missing == set()


def test_there_is_a_provisioner_for_what_the_program_registers_and_no_other(
    zip_path: Path,
) -> None:
    types: set[str] = set()
    for stack, config in CONFIGS.items():
        deployment = run_program(
            lambda: program(zip_of=zip_at(zip_path), today=lambda: date(2026, 11, 22)),
            MinistackProvider(place_of(RecordingClients())),
            Stack(project="firelake", name=stack, config=config),
        )
        types |= {each.type for each in deployment.registrations if each.is_custom}
    assert types == set(PROVISIONERS)


# --- the nets -----------------------------------------------------------------------------------


def test_an_unknown_type_is_refused_with_the_resource_and_its_line() -> None:
    error = refusal(lambda: aws.sqs.Queue("jobs", name="jobs") and None)
    assert isinstance(error.__cause__, UnknownTypeError)
    assert "aws:sqs/queue:Queue 'jobs' (tests/unit/local/test_provision.py:" in str(error)
    assert "add it to src/firelake/local/provision/registry.py" in str(error)


def test_an_input_that_no_call_takes_is_refused() -> None:
    def body() -> None:
        aws.sns.Topic("alarms", name="alarms", http_success_feedback_sample_rate=5)

    error = refusal(body)
    assert isinstance(error.__cause__, InputError)
    assert "httpSuccessFeedbackSampleRate is not a member" in str(error)


def test_a_value_outside_of_awss_model_is_refused_before_any_call() -> None:
    clients = RecordingClients()

    def body() -> None:
        aws.kinesis.Stream("s", name="s", stream_mode_details={"stream_mode": "ONDEMAND"})

    with pytest.raises(ProvisionError, match="must be one of PROVISIONED, ON_DEMAND"):
        run(body, clients)
    assert clients.calls == []


def test_an_output_that_is_not_given_is_refused_where_it_is_used() -> None:
    def body() -> None:
        bucket = aws.s3.Bucket("lake", bucket="lake-of-events")
        pulumi.export("zone", bucket.hosted_zone_id)

    with pytest.raises(UnknownOutputError, match="output 'zone' of the stack"):
        run(body)


def test_two_resources_that_are_one_in_aws_are_refused() -> None:
    def body() -> None:
        first = aws.sns.Topic("first", name="alarms")
        aws.sns.Topic("second", name="alarms", opts=pulumi.ResourceOptions(depends_on=[first]))

    error = refusal(body)
    assert "aws:sns/topic:Topic 'second'" in str(error)
    assert "Topic 'first'" in str(error)
    assert "is 'arn:aws:sns:us-east-1:111122223333:alarms' too" in str(error)


def test_log_streams_of_one_name_in_two_groups_are_two() -> None:
    def body() -> None:
        for group in ("one", "two"):
            aws.cloudwatch.LogStream(group, name="delivery", log_group_name=group)

    assert len(run(body).registrations) == 2


def test_a_function_of_pulumi_that_is_not_known_is_refused() -> None:
    with pytest.raises(ProvisionError, match="does not answer 'aws:index/getArn:getArn'"):
        run(lambda: aws.get_arn(arn="arn:aws:s3:::lake") and None)


def test_the_program_is_told_where_it_runs() -> None:
    def body() -> None:
        caller, region = aws.get_caller_identity(), aws.get_region()
        pulumi.export("place", [caller.account_id, region.region, aws.get_partition().partition])

    assert run(body).outputs == {"place": ["111122223333", "us-east-1", "aws"]}


# --- single provisioners ------------------------------------------------------------------------


def test_a_bucket_elsewhere_names_its_region_and_one_in_the_first_region_does_not() -> None:
    for region, expected in (("us-east-1", None), ("eu-west-1", "eu-west-1")):
        clients = RecordingClients()
        run_program(
            lambda: aws.s3.Bucket("lake", bucket="lake-of-events") and None,
            MinistackProvider(place_of(clients, region)),
            Stack(project="firelake", name="dev"),
        )
        asked = clients.parameters("CreateBucket")
        assert asked.get("CreateBucketConfiguration") == (
            None if expected is None else {"LocationConstraint": expected}
        )


def test_a_stream_on_demand_begins_with_four_shards_and_another_with_its_own() -> None:
    for mode, count, expected in (("ON_DEMAND", None, 4), ("PROVISIONED", 2, 2)):
        clients = RecordingClients()

        def body(mode: str = mode, count: int | None = count) -> None:
            details = aws.kinesis.StreamStreamModeDetailsArgs(stream_mode=mode)
            aws.kinesis.Stream("s", name="s", shard_count=count, stream_mode_details=details)

        run(body, clients)
        assert clients.parameters("CreateStream")["ShardCount"] == expected


@pytest.mark.parametrize(("hours", "is_increased"), [(24, False), (25, True)])
def test_the_retention_is_increased_only_above_what_every_stream_has(
    hours: int, is_increased: bool
) -> None:
    clients = RecordingClients()
    run(
        lambda: aws.kinesis.Stream("s", name="s", shard_count=1, retention_period=hours) and None,
        clients,
    )
    assert ("IncreaseStreamRetentionPeriod" in clients.operations()) is is_increased


@pytest.mark.parametrize("is_rotated", [True, False])
def test_a_key_is_rotated_when_it_was_asked_for(is_rotated: bool) -> None:
    clients = RecordingClients()
    run(lambda: aws.kms.Key("key", enable_key_rotation=is_rotated) and None, clients)
    assert clients.operations() == ["CreateKey", *(["EnableKeyRotation"] if is_rotated else [])]
    if is_rotated:
        key_id = {"KeyId": "0b0b0b0b-0000-4000-8000-000000000000"}
        assert clients.parameters("EnableKeyRotation") == key_id


@pytest.mark.parametrize(
    ("hash_", "is_refused"),
    [
        (base64.b64encode(hashlib.sha256(b"PK").digest()).decode(), False),
        (base64.b64encode(hashlib.sha256(b"KP").digest()).decode(), True),
    ],
    ids=["of the zip", "of another zip"],
)
def test_a_function_whose_code_is_not_what_its_hash_says_is_refused(
    zip_path: Path, hash_: str, is_refused: bool
) -> None:
    def body() -> None:
        aws.lambda_.Function(
            "f",
            name="f",
            role="arn:aws:iam::111122223333:role/f",
            handler="firelake.transform.handler.handler",
            runtime="python3.13",
            code=pulumi.FileArchive(str(zip_path)),
            source_code_hash=hash_,
        )

    if is_refused:
        assert "sourceCodeHash is not" in str(refusal(body))
    else:
        run(body)


def test_a_delivery_stream_is_refused_as_firehose_refuses_it() -> None:
    def body() -> None:
        aws.kinesis.FirehoseDeliveryStream(
            "d",
            name="d",
            destination="extended_s3",
            kinesis_source_configuration={
                "kinesis_stream_arn": "arn:aws:kinesis:us-east-1:111122223333:stream/s",
                "role_arn": "arn:aws:iam::111122223333:role/d",
            },
            extended_s3_configuration={
                "bucket_arn": "arn:aws:s3:::lake-of-events",
                "role_arn": "arn:aws:iam::111122223333:role/d",
                "prefix": "events/!{partitionKeyFromLambda:event_type}/",
                "error_output_prefix": "errors/!{firehose:error-output-type}/",
                "buffering_size": 5,
                "dynamic_partitioning_configuration": {"enabled": True},
            },
        )

    error = refusal(body)
    assert "InvalidArgumentError" in str(error)
    assert "64" in str(error)


def test_the_program_is_shown_the_table_that_was_deployed_before() -> None:
    table = {
        "Name": "events",
        "Parameters": {"firelake.new_columns": "{}"},
        "StorageDescriptor": {"Columns": [{"Name": "mood", "Type": "string", "Comment": "M."}]},
    }
    clients = RecordingClients({"GetTable": {"Table": table}})
    seen: list[aws.glue.GetCatalogTableResult] = []

    run(lambda: seen.append(aws.glue.get_catalog_table(database_name="db", name="events")), clients)

    (found,) = seen
    assert found.parameters == {"firelake.new_columns": "{}"}
    assert [(each.name, each.type) for each in found.storage_descriptors[0].columns] == [
        ("mood", "string")
    ]
    assert ("glue", "GetTable", {"DatabaseName": "db", "Name": "events"}) in clients.calls


def test_a_table_that_is_not_there_is_an_error_that_the_program_can_tell() -> None:
    def body() -> None:
        with pytest.raises(Exception, match="EntityNotFoundException"):
            aws.glue.get_catalog_table(database_name="db", name="events")

    run(body)
