"""Runs a Pulumi program with nothing behind it, and records every resource that it registers."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from firelake.formats.emulation import FunctionRefusedError, InputError, UnknownTypeError
from firelake.formats.service_models.requests import constraint_violations
from firelake.local.provider import Created, Registration
from firelake.local.runner import Deployment, Stack, run_program

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from firelake.infra.config_sections import TransformConfig

# Per resource type: its id, and its outputs that are no inputs, as the AWS provider gives them.
# In braces stand inputs, `account`, `region`, `uuid` (made of the name) and `arn` (of the output).
_ARN = "arn:aws:{service}:{{region}}:{{account}}:"
_BUCKET_PART: tuple[str, Mapping[str, object]] = ("{bucket}", {})


def _named(
    service: str, resource: str, *, identity: str, **outputs: object
) -> tuple[str, Mapping[str, object]]:
    return identity, {"arn": _ARN.format(service=service) + resource, **outputs}


MADE: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "aws:appautoscaling/policy:Policy": _named(
        "autoscaling",
        "scalingPolicy:{uuid}:resource/{serviceNamespace}/{resourceId}:policyName/{name}",
        identity="{name}",
        alarmArns=[],
    ),
    "aws:appautoscaling/target:Target": _named(
        "application-autoscaling", "scalable-target/{uuid}", identity="{resourceId}"
    ),
    "aws:athena/namedQuery:NamedQuery": ("{uuid}", {}),
    "aws:athena/workgroup:Workgroup": _named("athena", "workgroup/{name}", identity="{name}"),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": _named(
        "cloudwatch", "alarm:{alarmName}", identity="{alarmName}"
    ),
    "aws:cloudwatch/dashboard:Dashboard": (
        "{dashboardName}",
        {"dashboardArn": "arn:aws:cloudwatch::{account}:dashboard/{dashboardName}"},
    ),
    "aws:cloudwatch/eventRule:EventRule": _named("events", "rule/{name}", identity="{name}"),
    "aws:cloudwatch/eventTarget:EventTarget": ("{rule}-{targetId}", {}),
    "aws:cloudwatch/logGroup:LogGroup": _named("logs", "log-group:{name}", identity="{name}"),
    "aws:cloudwatch/logStream:LogStream": _named(
        "logs", "log-group:{logGroupName}:log-stream:{name}", identity="{name}"
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _named(
        "cloudwatch", "alarm:{name}", identity="{name}"
    ),
    "aws:dynamodb/table:Table": _named("dynamodb", "table/{name}", identity="{name}"),
    "aws:glue/catalogDatabase:CatalogDatabase": _named(
        "glue", "database/{name}", identity="{account}:{name}", catalogId="{account}"
    ),
    "aws:glue/catalogTable:CatalogTable": _named(
        "glue",
        "table/{databaseName}/{name}",
        identity="{account}:{databaseName}:{name}",
        catalogId="{account}",
    ),
    "aws:glue/crawler:Crawler": _named("glue", "crawler/{name}", identity="{name}"),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": (
        "{arn}",
        {"arn": "arn:aws:iam::{account}:oidc-provider/{host}"},
    ),
    "aws:iam/policy:Policy": (
        "{arn}",
        {"arn": "arn:aws:iam::{account}:policy/{name}", "policyId": "ANPA{uuid}"},
    ),
    "aws:iam/role:Role": (
        "{name}",
        {"arn": "arn:aws:iam::{account}:role/{name}", "uniqueId": "AROA{uuid}"},
    ),
    "aws:iam/rolePolicy:RolePolicy": ("{role}:{name}", {}),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ("{role}/{policyArn}", {}),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _named(
        "firehose",
        "deliverystream/{name}",
        identity="{arn}",
        destinationId="destinationId-000000000001",
        versionId="1",
    ),
    "aws:kinesis/stream:Stream": _named("kinesis", "stream/{name}", identity="{arn}"),
    "aws:kinesis/resourcePolicy:ResourcePolicy": ("{resourceArn}", {}),
    "aws:kms/alias:Alias": _named("kms", "{name}", identity="{name}"),
    "aws:kms/key:Key": _named("kms", "key/{uuid}", identity="{uuid}", keyId="{uuid}"),
    "aws:lakeformation/permissions:Permissions": ("{uuid}", {}),
    "aws:lambda/alias:Alias": _named(
        "lambda", "function:{functionName}:{name}", identity="{arn}", invokeArn="{uuid}"
    ),
    "aws:lambda/function:Function": _named(
        "lambda",
        "function:{name}",
        identity="{name}",
        version="1",
        qualifiedArn="arn:aws:lambda:{region}:{account}:function:{name}:1",
        invokeArn=(
            "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/"
            "arn:aws:lambda:{region}:{account}:function:{name}/invocations"
        ),
    ),
    "aws:lambda/permission:Permission": ("{statementId}", {}),
    "aws:s3/bucket:Bucket": (
        "{bucket}",
        {
            "arn": "arn:aws:s3:::{bucket}",
            "bucketDomainName": "{bucket}.s3.amazonaws.com",
            "bucketRegion": "{region}",
            "bucketRegionalDomainName": "{bucket}.s3.{region}.amazonaws.com",
        },
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _BUCKET_PART,
    "aws:s3/bucketNotification:BucketNotification": _BUCKET_PART,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _BUCKET_PART,
    "aws:s3/bucketPolicy:BucketPolicy": _BUCKET_PART,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _BUCKET_PART,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        _BUCKET_PART
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _BUCKET_PART,
    "aws:scheduler/schedule:Schedule": _named(
        "scheduler", "schedule/default/{name}", identity="default/{name}"
    ),
    "aws:sfn/stateMachine:StateMachine": _named("states", "stateMachine:{name}", identity="{arn}"),
    "aws:sns/topic:Topic": _named("sns", "{name}", identity="{arn}", owner="{account}"),
    "aws:sns/topicPolicy:TopicPolicy": ("{arn}", {"owner": "{account}"}),
    "aws:sns/topicSubscription:TopicSubscription": (
        "{arn}",
        {"arn": "{topic}:{uuid}", "ownerId": "{account}"},
    ),
    "pulumi:providers:aws": ("{uuid}", {}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A registered resource; `parent` and `depends_on` are names of resources, sorted.

    The parent of a resource of the stack itself is empty. `depends_on` has those of the inputs too.
    """

    type: str
    name: str
    inputs: Mapping[str, Any]
    parent: str
    protect: bool
    depends_on: tuple[str, ...]
    registration: Registration


@dataclass(frozen=True, slots=True)
class Recording:
    """What a program registered, in its order where that may be, and the outputs of the stack."""

    resources: tuple[Resource, ...]
    outputs: Mapping[str, Any]
    deployment: Deployment

    @property
    def names(self) -> list[tuple[str, str]]:
        """Type and name of every resource, sorted."""
        return sorted((resource.type, resource.name) for resource in self.resources)

    def all(self, type_: str) -> list[Resource]:
        """Gives the resources of a type, which may be written without its module: `Bucket`."""
        return [each for each in self.resources if type_ in {each.type, _short(each.type)}]

    def only(self, type_: str, name: str | None = None) -> Resource:
        """Gives the one resource of a type, and of a name if there is more than one.

        Raises:
            AssertionError: There is none, or more than one.
        """
        found = [each for each in self.all(type_) if name in {None, each.name}]
        assert len(found) == 1, f"{type_} {name}: found {[each.name for each in found]}"
        return found[0]


class RecordingProvider:
    """Makes nothing, but gives ids and outputs as the AWS provider would."""

    def __init__(
        self,
        account_id: str,
        region: str,
        events_table: Mapping[str, object] | None = None,
        tables: Mapping[str, str] | None = None,
        streams: Mapping[str, int] | None = None,
    ) -> None:
        self._streams = streams or {}
        self._account_id = account_id
        self._region = region
        self._events_table = events_table
        self._tables = tables or {}

    def create(self, registration: Registration) -> Created:
        """Gives id and outputs of a resource.

        Raises:
            UnknownTypeError: The table of this module, or that of API calls, has no such type.
            InputError: An input is not as AWS's service models ask.
        """
        if registration.type not in MADE:
            message = f"the recorder does not know {registration.type!r}: add its id and outputs"
            raise UnknownTypeError(message)
        if not registration.type.startswith("pulumi:providers:"):
            violations = list(constraint_violations(registration.type, registration.inputs))
            if violations:
                message = "; ".join(violations)
                raise InputError(message)
        identity, outputs = MADE[registration.type]
        parts: dict[str, object] = {
            **registration.inputs,
            "account": self._account_id,
            "region": self._region,
            "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, registration.urn)),
            "host": re.sub(r"^https://", "", str(registration.inputs.get("url", ""))),
        }
        made = {
            key: value.format_map(parts) if isinstance(value, str) else value
            for key, value in outputs.items()
        }
        return Created(identity.format_map({**parts, **made}), made)

    def invoke(self, token: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """Answers the functions that tell where the program runs.

        Raises:
            UnknownTypeError: It is another function.
        """
        identity = {
            "id": self._account_id,
            "accountId": self._account_id,
            "arn": f"arn:aws:iam::{self._account_id}:user/deployer",
            "userId": "AIDAEXAMPLE",
        }
        region = {
            "id": self._region,
            "name": self._region,
            "region": self._region,
            "description": "",
            "endpoint": f"ec2.{self._region}.amazonaws.com",
        }
        partition = {
            "id": "aws",
            "partition": "aws",
            "dnsSuffix": "amazonaws.com",
            "reverseDnsPrefix": "com.amazonaws",
        }
        answers: dict[str, Mapping[str, object]] = {
            "aws:index/getCallerIdentity:getCallerIdentity": identity,
            "aws:index/getPartition:getPartition": partition,
            "aws:index/getRegion:getRegion": region,
            "aws:dynamodb/getTables:getTables": {
                "id": self._region,
                "names": [*self._tables],
                "region": self._region,
            },
            "aws:dynamodb/getTable:getTable": {
                "id": "",
                "billingMode": self._tables.get(str(arguments.get("name")), ""),
            },
        }
        if token == "aws:kinesis/getStream:getStream":
            name = str(arguments["name"])
            if name not in self._streams:
                message = f"DescribeStreamSummary: ResourceNotFoundException: no stream {name}"
                raise FunctionRefusedError(message)
            return {"id": name, "name": name, "retentionPeriod": self._streams[name]}
        if token == "aws:glue/getCatalogTable:getCatalogTable":
            if self._events_table is None or arguments["name"] != "events":
                message = "GetTable: EntityNotFoundException: Entity Not Found"
                raise FunctionRefusedError(message)
            return self._events_table
        if token not in answers:
            message = f"the recorder does not know the function {token!r} of {dict(arguments)}"
            raise UnknownTypeError(message)
        return answers[token]


def run(  # noqa: PLR0913 (every one but the program has a default)
    program: Callable[[], None],
    config: Mapping[str, object] | None = None,
    *,
    project: str = "firelake",
    stack: str = "dev",
    account_id: str = "111122223333",
    region: str = "us-east-1",
    events_table: Mapping[str, object] | None = None,
    tables: Mapping[str, str] | None = None,
    streams: Mapping[str, int] | None = None,
) -> Recording:
    """Runs a program as `pulumi up` would, with nothing behind it but `tables` of DynamoDB.

    `tables` has their billing modes by their names, `streams` of Kinesis their retention in hours.

    `config` has keys as in a stack's file, `firelake:startDate` or `startDate`; values that are no
    text are given as objects. `events_table` is what Glue shows of the table before; None for
    a first deployment. Every safety net of the embedded cloud is on.

    Raises:
        LocalError: The program broke a net.
        Exception: Whatever the program raised.
    """
    deployment = run_program(
        program,
        RecordingProvider(account_id, region, events_table, tables, streams),
        Stack(project=project, name=stack, config={"aws:region": region, **(config or {})}),
        parallel=1,
    )
    resources = tuple(_resource(each) for each in deployment.registrations)
    return Recording(resources, deployment.outputs, deployment)


def zip_at(path: Path) -> Callable[[TransformConfig, Path], Path]:
    """Gives a made-up zip to a program that would build one."""
    return lambda _config, _contract_file: path


def _resource(registration: Registration) -> Resource:
    parent_type, parent_name = _type_and_name(registration.parent)
    return Resource(
        type=registration.type,
        name=registration.name,
        inputs=registration.inputs,
        parent="" if parent_type == "pulumi:pulumi:Stack" else parent_name,
        protect=registration.is_protected,
        depends_on=tuple(sorted(_type_and_name(urn)[1] for urn in registration.dependencies)),
        registration=registration,
    )


def _type_and_name(urn: str) -> tuple[str, str]:
    _, _, types, name = urn.split("::", 3)
    return types.rpartition("$")[2], name


def _short(type_: str) -> str:
    return type_.rpartition(":")[2]
