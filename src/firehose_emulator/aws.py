"""The clients of a delivery, each under the role that Firehose would take.

Firehose acts under roles of the account, and so does this: whatever a role does not allow fails.
Only the metrics are the service's own.
https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
"""

from __future__ import annotations

import secrets
import string
import time
import uuid
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials

from firehose_emulator.aws_ports import (
    CloudWatchSink,
    GlueSchema,
    KinesisStream,
    LambdaFunction,
    S3Store,
)
from firehose_emulator.ports import Ports
from firehose_emulator.prefixes import RANDOM_STRING_LENGTH
from firelake.formats.errors import SchemaError
from firelake.formats.sessions import new_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firehose_emulator.settings import DeliverySettings
    from firelake.formats.columns import Column

_SESSION_NAME: Final = "firehose-delivery"
# Firehose waits five minutes for a function, whatever the function's own time-out is.
_FUNCTION_S: Final = 300
_CONNECT_S: Final = 5
_READ_S: Final = 60
_CONNECTIONS: Final = 50
_ALPHABET: Final = string.ascii_letters + string.digits


class _NoSchema:
    """The schema of a delivery that converts nothing."""

    def columns(self) -> Sequence[Column]:
        """Fail: nobody asks."""
        message = "no table is configured"
        raise SchemaError(message)


def aws_ports(settings: DeliverySettings) -> Ports:
    """Give the world as AWS's API at the endpoints and with the credentials of the environment.

    Args:
        settings: The roles, the stream, the function, the table.
    """
    of_destination = _session(settings, settings.destination.role_arn)
    conversion, processing = settings.conversion, settings.processing
    schema = (
        _NoSchema()
        if conversion is None
        else GlueSchema(_client(_session(settings, conversion.role_arn), "glue"), conversion)
    )
    source = _session(settings, settings.source_role_arn)
    own = boto3.Session(botocore_session=new_session(), region_name=settings.region)
    return Ports(
        stream=KinesisStream(_client(source, "kinesis"), settings.source_stream_arn),
        function=LambdaFunction(
            _client(of_destination, "lambda", _FUNCTION_S),
            processing.function_arn if processing is not None else "",
        ),
        store=S3Store(_client(of_destination, "s3")),
        schema=schema,
        metrics=CloudWatchSink(_client(own, "cloudwatch")),
        now_ms=lambda: time.time_ns() // 1_000_000,
        new_uuid=lambda: str(uuid.uuid4()),
        random_string=lambda: "".join(
            secrets.choice(_ALPHABET) for _ in range(RANDOM_STRING_LENGTH)
        ),
    )


def _client(session: boto3.Session, service: str, read_timeout_s: float = _READ_S) -> Any:  # noqa: ANN401 - one of many types
    """A client that tries once: the delivery itself tries again, and counts it."""
    config = Config(
        connect_timeout=_CONNECT_S,
        read_timeout=read_timeout_s,
        retries={"total_max_attempts": 1},
        max_pool_connections=_CONNECTIONS,
        s3={"addressing_style": "path"},
    )
    return cast("Any", session).client(service, config=config)


def _session(settings: DeliverySettings, role_arn: str) -> boto3.Session:
    """A session under a role, assumed anew before it ends; the external id is the account's."""
    own = new_session()
    own.set_config_variable("region", settings.region)

    def client_of_sts(_service: str, **keys: Any) -> Any:  # noqa: ANN401 - botocore's own
        return own.create_client("sts", **keys)

    fetcher = AssumeRoleCredentialFetcher(
        client_creator=cast("Any", client_of_sts),
        source_credentials=cast("Any", own.get_credentials()),
        role_arn=role_arn,
        extra_args={"RoleSessionName": _SESSION_NAME, "ExternalId": settings.account_id},
    )
    assumed = new_session()
    credentials = DeferredRefreshableCredentials(
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )
    cast("Any", assumed)._credentials = credentials  # noqa: SLF001 - botocore has no other way
    return boto3.Session(botocore_session=assumed, region_name=settings.region)
