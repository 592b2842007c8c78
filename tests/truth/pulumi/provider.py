"""Pulumi's provider of AWS, over the embedded cloud's own provisioners.

What it made is on record in a folder, so that a later process knows it; MiniStack has the rest.
Its protocol: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from google.protobuf import empty_pb2, struct_pb2

from athena_on_duckdb.clients import Clients
from firelake.formats.emulation import FunctionRefusedError
from firelake.local.ministack import ACCOUNT_ID, REGION
from firelake.local.provider import Created, Registration
from firelake.local.provision.place import Place
from firelake.local.provision.provider import MinistackProvider
from firelake.local.provision.registry import PROVISIONERS
from firelake.local.provision.updating import UpdatingProvider, comparable
from firelake.local.values import (
    ARCHIVE_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN,
    properties,
    to_wire,
    unknown_paths,
)
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc
from tests.truth.pulumi.deletion import delete
from tests.truth.pulumi.names import names_of
from tests.truth.pulumi.plugin import serve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What AWS keeps for good; the provider's pages say "Forces new resource".
_FIXED: Final = frozenset({
    "bucket", "databaseName", "endpoint", "functionName", "hashKey", "kinesisSourceConfiguration",
    "name", "rangeKey", "role", "topicArn", "workgroup",
})  # fmt: skip
_PROTECTED: Final = "deletionProtectionEnabled"
# What decides about a later deletion alone.
_OF_DELETION: Final = frozenset({
    "deletionWindowInDays", "enforceConsumerDeletion", "forceDestroy", _PROTECTED,
})  # fmt: skip
_VERSION: Final = metadata.version("pulumi-aws")
_HELD: Final = "TRUTH_PULUMI_HOLDS"


class AwsProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Makes, changes and deletes what the engine asks for; what is raised, the engine tells."""

    def __init__(self, folder: Path) -> None:
        """Takes the folder of its records."""
        self._folder = folder
        clients = Clients(dict(os.environ))
        self._place = Place(
            account_id=ACCOUNT_ID,
            region=REGION,
            clients=clients,
            now_ms=lambda: time.time_ns() // 1_000_000,
        )
        self._inner = MinistackProvider(self._place)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        return plugin_pb2.PluginInfo(version=_VERSION)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        return provider_pb2.GetSchemaResponse(schema=f'{{"name":"aws","version":"{_VERSION}"}}')

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        changed = _changed(request)
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME
            if changed
            else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=changed,
            replaces=[key for key in changed if key in _FIXED],
            deleteBeforeReplace=True,
        )

    def Create(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        registration = _registration(request.urn, request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(
                properties=_previewed(registration.type, request.properties)
            )
        created = self._inner.create(registration)
        state = _state(registration, created)
        self._record(registration.type, created.id).write_bytes(state.SerializeToString())
        self._hold(registration.type)
        return provider_pb2.CreateResponse(id=created.id, properties=state)

    def Read(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        record = self._record(_type_of(request.urn), request.id)
        if not record.exists():
            return provider_pb2.ReadResponse()
        state = struct_pb2.Struct.FromString(record.read_bytes())
        names = names_of(_type_of(request.urn))
        made = _by_hash(state)
        inputs = {k: v for k, v in made.items() if k in names.inputs}
        return provider_pb2.ReadResponse(
            id=request.id,
            properties=state,
            inputs=request.inputs if request.inputs.fields else to_wire(inputs, frozenset()),
        )

    def Update(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        if request.preview:
            return provider_pb2.UpdateResponse(
                properties=_previewed(_type_of(request.urn), request.news, request.olds)
            )
        before = replace(_registration(request.urn, None), inputs=_by_hash(request.old_inputs))
        now = _registration(request.urn, request.news)
        known = {k: v for k, v in _by_hash(request.olds).items() if k not in before.inputs}
        made = {request.urn: (before, Created(request.id, known))}
        if {*_changed(request)} <= _OF_DELETION:
            created = made[request.urn][1]
            self._protect(now)
        else:
            created = UpdatingProvider(self._inner, self._place, made).create(now)
        state = _state(now, created)
        self._record(now.type, request.id).write_bytes(state.SerializeToString())
        return provider_pb2.UpdateResponse(properties=state)

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        delete(self._place, _type_of(request.urn), request.id, _by_hash(request.properties))
        self._record(_type_of(request.urn), request.id).unlink(missing_ok=True)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: ANN401, ARG002, N802
        try:
            answer = self._inner.invoke(request.tok, properties(request.args))
        except FunctionRefusedError as error:
            return provider_pb2.InvokeResponse(
                failures=[provider_pb2.CheckFailure(reason=str(error))]
            )
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(to_wire(answer, frozenset()))
        return response

    def _protect(self, registration: Registration) -> None:
        """Tells DynamoDB, which alone keeps of itself what may be deleted."""
        if _PROTECTED in registration.inputs:
            wanted = {
                "TableName": registration.inputs["name"],
                "DeletionProtectionEnabled": registration.inputs[_PROTECTED],
            }
            self._place.clients.call("dynamodb", "UpdateTable", wanted)

    def _record(self, type_: str, id_: str) -> Path:
        return self._folder / f"{type_} {id_}".replace("/", "~").replace(":", "~")

    def _hold(self, type_: str) -> None:
        """Holds an answer back for ever, where it is to be lost."""
        marker = os.environ.get(_HELD, "")
        wanted, _, file = marker.partition("=")
        if file and type_ == wanted:
            with suppress(FileExistsError):  # one alone
                Path(file).touch(exist_ok=False)
                time.sleep(3600)


def _changed(request: Any) -> list[str]:  # noqa: ANN401 -- of a Diff or an Update
    """Returns the inputs that differ, or that the program does not know yet."""
    old, new = _by_hash(request.old_inputs), _by_hash(request.news)
    unknown = {path.partition(".")[0].partition("[")[0] for path in unknown_paths(request.news)}
    return sorted(
        key
        for key in {*old, *new} - {*request.ignoreChanges}
        if key in unknown or comparable(old.get(key)) != comparable(new.get(key))
    )


def _by_hash(struct: struct_pb2.Struct) -> dict[str, object]:
    """Returns properties, of whose archives the state has the hash alone."""
    bare = struct_pb2.Struct()
    bare.CopyFrom(struct)
    for value in bare.fields.values():
        signed = value.struct_value.fields
        if SIGNATURE_KEY in signed and signed[SIGNATURE_KEY].string_value == ARCHIVE_SIGNATURE:
            value.string_value = signed["hash"].string_value
    return properties(bare)


def _registration(urn: str, given: struct_pb2.Struct | None) -> Registration:
    return Registration(
        urn=urn,
        type=_type_of(urn),
        name=urn.split("::", 3)[3],
        is_custom=True,
        parent="",
        inputs={} if given is None else properties(given),
        secret_inputs=frozenset(),
        dependencies=frozenset(),
        input_dependencies={},
        is_protected=False,
        is_retained_on_delete=False,
        is_deleted_before_replace=False,
        ignored_changes=(),
        replacing_changes=(),
        provider="",
        source=urn,
    )


def _state(registration: Registration, created: Created) -> struct_pb2.Struct:
    return to_wire({**registration.inputs, **created.outputs}, frozenset())


def _previewed(
    type_: str, inputs: struct_pb2.Struct, olds: struct_pb2.Struct | None = None
) -> struct_pb2.Struct:
    """What will be there: the inputs, and outputs that are not known yet, or as they were."""
    state = struct_pb2.Struct()
    known: Mapping[str, Any] = dict(olds.fields) if olds is not None else {}
    for name in names_of(type_).outputs - set(inputs.fields):
        if name in known:
            state.fields[name].CopyFrom(known[name])
        elif olds is None:
            state.fields[name].string_value = UNKNOWN
    for name, value in inputs.fields.items():
        state.fields[name].CopyFrom(value)
    return state


def _type_of(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def main(_: Sequence[str]) -> None:
    """Serves until Pulumi ends it."""
    for type_ in PROVISIONERS:  # by one thread: Pulumi's imports by need are for one alone
        names_of(type_)
    provider = AwsProvider(Path(os.environ["TRUTH_PULUMI_RECORDS"]))
    serve(lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server))


if __name__ == "__main__":
    main(sys.argv[1:])
