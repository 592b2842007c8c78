"""What CreateDeliveryStream refuses of an S3 destination, in its words and its order.

The API's models come first, with everything that breaks them in one message; then the rules
between members, of which the first that is broken is told. Texts are those that the service was
seen to answer.
https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from firehose_emulator import prefix_rules, processor_rules
from firehose_emulator.conversion_rules import conversion_problems, member
from firehose_emulator.errors import InvalidArgumentError, ValidationError
from firehose_emulator.model_rules import model_problems
from firehose_emulator.settings import PROVIDER_BUFFERING_INTERVAL_S, PROVIDER_BUFFERING_SIZE_MB
from firelake.formats.service_models.requests import api_requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOKEN: Final = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"  # noqa: S105

_S3: Final = "ExtendedS3DestinationConfiguration"
_MIN_PARTITIONED_MB: Final = 64
_MIN_BACKUP_INTERVAL_S: Final = 60
_DESTINATION: Final = "DestinationConfiguration"


def validate(inputs: Mapping[str, object]) -> None:
    """Refuse what Firehose refuses when the stream is created.

    Args:
        inputs: Resolved inputs of a `FirehoseDeliveryStream`, by their wire names.

    Raises:
        ValidationError: A value is not as the API's models ask; tells all such values.
        InvalidArgumentError: Values do not go together; tells the first rule that is broken.
    """
    (request,) = api_requests(TOKEN, _as_the_provider_sends(inputs))
    found = list(model_problems(request.parameters))
    if found:
        noun = "error" if len(found) == 1 else "errors"
        message = f"{len(found)} validation {noun} detected: {'; '.join(found)}"
        raise ValidationError(message)
    for message in _problems(request.parameters):
        raise InvalidArgumentError(message)


def _as_the_provider_sends(inputs: Mapping[str, object]) -> Mapping[str, object]:
    """Add the defaults that are the AWS provider's and not the service's."""
    others = {key: value for key, value in inputs.items() if key not in {"tags", "tagsAll"}}
    configuration = others.get("extendedS3Configuration")
    if configuration is None:
        return others
    defaults = {
        "bufferingSize": PROVIDER_BUFFERING_SIZE_MB,
        "bufferingInterval": PROVIDER_BUFFERING_INTERVAL_S,
    }
    s3 = {**defaults, **cast("Mapping[str, object]", configuration)}
    backup = s3.get("s3BackupConfiguration")
    if backup is not None:
        s3["s3BackupConfiguration"] = {**defaults, **cast("Mapping[str, object]", backup)}
    return {**others, "extendedS3Configuration": s3}


def _problems(request: Mapping[str, object]) -> Iterator[str]:
    destinations = [key for key in request if key.endswith(_DESTINATION)]
    if len(destinations) != 1:
        yield "Exactly one destination configuration is supported for a Firehose"
    kind = request.get("DeliveryStreamType")
    if kind == "KinesisStreamAsSource":
        if "KinesisStreamSourceConfiguration" not in request:
            yield "KinesisSourceStreamConfig is mandatory for KinesisStreamAsSource stream type."
        if "DeliveryStreamEncryptionConfigurationInput" in request:
            yield (
                "Server side encryption from firehose is only allowed for direct put delivery"
                " streams and database as a source delivery streams"
            )
    if _S3 in request:
        yield from _s3_problems(cast("Mapping[str, object]", request[_S3]))


def _s3_problems(s3: Mapping[str, object]) -> Iterator[str]:
    yield from processor_rules.duplicate_problems(member(s3, "ProcessingConfiguration"))
    yield from conversion_problems(s3)
    is_partitioned = bool(member(s3, "DynamicPartitioningConfiguration").get("Enabled"))
    yield from prefix_rules.prefix_problems(s3, is_partitioned=is_partitioned)
    size_mb = cast("int", member(s3, "BufferingHints").get("SizeInMBs", _MIN_PARTITIONED_MB))
    if is_partitioned and size_mb < _MIN_PARTITIONED_MB:
        yield ("BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.")
    yield from processor_rules.processor_problems(
        member(s3, "ProcessingConfiguration"), is_partitioned=is_partitioned
    )
    yield from _encryption_problems(s3)
    yield from _logging_problems(s3)
    yield from _backup_problems(s3)


def _backup_problems(s3: Mapping[str, object]) -> Iterator[str]:
    if s3.get("S3BackupMode") != "Enabled":
        return
    backup = member(s3, "S3BackupConfiguration")
    if not backup:
        yield "S3 backup destination configuration is required when enabling S3 backup."
    yield from prefix_rules.prefix_problems(backup, is_partitioned=False)
    interval_s = member(backup, "BufferingHints").get("IntervalInSeconds", _MIN_BACKUP_INTERVAL_S)
    if cast("int", interval_s) < _MIN_BACKUP_INTERVAL_S:
        # The rule was seen, its words were not.
        yield "BufferingHints.IntervalInSeconds must be at least 60 for the S3 backup."
    yield from _encryption_problems(backup)
    yield from _logging_problems(backup)


def _encryption_problems(s3: Mapping[str, object]) -> Iterator[str]:
    encryption = member(s3, "EncryptionConfiguration")
    if encryption and len(encryption) != 1:
        yield "Exactly one of NoEncryptionConfig or KMSEncryptionConfig must be specified"


def _logging_problems(s3: Mapping[str, object]) -> Iterator[str]:
    logging = member(s3, "CloudWatchLoggingOptions")
    if logging.get("Enabled") and not logging.get("LogGroupName"):
        yield "CloudWatch Log Group Name is required if CloudWatch Logging is enabled"
