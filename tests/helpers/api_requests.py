"""Resources of AWS with good inputs, and the API requests that each of them is."""

from __future__ import annotations

from typing import Any

import pulumi

from firelake.formats.service_models.requests import ApiRequest

FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
ACCOUNT = "111122223333"
STREAM_ARN = f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/events"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/delivery"
KEY_ARN = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"


# By type: inputs as a program gives them, and the whole of the requests that they are.
GOOD_RESOURCES: dict[str, tuple[dict[str, Any], list[ApiRequest]]] = {
    FIREHOSE: (
        {
            "name": "delivery",
            "destination": "extended_s3",
            "tags": {"owner": "lake"},
            "kinesisSourceConfiguration": {"kinesisStreamArn": STREAM_ARN, "roleArn": ROLE_ARN},
            "extendedS3Configuration": {
                "bucketArn": "arn:aws:s3:::lake",
                "roleArn": ROLE_ARN,
                "bufferingSize": 128,
                "bufferingInterval": 300,
                "kmsKeyArn": KEY_ARN,
                "dynamicPartitioningConfiguration": {"enabled": True, "retryDuration": 300},
                "processingConfiguration": {
                    "enabled": True,
                    "processors": [
                        {
                            "type": "Lambda",
                            "parameters": [
                                {"parameterName": "NumberOfRetries", "parameterValue": "60"}
                            ],
                        }
                    ],
                },
                "dataFormatConversionConfiguration": {
                    "enabled": True,
                    "inputFormatConfiguration": {"deserializer": {"openXJsonSerDe": {}}},
                    "outputFormatConfiguration": {
                        "serializer": {"parquetSerDe": {"compression": "SNAPPY"}}
                    },
                    "schemaConfiguration": {
                        "databaseName": "lake",
                        "tableName": "events",
                        "roleArn": ROLE_ARN,
                    },
                },
                "s3BackupMode": "Enabled",
                "s3BackupConfiguration": {
                    "bucketArn": "arn:aws:s3:::lake",
                    "roleArn": ROLE_ARN,
                    "bufferingSize": 64,
                    "bufferingInterval": 60,
                    "compressionFormat": "GZIP",
                },
            },
        },
        [
            ApiRequest(
                "firehose",
                "CreateDeliveryStream",
                {
                    "DeliveryStreamName": "delivery",
                    "DeliveryStreamType": "KinesisStreamAsSource",
                    "Tags": [{"Key": "owner", "Value": "lake"}],
                    "KinesisStreamSourceConfiguration": {
                        "KinesisStreamARN": STREAM_ARN,
                        "RoleARN": ROLE_ARN,
                    },
                    "ExtendedS3DestinationConfiguration": {
                        "BucketARN": "arn:aws:s3:::lake",
                        "RoleARN": ROLE_ARN,
                        "BufferingHints": {"SizeInMBs": 128, "IntervalInSeconds": 300},
                        "EncryptionConfiguration": {
                            "KMSEncryptionConfig": {"AWSKMSKeyARN": KEY_ARN}
                        },
                        "DynamicPartitioningConfiguration": {
                            "Enabled": True,
                            "RetryOptions": {"DurationInSeconds": 300},
                        },
                        "ProcessingConfiguration": {
                            "Enabled": True,
                            "Processors": [
                                {
                                    "Type": "Lambda",
                                    "Parameters": [
                                        {"ParameterName": "NumberOfRetries", "ParameterValue": "60"}
                                    ],
                                }
                            ],
                        },
                        "DataFormatConversionConfiguration": {
                            "Enabled": True,
                            "InputFormatConfiguration": {"Deserializer": {"OpenXJsonSerDe": {}}},
                            "OutputFormatConfiguration": {
                                "Serializer": {"ParquetSerDe": {"Compression": "SNAPPY"}}
                            },
                            "SchemaConfiguration": {
                                "DatabaseName": "lake",
                                "TableName": "events",
                                "RoleARN": ROLE_ARN,
                            },
                        },
                        "S3BackupMode": "Enabled",
                        "S3BackupConfiguration": {
                            "BucketARN": "arn:aws:s3:::lake",
                            "RoleARN": ROLE_ARN,
                            "BufferingHints": {"SizeInMBs": 64, "IntervalInSeconds": 60},
                            "CompressionFormat": "GZIP",
                        },
                    },
                },
            )
        ],
    ),
    "aws:kinesis/stream:Stream": (
        {
            "name": "events",
            "streamModeDetails": {"streamMode": "PROVISIONED"},
            "shardCount": 2,
            "retentionPeriod": 72,
            "encryptionType": "KMS",
            "kmsKeyId": KEY_ARN,
            "enforceConsumerDeletion": True,
            "tags": {"owner": "lake"},
        },
        [
            ApiRequest(
                "kinesis",
                "CreateStream",
                {
                    "StreamName": "events",
                    "StreamModeDetails": {"StreamMode": "PROVISIONED"},
                    "ShardCount": 2,
                    "Tags": {"owner": "lake"},
                },
            ),
            ApiRequest(
                "kinesis",
                "IncreaseStreamRetentionPeriod",
                {"StreamName": "events", "RetentionPeriodHours": 72},
            ),
            ApiRequest(
                "kinesis",
                "StartStreamEncryption",
                {"StreamName": "events", "EncryptionType": "KMS", "KeyId": KEY_ARN},
            ),
        ],
    ),
    "aws:dynamodb/table:Table": (
        {
            "name": "claims",
            "attributes": [{"name": "id", "type": "S"}, {"name": "at", "type": "N"}],
            "hashKey": "id",
            "rangeKey": "at",
            "billingMode": "PROVISIONED",
            "readCapacity": 5,
            "writeCapacity": 10,
            "ttl": {"enabled": True, "attributeName": "expires_at"},
            "pointInTimeRecovery": {"enabled": False},
            "serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY_ARN},
            "deletionProtectionEnabled": True,
            "tags": {},
        },
        [
            ApiRequest(
                "dynamodb",
                "CreateTable",
                {
                    "TableName": "claims",
                    "AttributeDefinitions": [
                        {"AttributeName": "id", "AttributeType": "S"},
                        {"AttributeName": "at", "AttributeType": "N"},
                    ],
                    "KeySchema": [
                        {"AttributeName": "id", "KeyType": "HASH"},
                        {"AttributeName": "at", "KeyType": "RANGE"},
                    ],
                    "BillingMode": "PROVISIONED",
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 10},
                    "SSESpecification": {"Enabled": True, "KMSMasterKeyId": KEY_ARN},
                    "DeletionProtectionEnabled": True,
                },
            ),
            ApiRequest(
                "dynamodb",
                "UpdateTimeToLive",
                {
                    "TableName": "claims",
                    "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires_at"},
                },
            ),
            ApiRequest(
                "dynamodb",
                "UpdateContinuousBackups",
                {
                    "TableName": "claims",
                    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False},
                },
            ),
        ],
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": (
        {
            "name": "late",
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 3,
            "threshold": 0.5,
            "metricQueries": [
                {"id": "share", "expression": "bad / all", "returnData": True},
                {
                    "id": "all",
                    "metric": {
                        "metricName": "EventsReceived",
                        "namespace": "Firelake",
                        "dimensions": {"service": "lake"},
                        "period": 300,
                        "stat": "Sum",
                    },
                },
            ],
        },
        [
            ApiRequest(
                "cloudwatch",
                "PutMetricAlarm",
                {
                    "AlarmName": "late",
                    "ComparisonOperator": "GreaterThanThreshold",
                    "EvaluationPeriods": 3,
                    "Threshold": 0.5,
                    "Metrics": [
                        {"Id": "share", "Expression": "bad / all", "ReturnData": True},
                        {
                            "Id": "all",
                            "MetricStat": {
                                "Metric": {
                                    "MetricName": "EventsReceived",
                                    "Namespace": "Firelake",
                                    "Dimensions": [{"Name": "service", "Value": "lake"}],
                                },
                                "Period": 300,
                                "Stat": "Sum",
                            },
                        },
                    ],
                },
            )
        ],
    ),
    "aws:cloudwatch/eventTarget:EventTarget": (
        {"rule": "errors", "targetId": "topic", "arn": "arn:aws:sns:us-east-1:1:alarms"},
        [
            ApiRequest(
                "events",
                "PutTargets",
                {
                    "Rule": "errors",
                    "Targets": [{"Id": "topic", "Arn": "arn:aws:sns:us-east-1:1:alarms"}],
                },
            )
        ],
    ),
    "aws:kms/key:Key": (
        {
            "description": "all data",
            "enableKeyRotation": True,
            "rotationPeriodInDays": 180,
            "deletionWindowInDays": 30,
        },
        [
            ApiRequest("kms", "CreateKey", {"Description": "all data"}),
            ApiRequest(
                "kms",
                "EnableKeyRotation",
                {"KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "RotationPeriodInDays": 180},
            ),
            ApiRequest(
                "kms",
                "ScheduleKeyDeletion",
                {"KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "PendingWindowInDays": 30},
            ),
        ],
    ),
    "aws:lambda/function:Function": (
        {
            "name": "transform",
            "role": ROLE_ARN,
            "code": pulumi.FileArchive("function.zip"),
            "sourceCodeHash": "hash",
            "handler": "firelake.transform.handler",
            "runtime": "python3.13",
            "reservedConcurrentExecutions": 10,
            "environment": {"variables": {"TABLE_NAME": "claims"}},
            "loggingConfig": {"logFormat": "JSON", "logGroup": "/aws/lambda/transform"},
        },
        [
            ApiRequest(
                "lambda",
                "CreateFunction",
                {
                    "FunctionName": "transform",
                    "Role": ROLE_ARN,
                    "Code": {"ZipFile": b"PK"},
                    "Handler": "firelake.transform.handler",
                    "Runtime": "python3.13",
                    "Environment": {"Variables": {"TABLE_NAME": "claims"}},
                    "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/aws/lambda/transform"},
                },
            ),
            ApiRequest(
                "lambda",
                "PutFunctionConcurrency",
                {"FunctionName": "transform", "ReservedConcurrentExecutions": 10},
            ),
        ],
    ),
    "aws:sfn/stateMachine:StateMachine": (
        {
            "name": "move",
            "definition": "{}",
            "roleArn": "arn:of-a-role",
            "loggingConfiguration": {"level": "ERROR", "logDestination": "arn:of-a-group:*"},
        },
        [
            ApiRequest(
                "stepfunctions",
                "CreateStateMachine",
                {
                    "name": "move",
                    "definition": "{}",
                    "roleArn": "arn:of-a-role",
                    "loggingConfiguration": {
                        "level": "ERROR",
                        "destinations": [
                            {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:of-a-group:*"}}
                        ],
                    },
                },
            )
        ],
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        {
            "bucket": "lake",
            "rules": [
                {
                    "id": "raw",
                    "status": "Enabled",
                    "filter": {"prefix": "raw/"},
                    "expiration": {"days": 30},
                }
            ],
        },
        [
            ApiRequest(
                "s3",
                "PutBucketLifecycleConfiguration",
                {
                    "Bucket": "lake",
                    "LifecycleConfiguration": {
                        "Rules": [
                            {
                                "ID": "raw",
                                "Status": "Enabled",
                                "Filter": {"Prefix": "raw/"},
                                "Expiration": {"Days": 30},
                            }
                        ]
                    },
                },
            )
        ],
    ),
    "aws:sns/topicPolicy:TopicPolicy": (
        {"arn": "arn:aws:sns:us-east-1:1:alarms", "policy": "{}"},
        [
            ApiRequest(
                "sns",
                "SetTopicAttributes",
                {
                    "TopicArn": "arn:aws:sns:us-east-1:1:alarms",
                    "AttributeName": "Policy",
                    "AttributeValue": "{}",
                },
            )
        ],
    ),
}
