"""Tests of what CreateDeliveryStream refuses: facts 11, in its words and its order."""

from __future__ import annotations

from typing import Any

import pytest

from firehose_emulator.errors import InvalidArgumentError, ValidationError
from firehose_emulator.validate import validate
from tests.helpers.firehose_settings import FUNCTION, PARAMETERS, inputs, processors

_CONSTRAINT = "prefix(es) do not satisfy the following constraint: "
_OTHERS = {name: value for name, value in PARAMETERS.items() if name != "LambdaArn"}


def changed(**changes: object) -> dict[str, Any]:
    """The inputs with other members of the destination; None leaves a member out."""
    given = inputs()
    s3 = given["extendedS3Configuration"]
    for name, value in changes.items():
        if value is None:
            s3.pop(name, None)
        else:
            s3[name] = value
    return given


def processing(parameters: dict[str, str], kind: str = "Lambda") -> dict[str, Any]:
    configuration = {"enabled": True, "processors": processors(parameters, kind)}
    return changed(processingConfiguration=configuration)


def conversion(**changes: object) -> dict[str, Any]:
    given = inputs()["extendedS3Configuration"]["dataFormatConversionConfiguration"]
    kept = {name: value for name, value in (given | changes).items() if value is not None}
    return changed(dataFormatConversionConfiguration=kept)


def backup(**changes: object) -> dict[str, Any]:
    given = inputs()["extendedS3Configuration"]["s3BackupConfiguration"]
    return changed(s3BackupConfiguration=given | changes)


def refusal(given: dict[str, Any]) -> str:
    with pytest.raises(InvalidArgumentError) as raised:
        validate(given)
    return str(raised.value)


def test_the_programs_own_inputs_pass() -> None:
    validate(inputs())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            changed(errorOutputPrefix=None),
            f"{_CONSTRAINT}ErrorOutputPrefix cannot be null or empty when Prefix contains"
            " expressions",
            id="expressions without an error prefix",
        ),
        pytest.param(
            changed(errorOutputPrefix="errors/!{timestamp:yyyy}/"),
            f"{_CONSTRAINT}ErrorOutputPrefix must contain at least one occurrence of"
            " !{firehose:error-output-type}",
            id="an error prefix without the error type",
        ),
        pytest.param(
            changed(prefix="x/!{firehose:error-output-type}/!{partitionKeyFromLambda:dt}/"),
            f"{_CONSTRAINT}Prefix must not contain any occurrence of"
            " !{firehose:error-output-type}",
            id="the error type in the prefix",
        ),
        pytest.param(
            changed(
                errorOutputPrefix="e/!{firehose:error-output-type}/!{partitionKeyFromLambda:dt}/"
            ),
            f"{_CONSTRAINT}Dynamic Partitioning Namespaces can't be part of an error prefix"
            " expression",
            id="a partition key in the error prefix",
        ),
        pytest.param(
            changed(prefix="x/!{partitionKeyFromLamda:dt}/"),
            "Namespace to the left of colon (partitionKeyFromLamda) is an invalid keyword!",
            id="an unknown namespace",
        ),
        pytest.param(changed(prefix="x/!{dt}/"), "Invalid expression usage", id="no expression"),
        pytest.param(
            changed(prefix="x/!{timestamp:yyyy-MM-ddTHH}/!{partitionKeyFromLambda:dt}/"),
            "Invalid conversion character used in the value of the expression in"
            " !{timestamp:yyyy-MM-ddTHH}",
            id="a letter that is none of a date",
        ),
        pytest.param(
            changed(prefix="x/!{firehose:random}/!{partitionKeyFromLambda:dt}/"),
            "Invalid conversion character used in the value of the expression in"
            " !{firehose:random}",
            id="an unknown value",
        ),
        pytest.param(
            changed(prefix="x" * 513 + "!{partitionKeyFromLambda:dt}/"),
            "Length of evaluated prefix cannot be greater than 512",
            id="a long prefix",
        ),
        pytest.param(
            changed(errorOutputPrefix="e" * 487 + "!{firehose:error-output-type}"),
            "Length of evaluated ErrorOutputPrefix cannot be greater than 512",
            id="a long error prefix",
        ),
        pytest.param(
            changed(dynamicPartitioningConfiguration={"enabled": False}),
            "Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic"
            " Partitioning is enabled.",
            id="partition keys without partitioning",
        ),
        pytest.param(
            changed(prefix="events/"),
            "S3 Prefix should contain Dynamic Partitioning namespaces when Dynamic Partitioning is"
            " enabled",
            id="partitioning without partition keys",
        ),
        pytest.param(
            changed(bufferingSize=63, dataFormatConversionConfiguration=None),
            "BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.",
            id="a small buffer with partitioning",
        ),
        pytest.param(
            changed(customTimeZone="CET"),
            "Provided custom time zone is not supported. Custom time zones are limited to UTC and"
            " non-3-letter IANA time zones.",
            id="a time zone of three letters",
        ),
    ],
)
def test_prefixes_are_refused(given: dict[str, Any], message: str) -> None:
    assert refusal(given) == message


@pytest.mark.parametrize("letter", "CIJPRTUVbfijloprt")
def test_letters_that_firehose_refuses_are_refused_unless_quoted(letter: str) -> None:
    key = "!{partitionKeyFromLambda:dt}"
    assert refusal(changed(prefix=f"x/!{{timestamp:yyyy{letter}}}/{key}/")) == (
        "Invalid conversion character used in the value of the expression in"
        f" !{{timestamp:yyyy{letter}}}"
    )
    validate(changed(prefix=f"x/!{{timestamp:yyyy'{letter}'}}/{key}/"))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            changed(processingConfiguration={"enabled": True, "processors": []}),
            "A maximum of 5 and a minimum of 1 processor needs to be supplied when processing is"
            " enabled.",
            id="no processor",
        ),
        pytest.param(
            changed(
                processingConfiguration={
                    "enabled": True,
                    "processors": [*processors(PARAMETERS), *processors(PARAMETERS)],
                }
            ),
            "Cannot have more than 1 Lambda processor.",
            id="two functions",
        ),
        pytest.param(
            processing(_OTHERS), "LambdaArn is required when Lambda processor is used.", id="no ARN"
        ),
        pytest.param(
            processing(PARAMETERS | {"LambdaArn": "transform"}), "Invalid lambda ARN.", id="bad ARN"
        ),
        pytest.param(
            processing({"LambdaArn": FUNCTION, "BufferSizeInMBs": "1"}),
            "Both BufferSizeInMBs and BufferIntervalInSeconds are required to configure buffering"
            " for lambda processor.",
            id="a size without an interval",
        ),
        pytest.param(
            processing(PARAMETERS | {"BufferSizeInMBs": "0.1"}),
            "BufferSizeInMBs for lambda processor must be between 0.2 and 3.",
            id="a small batch",
        ),
        pytest.param(
            processing(PARAMETERS | {"BufferIntervalInSeconds": "901"}),
            "BufferIntervalInSeconds for lambda processor must be between 0 and 900.",
            id="a long interval",
        ),
        pytest.param(
            processing(PARAMETERS | {"NumberOfRetries": "301"}),
            "Number of retries for lambda must be between 0 and 300.",
            id="many retries",
        ),
        pytest.param(
            processing({"MetadataExtractionQuery": "{a:.a}"}, "MetadataExtraction"),
            "MetaDataExtraction JSON Parsing Engine has to be one of JQ-1.6",
            id="no jq",
        ),
        pytest.param(
            processing({"SubRecordType": "XML"}, "RecordDeAggregation"),
            "SubRecordType has to be one of JSON, DELIMITED",
            id="another kind of sub-records",
        ),
        pytest.param(
            processing({"SubRecordType": "DELIMITED"}, "RecordDeAggregation"),
            "Delimiter should be present for DELIMITED",
            id="no delimiter",
        ),
    ],
)
def test_processors_are_refused(given: dict[str, Any], message: str) -> None:
    assert refusal(given) == message


def test_a_duplicated_parameter_is_told_before_everything_else() -> None:
    given = changed(bufferingSize=1)
    processor = given["extendedS3Configuration"]["processingConfiguration"]["processors"][0]
    processor["parameters"].append(processor["parameters"][0])
    message = "Duplicate ProcessorParameter passed to ProcessingConfiguration."
    assert refusal(given) == message


def test_extraction_needs_partitioning() -> None:
    given = processing(
        {"MetadataExtractionQuery": "{a:.a}", "JsonParsingEngine": "JQ-1.6"}, "MetadataExtraction"
    )
    s3 = given["extendedS3Configuration"]
    s3["prefix"] = "events/"
    del s3["dynamicPartitioningConfiguration"]
    assert refusal(given) == (
        "class com.amazonaws.services.firehose.internal.model.MetadataExtractionProcessor can only"
        " be present when Dynamic Partitioning is enabled."
    )


_SMALL = "BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled."


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            changed(compressionFormat="GZIP", bufferingSize=1),
            "The S3 destination's compression format must be set to UNCOMPRESSED when data format"
            " conversion is enabled. To enable compression within the converted output format, set"
            " the appropriate serialization option in the output format configuration.",
            id="compressed, which is told before the buffer",
        ),
        pytest.param(changed(bufferingSize=63), _SMALL, id="a small buffer"),
        pytest.param(changed(bufferingSize=None), _SMALL, id="the provider's default buffer"),
        pytest.param(
            conversion(inputFormatConfiguration=None, schemaConfiguration=None),
            "InputFormatConfiguration must not be null",
            id="no input, which is told before no schema",
        ),
        pytest.param(
            conversion(outputFormatConfiguration=None),
            "OutputFormatConfiguration must not be null",
            id="no output",
        ),
        pytest.param(
            conversion(schemaConfiguration=None),
            "SchemaConfiguration must not be null",
            id="no schema",
        ),
        pytest.param(
            conversion(inputFormatConfiguration={"deserializer": {}}),
            "Deserializer must not be null",
            id="no deserializer",
        ),
        pytest.param(
            conversion(
                inputFormatConfiguration={
                    "deserializer": {"openXJsonSerDe": {}, "hiveJsonSerDe": {}}
                }
            ),
            "More than one deserializer specified. Only one may be chosen.",
            id="two deserializers",
        ),
        pytest.param(
            conversion(outputFormatConfiguration={"serializer": {}}),
            "Serializer must not be null",
            id="no serializer",
        ),
        pytest.param(
            conversion(schemaConfiguration={"databaseName": "d", "tableName": "t"}),
            "SchemaConfiguration.RoleArn must not be null or empty",
            id="a schema without its role",
        ),
        pytest.param(
            conversion(
                schemaConfiguration={
                    "roleArn": "arn:aws:iam::123456789012:role/r",
                    "tableName": "t",
                }
            ),
            "SchemaConfiguration.DatabaseName must not be null or empty",
            id="a schema without its database",
        ),
    ],
)
def test_conversion_is_refused(given: dict[str, Any], message: str) -> None:
    assert refusal(given) == message


def test_conversion_that_is_switched_off_may_be_anything() -> None:
    validate(conversion(enabled=False, schemaConfiguration=None))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param(
            changed(s3BackupConfiguration=None),
            "S3 backup destination configuration is required when enabling S3 backup.",
            id="no configuration",
        ),
        pytest.param(
            backup(bufferingInterval=59),
            "BufferingHints.IntervalInSeconds must be at least 60 for the S3 backup.",
            id="a short interval",
        ),
        pytest.param(
            backup(prefix="raw/!{partitionKeyFromLambda:dt}/"),
            "Dynamic Partitioning Namespaces can only be part of a prefix expression when Dynamic"
            " Partitioning is enabled.",
            id="partition keys",
        ),
        pytest.param(
            backup(cloudwatchLoggingOptions={"enabled": True}),
            "CloudWatch Log Group Name is required if CloudWatch Logging is enabled",
            id="logging without a name",
        ),
    ],
)
def test_backups_are_refused(given: dict[str, Any], message: str) -> None:
    assert refusal(given) == message


def test_every_value_that_breaks_the_model_is_told_at_once() -> None:
    given = changed(compressionFormat="gzip", bufferingSize=300, bucketArn="lake")
    given["name"] = "no spaces"
    with pytest.raises(ValidationError) as raised:
        validate(given)
    constraint = "failed to satisfy constraint: Member must"
    assert str(raised.value) == (
        "4 validation errors detected:"
        f" Value 'no spaces' at 'deliveryStreamName' {constraint} satisfy regular expression"
        " pattern: [a-zA-Z0-9_.-]+;"
        f" Value 'lake' at 'extendedS3DestinationConfiguration.bucketARN' {constraint} satisfy"
        " regular expression pattern: arn:.*:s3:::[\\w\\.\\-]{1,255};"
        f" Value '300' at 'extendedS3DestinationConfiguration.bufferingHints.sizeInMBs'"
        f" {constraint} have value less than or equal to 128;"
        f" Value 'gzip' at 'extendedS3DestinationConfiguration.compressionFormat' {constraint}"
        " satisfy enum value set: [UNCOMPRESSED, GZIP, ZIP, Snappy, HADOOP_SNAPPY]"
    )


def test_a_required_member_that_is_missing_is_told() -> None:
    with pytest.raises(ValidationError) as raised:
        validate(changed(roleArn=None))
    assert str(raised.value) == (
        "1 validation error detected: Value null at 'extendedS3DestinationConfiguration.roleARN'"
        " failed to satisfy constraint: Member must not be null"
    )


def test_a_stream_needs_one_destination() -> None:
    given = inputs()
    del given["extendedS3Configuration"]
    assert refusal(given) == ("Exactly one destination configuration is supported for a Firehose")
