"""Tests of the names and ARNs of a stack."""

from __future__ import annotations

from dataclasses import fields

import botocore.session

from firelake.infra.dns_suffixes import dns_suffix
from firelake.infra.naming import Names

NAMES = Names("firelake", "dev", "111122223333", "eu-central-1")


def test_every_name_carries_project_and_stack() -> None:
    assert NAMES.prefix == "firelake-dev"
    assert {
        "bucket": NAMES.bucket,
        "key_alias": NAMES.key_alias,
        "stream": NAMES.stream,
        "claims_table": NAMES.claims_table,
        "function": NAMES.function,
        "function_log_group": NAMES.function_log_group,
        "delivery_stream": NAMES.delivery_stream,
        "delivery_log_group": NAMES.delivery_log_group,
        "database": NAMES.database,
        "crawler": NAMES.crawler,
        "workgroup": NAMES.workgroup,
        "analyst_workgroup": NAMES.analyst_workgroup,
        "function_alias": NAMES.function_alias,
        "dashboard": NAMES.dashboard,
        "topic": NAMES.topic,
        "function_role": NAMES.function_role,
        "delivery_role": NAMES.delivery_role,
        "crawler_role": NAMES.crawler_role,
        "producer_policy": NAMES.producer_policy,
        "analyst_policy": NAMES.analyst_policy,
        "operator_policy": NAMES.operator_policy,
        "alarm": NAMES.alarm("data-freshness"),
    } == {
        "bucket": "firelake-dev-111122223333-eu-central-1",
        "key_alias": "alias/firelake-dev",
        "stream": "firelake-dev-events",
        "claims_table": "firelake-dev-claims",
        "function": "firelake-dev-transform",
        "function_log_group": "/aws/lambda/firelake-dev-transform",
        "delivery_stream": "firelake-dev-delivery",
        "delivery_log_group": "/aws/kinesisfirehose/firelake-dev-delivery",
        "database": "firelake_dev",
        "crawler": "firelake-dev-events",
        "workgroup": "firelake-dev",
        "analyst_workgroup": "firelake-dev-analysts",
        "function_alias": "deployed",
        "dashboard": "firelake-dev",
        "topic": "firelake-dev-alarms",
        "function_role": "firelake-dev-transform",
        "delivery_role": "firelake-dev-delivery",
        "crawler_role": "firelake-dev-crawler",
        "producer_policy": "firelake-dev-producer",
        "analyst_policy": "firelake-dev-analyst",
        "operator_policy": "firelake-dev-operator",
        "alarm": "firelake-dev-data-freshness",
    }


def test_the_log_streams_of_delivery_and_of_the_backup_differ() -> None:
    assert (NAMES.delivery_log_stream, NAMES.backup_log_stream) == ("S3Delivery", "S3Backup")


def test_arns_follow_from_names() -> None:
    assert {
        "bucket": NAMES.bucket_arn,
        "objects": NAMES.objects_arn("events/"),
        "stream": NAMES.stream_arn,
        "claims_table": NAMES.claims_table_arn,
        "function": NAMES.function_arn,
        "function_alias": NAMES.function_alias_arn,
        "function_log_group": NAMES.log_group_arn(NAMES.function_log_group),
        "delivery_stream": NAMES.delivery_stream_arn,
        "delivery_log_group": NAMES.log_group_arn(NAMES.delivery_log_group),
        "move_machine_log_group": NAMES.log_group_arn(NAMES.move_machine_log_group),
        "crawlers_log_group": NAMES.crawlers_log_group_arn,
        "catalog": NAMES.catalog_arn,
        "database": NAMES.database_arn,
        "table": NAMES.table_arn("events"),
        "crawler": NAMES.crawler_arn,
        "workgroup": NAMES.workgroup_arn,
        "analyst_workgroup": NAMES.analyst_workgroup_arn,
        "default_database": NAMES.default_database_arn,
        "data_catalog": NAMES.data_catalog_arn,
        "topic": NAMES.topic_arn,
        "alarm": NAMES.alarm_arn("*"),
        "root": NAMES.root_arn,
        "role": NAMES.role_arn(NAMES.function_role),
    } == {
        "bucket": "arn:aws:s3:::firelake-dev-111122223333-eu-central-1",
        "objects": "arn:aws:s3:::firelake-dev-111122223333-eu-central-1/events/*",
        "stream": "arn:aws:kinesis:eu-central-1:111122223333:stream/firelake-dev-events",
        "claims_table": "arn:aws:dynamodb:eu-central-1:111122223333:table/firelake-dev-claims",
        "function": "arn:aws:lambda:eu-central-1:111122223333:function:firelake-dev-transform",
        "function_alias": (
            "arn:aws:lambda:eu-central-1:111122223333:function:firelake-dev-transform:deployed"
        ),
        "function_log_group": (
            "arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/firelake-dev-transform"
        ),
        "delivery_stream": (
            "arn:aws:firehose:eu-central-1:111122223333:deliverystream/firelake-dev-delivery"
        ),
        "delivery_log_group": (
            "arn:aws:logs:eu-central-1:111122223333:log-group:"
            "/aws/kinesisfirehose/firelake-dev-delivery"
        ),
        "move_machine_log_group": (
            "arn:aws:logs:eu-central-1:111122223333:log-group:"
            "/aws/vendedlogs/states/firelake-dev-move"
        ),
        "crawlers_log_group": (
            "arn:aws:logs:eu-central-1:111122223333:log-group:/aws-glue/crawlers"
        ),
        "catalog": "arn:aws:glue:eu-central-1:111122223333:catalog",
        "database": "arn:aws:glue:eu-central-1:111122223333:database/firelake_dev",
        "table": "arn:aws:glue:eu-central-1:111122223333:table/firelake_dev/events",
        "crawler": "arn:aws:glue:eu-central-1:111122223333:crawler/firelake-dev-events",
        "workgroup": "arn:aws:athena:eu-central-1:111122223333:workgroup/firelake-dev",
        "analyst_workgroup": (
            "arn:aws:athena:eu-central-1:111122223333:workgroup/firelake-dev-analysts"
        ),
        "default_database": "arn:aws:glue:eu-central-1:111122223333:database/default",
        "data_catalog": "arn:aws:athena:eu-central-1:111122223333:datacatalog/AwsDataCatalog",
        "topic": "arn:aws:sns:eu-central-1:111122223333:firelake-dev-alarms",
        "alarm": "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:firelake-dev-*",
        "root": "arn:aws:iam::111122223333:root",
        "role": "arn:aws:iam::111122223333:role/firelake-dev-transform",
    }


def test_two_stacks_of_an_account_share_no_name() -> None:
    other = Names("firelake", "prod", "111122223333", "eu-central-1")
    given = {each.name for each in fields(Names)}
    texts = [
        name
        for name in dir(NAMES)
        if name not in given and not name.startswith("_") and isinstance(getattr(NAMES, name), str)
    ]
    shared = {name for name in texts if getattr(NAMES, name) == getattr(other, name)}
    assert shared == {
        "backup_log_stream",
        "catalog_arn",
        "crawlers_log_group_arn",
        "data_catalog_arn",
        "default_database_arn",
        "delivery_log_stream",
        "folder",
        "function_alias",
        "root_arn",
    }


def test_every_partition_of_aws_has_the_domain_that_botocore_knows() -> None:
    partitions = botocore.session.Session().get_component("data_loader").load_data("partitions")
    domains = {each["id"]: each["outputs"]["dnsSuffix"] for each in partitions["partitions"]}
    assert len(domains) > 5
    assert domains == {partition: dns_suffix(partition) for partition in domains}


def test_another_partition_has_its_own_arns_and_endpoints() -> None:
    china = Names("firelake", "dev", "111122223333", "cn-north-1", partition="aws-cn")
    assert (
        china.stream_arn == "arn:aws-cn:kinesis:cn-north-1:111122223333:stream/firelake-dev-events"
    )
    assert china.bucket_arn == "arn:aws-cn:s3:::firelake-dev-111122223333-cn-north-1"
    assert china.service_endpoint("s3") == "s3.cn-north-1.amazonaws.com.cn"
    assert NAMES.service_endpoint("s3") == "s3.eu-central-1.amazonaws.com"
