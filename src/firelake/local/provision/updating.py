"""Brings what a program made up to date with what it would make now, on the same MiniStack.

What is as it was is left alone; what a contract changes (tables and views, the function and its
alias, policies, alarms, dashboard and queries) is changed in place. Anything else is refused: a
lake that is started anew has it.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from pulumi import FileArchive

from firelake.formats.emulation import UnsupportedFeatureError
from firelake.formats.service_models.requests import api_requests
from firelake.local.provider import Created
from firelake.local.provision.iam_differences import as_put
from firelake.local.provision.place import text
from firelake.local.provision.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firelake.local.provider import Provider, Registration
    from firelake.local.provision.place import Place

    Made = Mapping[str, tuple[Registration, Created]]
    Update = Callable[[Place, Registration, Created], Created]

_TABLE: Final = "aws:glue/catalogTable:CatalogTable"
_NAMED_QUERY: Final = "aws:athena/namedQuery:NamedQuery"


class UpdatingProvider:
    """Makes a program's new resources, and changes those that it made before.

    Args:
        inner: Makes what is new.
        place: Where it all is.
        made: What an earlier run made, by URN.

    Attributes:
        made: What there is now, by URN.
        changed: What this run changed, made or deleted, in words.
    """

    def __init__(self, inner: Provider, place: Place, made: Made) -> None:
        self._inner = inner
        self._place = place
        self._before = made
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self.made = dict(made)
        self.changed: list[str] = []

    def create(self, registration: Registration) -> Created:
        """Make a resource, change it, or leave it as it is.

        Raises:
            UnsupportedFeatureError: It would be changed, and is of a type that is not.
            Exception: Whatever the inner provider or MiniStack raises.
        """
        before = self._before.get(registration.urn)
        if before is None:
            created = self._inner.create(registration)
            self._note(registration, created, "made")
        elif comparable(before[0].inputs) == comparable(registration.inputs):
            created = before[1]
            self._note(registration, created, "")
        else:
            update = _UPDATES.get(registration.type)
            if update is None:
                keys = ", ".join(_changed_keys(before[0], registration))
                message = (
                    f"{registration} would change ({keys}), which a lake that runs does not take:"
                    " end it by `firelake down`, and start a new one"
                )
                raise UnsupportedFeatureError(message)
            created = update(self._place, registration, before[1])
            self._note(registration, created, "changed")
        return created

    def invoke(self, token: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """Answer a function, as the inner provider does."""
        return self._inner.invoke(token, arguments)

    def delete_rest(self) -> None:
        """Delete views and queries that the program no longer makes; anything else stays.

        What stays is still there for a later run that makes it.
        """
        for urn in [each for each in self._before if each not in self._seen]:
            registration, created = self.made[urn]
            if registration.type == _TABLE:
                asked = _requests(registration)["CreateTable"]
                name = text(registration.inputs, "name")
                parameters = {"DatabaseName": asked["DatabaseName"], "Name": name}
                self._place.clients.call("glue", "DeleteTable", parameters)
            elif registration.type == _NAMED_QUERY:
                parameters = {"NamedQueryId": created.id}
                self._place.clients.call("athena", "DeleteNamedQuery", parameters)
            else:
                continue
            del self.made[urn]
            self.changed.append(f"deleted {registration.type} {registration.name}")

    def _note(self, registration: Registration, created: Created, what: str) -> None:
        with self._lock:
            self._seen.add(registration.urn)
            self.made[registration.urn] = (registration, created)
            if what:
                self.changed.append(f"{what} {registration.type} {registration.name}")


def comparable(value: object) -> object:
    """Returns a value whose archives are compared by their path, which tells what they hold."""
    if isinstance(value, FileArchive):
        return ("archive", value.path)
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {key: comparable(each) for key, each in members.items()}
    if isinstance(value, list):
        return [comparable(each) for each in cast("list[object]", value)]
    return value


def _changed_keys(before: Registration, now: Registration) -> list[str]:
    return sorted(
        key
        for key in {*before.inputs, *now.inputs}
        if comparable(before.inputs.get(key)) != comparable(now.inputs.get(key))
    )


def _requests(registration: Registration) -> dict[str, dict[str, object]]:
    return {
        each.operation: dict(each.parameters)
        for each in api_requests(registration.type, registration.inputs)
    }


def _put_again(place: Place, registration: Registration, made: Created) -> Created:
    """Of calls that put the whole, the same ones again."""
    place.send(registration)
    return made


def _update_table(place: Place, registration: Registration, made: Created) -> Created:
    asked = _requests(registration)["CreateTable"]
    parameters = {key: asked[key] for key in ("DatabaseName", "TableInput")}
    place.clients.call("glue", "UpdateTable", parameters)
    return made


def _update_function(place: Place, registration: Registration, made: Created) -> Created:
    name = text(registration.inputs, "name")
    asked = _requests(registration)["CreateFunction"]
    settings = {
        key: asked[key]
        for key in ("Environment", "Timeout", "MemorySize", "Handler", "Runtime")
        if key in asked
    }
    place.clients.call("lambda", "UpdateFunctionConfiguration", {"FunctionName": name, **settings})
    code = cast("FileArchive", registration.inputs["code"])

    def is_updated() -> bool:
        told = place.clients.call("lambda", "GetFunctionConfiguration", {"FunctionName": name})
        return told["State"] == "Active" and told.get("LastUpdateStatus") != "InProgress"

    wait_until(is_updated, f"the settings of {name!r} are in force")
    answer = place.clients.call(
        "lambda",
        "UpdateFunctionCode",
        {"FunctionName": name, "ZipFile": Path(code.path).read_bytes(), "Publish": True},
    )
    wait_until(is_updated, f"the code of {name!r} is in force")
    changed = {
        "codeSha256": str(answer["CodeSha256"]),
        "qualifiedArn": f"{made.outputs['arn']}:{answer['Version']}",
        "version": str(answer["Version"]),
    }
    return Created(made.id, {**made.outputs, **changed})


def _update_alias(place: Place, registration: Registration, made: Created) -> Created:
    asked = _requests(registration)["CreateAlias"]
    parameters = {key: asked[key] for key in ("FunctionName", "Name", "FunctionVersion")}
    place.clients.call("lambda", "UpdateAlias", parameters)
    return made


def _update_named_query(place: Place, registration: Registration, made: Created) -> Created:
    place.clients.call("athena", "DeleteNamedQuery", {"NamedQueryId": made.id})
    answer = place.send(registration)["CreateNamedQuery"]
    return Created(str(answer["NamedQueryId"]), made.outputs)


def _update_policy(place: Place, registration: Registration, made: Created) -> Created:
    document = as_put(text(registration.inputs, "policy"))
    answer = place.clients.call("iam", "GetPolicy", {"PolicyArn": made.id})
    place.clients.call(
        "iam",
        "CreatePolicyVersion",
        {"PolicyArn": made.id, "PolicyDocument": document, "SetAsDefault": True},
    )
    # IAM keeps five versions at most.
    version = answer["Policy"]["DefaultVersionId"]
    place.clients.call("iam", "DeletePolicyVersion", {"PolicyArn": made.id, "VersionId": version})
    return made


def _update_machine(place: Place, registration: Registration, made: Created) -> Created:
    asked = _requests(registration)["CreateStateMachine"]
    parameters = {key: asked[key] for key in ("definition", "roleArn")}
    place.clients.call(
        "stepfunctions", "UpdateStateMachine", {"stateMachineArn": made.id, **parameters}
    )
    return made


_UPDATES: Final[Mapping[str, Update]] = {
    _NAMED_QUERY: _update_named_query,
    "aws:cloudwatch/dashboard:Dashboard": _put_again,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _put_again,
    _TABLE: _update_table,
    "aws:iam/policy:Policy": _update_policy,
    "aws:lambda/alias:Alias": _update_alias,
    "aws:lambda/function:Function": _update_function,
    "aws:sfn/stateMachine:StateMachine": _update_machine,
}
