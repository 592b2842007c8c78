"""The resource monitor of an embedded run: what the Pulumi engine is to a program elsewhere.

It speaks the engine's protocol by plain method calls; the program's SDK calls it from several
threads. The protocol:
https://github.com/pulumi/pulumi/blob/master/proto/pulumi/resource.proto
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol, cast
from urllib.parse import unquote

from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, resource_pb2

from firelake.formats.emulation import (
    DuplicateResourceError,
    FunctionRefusedError,
    InputError,
    ProvisionError,
    UnknownOutputError,
    UnsupportedFeatureError,
)
from firelake.local.nets.annotations import annotation_violations
from firelake.local.provider import Created, Provider, Registration
from firelake.local.values import is_secret, properties, to_wire, unknown_paths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.protobuf import struct_pb2

STACK_TYPE = "pulumi:pulumi:Stack"
_PROVIDER_TYPES = "pulumi:providers:"

# What is left out here (transforms, hooks, references to resources) the SDK refuses by an error or
# does without; offered and not done it would be passed over in silence.
_FEATURES = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
)


class _SourcePosition(Protocol):
    """A place in the program's source: a URI of the file, and a line."""

    uri: str
    line: int


class Monitor:
    """Registers the resources of one run with a provider, and holds every safety net.

    One mistake it cannot see: an `apply` on an output that its provider does not give is not run,
    and if neither an input nor an output of the program comes of it, nobody misses it.

    `registrations` has them in the order in which they were made; `outputs` what the stack and
    each component (by URN) gave out; `secret_outputs` the names of the stack's secret ones.
    """

    def __init__(self, provider: Provider, *, project: str, stack: str) -> None:
        self._provider = provider
        self._project = project
        self._stack = stack
        self._lock = threading.Lock()
        self._taken: dict[str, str] = {}
        self.registrations: list[Registration] = []
        self.component_outputs: dict[str, Mapping[str, object]] = {}
        self.outputs: Mapping[str, object] = {}
        self.secret_outputs: frozenset[str] = frozenset()

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse the calls of the protocol that are not below, such as that of `Resource.get`."""
        message = f"the program needs Pulumi's {name}, which the embedded run does not offer"
        raise UnsupportedFeatureError(message)

    def GetDeploymentInfo(self, _request: empty_pb2.Empty) -> resource_pb2.DeploymentInfo:  # noqa: N802
        """Tell what this monitor can do."""
        return resource_pb2.DeploymentInfo(supportedFeatures=_FEATURES)

    def SignalAndWaitForShutdown(self, _request: empty_pb2.Empty) -> empty_pb2.Empty:  # noqa: N802
        """Let the program end at once: nothing here outlives it."""
        return empty_pb2.Empty()

    def RegisterResource(  # noqa: N802
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Check a resource and let the provider make it.

        Raises:
            DuplicateResourceError: A resource of this type and name was registered before.
            UnknownOutputError: An input is an output that its provider does not give.
            InputError: An input is not what pulumi-aws's own annotations say.
            UnsupportedFeatureError: The resource is to be imported, or is a remote component.
            ProvisionError: The provider raised an error, which is the cause.
        """
        urn = self._urn(request.parent, request.type, request.name)
        source = _place(request)
        self._take(urn, f"{request.type} {request.name!r}", source)
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        _refuse_unknowns(request, source)
        registration = _registration(urn, source, request)
        _refuse_unsupported(request, registration)
        if not registration.is_custom:
            created = Created("")
        else:
            _refuse_violations(registration)
            created = self._create(registration)
        with self._lock:
            self.registrations.append(registration)
        state = {**registration.inputs, **created.outputs} if registration.is_custom else {}
        return resource_pb2.RegisterResourceResponse(
            urn=urn,
            id=created.id,
            object=to_wire(state, registration.secret_inputs),
            # Outputs that are not in `object` become unknown in the program, instead of None.
            unknown=registration.is_custom,
        )

    def RegisterResourceOutputs(  # noqa: N802
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        """Take the outputs of the stack or of a component.

        Raises:
            UnknownOutputError: One of them is an output that its provider does not give.
        """
        outputs = properties(request.outputs)
        is_stack = _type_of(request.urn) == STACK_TYPE
        for path in unknown_paths(request.outputs):
            owner = "the stack" if is_stack else f"the component {_name_of(request.urn)!r}"
            message = (
                f"output {path!r} of {owner} uses an output that the provider of its resource "
                "does not give: give it there, or use another one"
            )
            raise UnknownOutputError(message)
        with self._lock:
            if is_stack:
                self.outputs = outputs
                self.secret_outputs = _secret_keys(request.outputs)
            else:
                self.component_outputs[request.urn] = outputs
        return empty_pb2.Empty()

    def Invoke(  # noqa: N802
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        """Let the provider answer a function.

        Raises:
            ProvisionError: The provider raised an error, which is the cause.
        """
        try:
            answer = self._provider.invoke(request.tok, properties(request.args))
        except FunctionRefusedError as error:
            failure = provider_pb2.CheckFailure(reason=str(error))
            return resource_pb2.ResourceInvokeResponse(failures=[failure])
        except Exception as error:
            message = f"function {request.tok}: {type(error).__name__}: {error}"
            raise ProvisionError(message) from error
        response = resource_pb2.ResourceInvokeResponse()
        result: struct_pb2.Struct = getattr(response, "return")
        result.CopyFrom(to_wire(answer, frozenset()))
        return response

    def _urn(self, parent: str, resource_type: str, name: str) -> str:
        ancestry = "" if not parent else parent.split("::")[2]
        # The engine names the stack in no URN but its own.
        qualified = resource_type if ancestry in {"", STACK_TYPE} else f"{ancestry}${resource_type}"
        return f"urn:pulumi:{self._stack}::{self._project}::{qualified}::{name}"

    def _take(self, urn: str, resource: str, source: str) -> None:
        with self._lock:
            first = self._taken.get(urn)
            self._taken.setdefault(urn, source)
        if first is not None:
            message = (
                f"{resource} ({source}) was registered before, at {first}: give it another name"
            )
            raise DuplicateResourceError(message)

    def _create(self, registration: Registration) -> Created:
        try:
            return self._provider.create(registration)
        except Exception as error:
            message = f"{registration}: {type(error).__name__}: {error}"
            raise ProvisionError(message) from error


def _registration(
    urn: str, source: str, request: resource_pb2.RegisterResourceRequest
) -> Registration:
    return Registration(
        urn=urn,
        type=request.type,
        name=request.name,
        is_custom=request.custom,
        parent=request.parent,
        inputs=properties(request.object),
        secret_inputs=_secret_keys(request.object),
        dependencies=frozenset(request.dependencies),
        input_dependencies={
            key: frozenset(dependencies.urns)
            for key, dependencies in request.propertyDependencies.items()
        },
        is_protected=request.protect,
        is_retained_on_delete=request.retainOnDelete,
        is_deleted_before_replace=request.deleteBeforeReplace,
        ignored_changes=tuple(request.ignoreChanges),
        replacing_changes=tuple(request.replaceOnChanges),
        provider=request.provider,
        source=source,
    )


def _refuse_unknowns(request: resource_pb2.RegisterResourceRequest, source: str) -> None:
    for path in unknown_paths(request.object):
        top = path.partition(".")[0].partition("[")[0]
        owners = ", ".join(
            f"{_type_of(urn)} {_name_of(urn)!r}"
            for urn in sorted(request.propertyDependencies[top].urns)
        )
        message = (
            f"{request.type} {request.name!r} ({source}): input {path!r} uses an output that "
            f"the provider of {owners or 'its function'} does not give"
        )
        raise UnknownOutputError(message)


def _refuse_unsupported(
    request: resource_pb2.RegisterResourceRequest, registration: Registration
) -> None:
    if request.importId or request.remote:
        what = "is imported" if request.importId else "is a component of another process"
        message = f"{registration} {what}, which the embedded run does not offer"
        raise UnsupportedFeatureError(message)


def _refuse_violations(registration: Registration) -> None:
    if registration.type.startswith(_PROVIDER_TYPES):
        return  # its nested inputs travel as JSON text, which the annotations do not tell
    violations = list(annotation_violations(registration.type, registration.inputs))
    if violations:
        message = f"{registration}: {'; '.join(violations)}"
        raise InputError(message)


def _place(request: resource_pb2.RegisterResourceRequest) -> str:
    position = cast("_SourcePosition", request.sourcePosition)  # Pulumi ships no types of it
    file = Path(unquote(position.uri.removeprefix("file://")))
    folder = Path.cwd()
    shown = file.relative_to(folder) if file.is_relative_to(folder) else file
    return f"{shown}:{position.line}"


def _secret_keys(struct: struct_pb2.Struct) -> frozenset[str]:
    return frozenset(key for key, value in struct.items() if is_secret(value))


def _type_of(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def _name_of(urn: str) -> str:
    return urn.split("::", 3)[3]
