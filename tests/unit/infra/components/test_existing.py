"""A lake on what is there already: stream, key, topic and VPC, as texts and as outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pulumi_aws as aws
import pytest

from firelake.infra import CapacityMode, Existing, OwnNames, StreamConfig, WatchConfig
from firelake.infra.errors import ConfigError
from firelake.infra.program import program as program_of_stacks
from tests.helpers.contracts import LESSONS_FILE
from tests.helpers.pulumi_recorder import run, zip_at
from tests.unit.infra.components.lakes import lake, recorded_program, statement
from tests.unit.infra.components.recordings import TODAY, ZIP_PATH, document
from tests.unit.infra.components.test_names_and_tags import of_aws

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.helpers.pulumi_recorder import Recording

STREAM: Final = "arn:aws:kinesis:us-east-1:111122223333:stream/clicks"
STREAM_KEY: Final = "arn:aws:kms:us-east-1:111122223333:key/0000aaaa-0000-0000-0000-000000000000"
KEY: Final = "arn:aws:kms:us-east-1:111122223333:key/1111bbbb-1111-1111-1111-111111111111"
TOPIC: Final = "arn:aws:sns:us-east-1:444455556666:on-call"
EVERYTHING: Final = Existing(
    stream_arn=STREAM,
    stream_key_arn=STREAM_KEY,
    key_arn=KEY,
    topic_arn=TOPIC,
    subnet_ids=("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
    security_group_ids=("sg-0123456789abcdef0",),
)


def recorded(program: Callable[[], object], hours: int = 72) -> Recording:
    return recorded_program(program, {"clicks": hours})


@pytest.fixture(scope="module")
def on_all() -> Recording:
    return recorded(lambda: lake("shop", existing=EVERYTHING))


@pytest.fixture(scope="module")
def on_outputs() -> Recording:
    """The same, with everything made by the same program."""

    def program() -> None:
        stream = aws.kinesis.Stream("clicks", name="clicks", retention_period=72)
        keys = [aws.kms.Key(name, description=name) for name in ("a", "b")]
        topic = aws.sns.Topic("on-call", name="on-call")
        lake(
            "shop",
            existing=Existing(
                stream_arn=stream.arn,
                stream_key_arn=keys[0].arn,
                key_arn=keys[1].arn,
                topic_arn=topic.arn,
            ),
        )

    return recorded(program)


def test_what_is_there_is_not_made(on_all: Recording) -> None:
    made = {each.type.rpartition(":")[2] for each in on_all.resources}
    assert made.isdisjoint({"Key", "Stream", "Topic", "TopicPolicy"})
    assert [each.name for each in on_all.resources if each.type == "aws:kms/alias:Alias"] == []


def test_no_name_is_told_of_what_is_not_made(on_all: Recording) -> None:
    not_made = ("shop-dev-events-", "stream/shop-dev", '"shop-dev-events"', "shop-dev-alarms")
    told = [
        (each.name, text)
        for each in of_aws(on_all)
        for text in not_made
        # The crawler bears the name that the stream would have.
        if each.type != "aws:glue/crawler:Crawler"
        and text in json.dumps(each.inputs, default=lambda archive: archive.path)
    ]
    assert told == []


@pytest.mark.parametrize(
    ("policy", "sid", "resource"),
    [
        ("shop-delivery-policy", "Stream", STREAM),
        ("shop-delivery-policy", "StreamKey", STREAM_KEY),
        ("shop-delivery-policy", "BucketKey", KEY),
        ("shop-access-producer", "Send", STREAM),
        ("shop-access-producer", "StreamKey", STREAM_KEY),
        ("shop-access-operator", "Stream", STREAM),
        ("shop-access-operator", "StreamKey", STREAM_KEY),
        ("shop-access-operator", "ClaimsKey", KEY),
        ("shop-transform-policy", "ClaimsKey", KEY),
        ("shop-catalog-crawler-policy", "BucketKey", KEY),
    ],
)
def test_policies_name_what_is_there_and_nothing_else(
    on_all: Recording, policy: str, sid: str, resource: str
) -> None:
    assert statement(on_all, policy, sid)["Resource"] == [resource]


def test_firehose_reads_the_stream_and_all_data_is_under_the_key(on_all: Recording) -> None:
    source = on_all.only("FirehoseDeliveryStream").inputs["kinesisSourceConfiguration"]
    assert source["kinesisStreamArn"] == STREAM
    assert on_all.only("Table").inputs["serverSideEncryption"]["kmsKeyArn"] == KEY
    (rule,) = on_all.only("BucketServerSideEncryptionConfiguration").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == KEY


def test_alarms_and_dashboard_watch_the_stream_and_go_to_the_topic(on_all: Recording) -> None:
    alarms = {each.name: each.inputs for each in on_all.all("MetricAlarm")}
    assert alarms["shop-watch-no-incoming-records-alarm"]["dimensions"] == {"StreamName": "clicks"}
    assert {tuple(each["alarmActions"]) for each in alarms.values()} == {(TOPIC,)}
    body = on_all.only("Dashboard").inputs["dashboardBody"]
    assert '"StreamName", "clicks"' in body


def test_the_function_runs_in_the_vpc_and_lambda_may_put_it_there(on_all: Recording) -> None:
    assert on_all.only("aws:lambda/function:Function").inputs["vpcConfig"] == {
        "subnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        "securityGroupIds": ["sg-0123456789abcdef0"],
    }
    network = statement(on_all, "shop-transform-policy", "Network")
    assert "ec2:CreateNetworkInterface" in network["Action"]
    assert network["Resource"] == [
        "arn:aws:ec2:us-east-1:111122223333:network-interface/*",
        "arn:aws:ec2:us-east-1:111122223333:security-group/*",
        "arn:aws:ec2:us-east-1:111122223333:subnet/*",
    ]


def test_without_a_vpc_the_function_may_make_no_interface(on_outputs: Recording) -> None:
    function = on_outputs.only("aws:lambda/function:Function").inputs
    assert "vpcConfig" not in function
    policy = on_outputs.only("RolePolicy", "shop-transform-policy").inputs["policy"]
    assert "ec2:" not in policy


def test_the_outputs_tell_what_is_used_and_what_its_owners_must_allow(on_all: Recording) -> None:
    outputs = on_all.outputs["shop"]
    assert (outputs["streamName"], outputs["keyArn"]) == ("clicks", KEY)
    assert outputs["alarmTopicArn"] == TOPIC
    # Alarms go to a topic of its own key: CloudWatch needs none of this one.
    assert json.loads(outputs["keyPolicyStatements"]) == []
    assert json.loads(outputs["topicPolicyStatements"]) == [
        {
            "Sid": "Alarms",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": TOPIC,
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "111122223333"},
                "ArnLike": {
                    "aws:SourceArn": "arn:aws:cloudwatch:us-east-1:111122223333:alarm:shop-dev-*"
                },
            },
        }
    ]


def test_a_key_that_is_there_must_let_cloudwatch_publish_to_a_topic_of_the_lakes() -> None:
    made = recorded(lambda: lake("shop", existing=Existing(key_arn=KEY)))
    (statement,) = json.loads(made.outputs["shop"]["keyPolicyStatements"])
    assert statement == {
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
    }
    assert "topicPolicyStatements" not in made.outputs["shop"]


def test_outputs_of_other_resources_do_as_well_as_texts(on_outputs: Recording) -> None:
    keys = {each.name: each.registration.urn for each in on_outputs.all("aws:kms/key:Key")}
    assert set(keys) == {"a", "b"}
    source = on_outputs.only("FirehoseDeliveryStream").inputs["kinesisSourceConfiguration"]
    assert source["kinesisStreamArn"] == STREAM
    assert statement(on_outputs, "shop-access-producer", "Send")["Resource"] == [STREAM]
    stream_key = statement(on_outputs, "shop-access-producer", "StreamKey")["Resource"]
    claims_key = statement(on_outputs, "shop-transform-policy", "ClaimsKey")["Resource"]
    assert stream_key != claims_key == [on_outputs.outputs["shop"]["keyArn"]]
    assert {tuple(each.inputs["alarmActions"]) for each in on_outputs.all("MetricAlarm")} == {
        ("arn:aws:sns:us-east-1:111122223333:on-call",)
    }


def test_a_stream_without_a_key_of_ones_own_needs_no_right_to_one() -> None:
    made = recorded(lambda: lake("shop", existing=Existing(stream_arn=STREAM)))
    for name in ("shop-delivery-policy", "shop-access-producer", "shop-access-operator"):
        (policy,) = (each for each in made.resources if each.name == name)
        assert "StreamKey" not in {each["Sid"] for each in document(policy)["Statement"]}


def test_a_stream_that_keeps_records_for_another_time_is_refused() -> None:
    # Pulumi tells of the error as one of the resource that waits for the answer.
    with pytest.raises(ValueError, match="problem") as raised:
        recorded(lambda: lake("shop", existing=Existing(stream_arn=STREAM)), hours=168)
    assert "stream.retentionHours: 72: is not the retention of" in str(raised.value)
    assert "which keeps records for 168 hours" in str(raised.value)


ELSEWHERE: Final = STREAM.replace("us-east-1", "eu-west-1")
FOREIGN: Final = STREAM.replace("1111", "9999")
ON_DEMAND: Final = StreamConfig(warm_throughput_mib_s=2)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"existing": Existing(stream_arn=ELSEWHERE)}, "is of another Region than the stack"),
        ({"existing": Existing(stream_arn=FOREIGN)}, "is of another account than the stack"),
        ({"existing": Existing(stream_arn="clicks")}, "existing.streamArn: 'clicks': must be the"),
        ({"existing": Existing(key_arn="alias/mine")}, "existing.keyArn: 'alias/mine': must be"),
        (
            {"existing": Existing(stream_arn=STREAM), "names": OwnNames(stream="mine")},
            "names.stream: mine: is not expected with existing.streamArn",
        ),
        (
            {"existing": Existing(stream_arn=STREAM), "stream": ON_DEMAND},
            "stream.warmThroughputMibS: 2: is not expected with existing.streamArn",
        ),
        (
            {
                "existing": Existing(stream_arn=STREAM),
                "stream": StreamConfig(mode=CapacityMode.PROVISIONED, shard_count=2),
            },
            "stream.shardCount: 2: is not expected with existing.streamArn",
        ),
        (
            {"existing": Existing(bucket="data", bucket_folder="lakes/shop")},
            "existing.bucketFolder: 'lakes/shop': must be a prefix such as lakes/shop/",
        ),
        (
            {"existing": Existing(bucket_folder="lakes/shop/")},
            "existing.bucketFolder: lakes/shop/: is not expected without existing.bucket",
        ),
        (
            {"existing": Existing(bucket="data"), "names": OwnNames(bucket="mine")},
            "names.bucket: mine: is not expected with existing.bucket",
        ),
        ({"existing": Existing(stream_key_arn=KEY)}, "existing.streamKeyArn: " + KEY + ": is not"),
        ({"existing": Existing(subnet_ids=("subnet-00000000",))}, "existing.subnetIds: (alone)"),
        (
            {
                "existing": Existing(topic_arn=TOPIC),
                "watch": WatchConfig(alarm_email="a@b.example"),
            },
            "watch.alarmEmail: a@b.example: is not expected with existing.topicArn",
        ),
        (
            {"existing": Existing(topic_arn=TOPIC), "watch": WatchConfig(has_alarms=False)},
            "existing.topicArn: " + TOPIC + ": is not expected without watch.hasAlarms",
        ),
    ],
    ids=[str(number) for number in range(14)],
)
def test_what_does_not_fit_is_refused_first(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError) as raised:
        recorded(lambda: lake("shop", **settings))
    assert problem in str(raised.value)


def test_an_output_that_is_no_such_arn_is_refused_once_it_is_known() -> None:
    def program() -> None:
        topic = aws.sns.Topic("on-call", name="on-call")
        lake("shop", existing=Existing(stream_arn=topic.arn))

    with pytest.raises(ValueError, match=r"existing\.streamArn: .*: must be the ARN of a Kinesis"):
        recorded(program)


def test_the_settings_of_a_stack_take_the_same() -> None:
    config = {
        "startDate": "2026-11-01",
        "existing": {
            "streamArn": STREAM,
            "keyArn": KEY,
            "subnetIds": ["subnet-00000000"],
            "securityGroupIds": ["sg-00000000"],
        },
    }
    made = run(_program_of_the_project, config, streams={"clicks": 72})
    assert made.outputs["streamName"] == "clicks"
    assert made.only("aws:lambda/function:Function").inputs["vpcConfig"] == {
        "subnetIds": ["subnet-00000000"],
        "securityGroupIds": ["sg-00000000"],
    }


def _program_of_the_project() -> None:
    program_of_stacks(zip_at(ZIP_PATH), lambda: TODAY, LESSONS_FILE)
