"""The provider of the embedded cloud: finds the function of a resource type, and checks first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from firelake.formats.emulation import DuplicateResourceError, InputError, UnknownTypeError
from firelake.formats.service_models.requests import constraint_violations
from firelake.local.provision.glue import deployed_catalog_table
from firelake.local.provision.registry import PROVISIONERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.local.provider import Created, Registration
    from firelake.local.provision.place import Place

_TABLE: Final = "aws:dynamodb/getTable:getTable"
_STREAM: Final = "aws:kinesis/getStream:getStream"


class MinistackProvider:
    """Makes each resource of a program on MiniStack, or keeps it where MiniStack has no such one.

    Args:
        place: Where they are made.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], Registration] = {}

    def create(self, registration: Registration) -> Created:
        """Make a resource.

        Raises:
            UnknownTypeError: Nothing here makes resources of this type.
            InputError: An input has no place in any API call, or not such a value there.
            DuplicateResourceError: Another resource of the program is this very one.
            botocore.exceptions.ClientError: MiniStack refused.
        """
        provisioner = PROVISIONERS.get(registration.type)
        if provisioner is None:
            message = (
                f"the embedded cloud does not make {registration.type!r}: "
                "add it to src/firelake/local/provision/registry.py"
            )
            raise UnknownTypeError(message)
        violations = list(constraint_violations(registration.type, registration.inputs))
        if violations:
            message = "; ".join(violations)
            raise InputError(message)
        created = provisioner(self._place, registration)
        # Ids of some types, such as a log stream's, are unique within their parent only.
        identity = str(created.outputs.get("arn", created.id))
        with self._lock:
            first = self._made.setdefault((registration.type, identity), registration)
        if first is not registration:
            message = f"{first} is {identity!r} too: one would overwrite the other"
            raise DuplicateResourceError(message)
        return created

    def invoke(self, token: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """Answer the functions that tell where the program runs, and what Glue has.

        Raises:
            FunctionRefusedError: AWS refuses what is asked.
            UnknownTypeError: It is another function, or is asked about another place.
        """
        if token == "aws:glue/getCatalogTable:getCatalogTable":  # noqa: S105 -- no password
            return deployed_catalog_table(self._place, arguments)
        answers = {
            "aws:index/getCallerIdentity:getCallerIdentity": self._caller,
            "aws:index/getPartition:getPartition": self._partition,
            "aws:dynamodb/getTables:getTables": self._tables,
            "aws:index/getRegion:getRegion": self._region,
        }
        if token == _TABLE and [*arguments] == ["name"]:
            return self._table(str(arguments["name"]))
        if token == _STREAM and [*arguments] == ["name"]:
            return self._stream(str(arguments["name"]))
        if token not in answers or arguments:
            message = f"the embedded cloud does not answer {token!r} of {dict(arguments)}"
            raise UnknownTypeError(message)
        return answers[token]()

    def _caller(self) -> Mapping[str, object]:
        caller = self._place.clients.call("sts", "GetCallerIdentity", {})
        return {
            "id": caller["Account"],
            "accountId": caller["Account"],
            "arn": caller["Arn"],
            "userId": caller["UserId"],
        }

    def _partition(self) -> Mapping[str, object]:
        return {
            "id": "aws",
            "partition": "aws",
            "dnsSuffix": "amazonaws.com",
            "reverseDnsPrefix": "com.amazonaws",
        }

    def _tables(self) -> Mapping[str, object]:
        names = self._place.clients.call("dynamodb", "ListTables", {})["TableNames"]
        return {"id": self._place.region, "names": names, "region": self._place.region}

    def _table(self, name: str) -> Mapping[str, object]:
        told = self._place.clients.call("dynamodb", "DescribeTable", {"TableName": name})["Table"]
        mode = told.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        return {"id": name, "name": name, "arn": told["TableArn"], "billingMode": mode}

    def _stream(self, name: str) -> Mapping[str, object]:
        told = self._place.clients.call("kinesis", "DescribeStreamSummary", {"StreamName": name})
        summary = told["StreamDescriptionSummary"]
        return {
            "id": name,
            "name": name,
            "arn": summary["StreamARN"],
            "retentionPeriod": summary["RetentionPeriodHours"],
        }

    def _region(self) -> Mapping[str, object]:
        region = self._place.region
        return {
            "id": region,
            "name": region,
            "region": region,
            "description": region,
            "endpoint": f"ec2.{region}.amazonaws.com",
        }
