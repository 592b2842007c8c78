"""Property values between Python and the wire of Pulumi's engine protocol.

The signatures are part of that protocol and equal in every language's SDK:
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from google.protobuf import struct_pb2
from pulumi import (
    AssetArchive,
    FileArchive,
    FileAsset,
    RemoteArchive,
    RemoteAsset,
    StringAsset,
)

from firelake.formats.emulation import UnsupportedFeatureError

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 (a constant of the protocol)
ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

# By signature: the kinds of assets, each by the one member that it has on the wire and in Python.
_KINDS: Mapping[str, Mapping[str, type[Any]]] = {
    ASSET_SIGNATURE: {"path": FileAsset, "text": StringAsset, "uri": RemoteAsset},
    ARCHIVE_SIGNATURE: {"assets": AssetArchive, "path": FileArchive, "uri": RemoteArchive},
}


def unknown_paths(value: object, path: str = "") -> Iterator[str]:
    """Give the path of every unknown within a wire value, as in `rules[0].status`.

    An unknown is what an output resolves to that its provider did not give.
    """
    if value == UNKNOWN:
        yield path
    elif isinstance(value, struct_pb2.Struct):
        for key, member in value.items():
            yield from unknown_paths(member, f"{path}.{key}" if path else key)
    elif isinstance(value, struct_pb2.ListValue):
        for index, member in enumerate(cast("Sequence[object]", value)):
            yield from unknown_paths(member, f"{path}[{index}]")


def is_secret(value: object) -> bool:
    """Tell whether a wire value, or any value within it, is a secret."""
    if isinstance(value, struct_pb2.Struct):
        members = dict(value.items())
        return members.get(SIGNATURE_KEY) == SECRET_SIGNATURE or any(
            is_secret(member) for member in members.values()
        )
    if isinstance(value, struct_pb2.ListValue):
        return any(is_secret(member) for member in cast("Sequence[object]", value))
    return False


def from_wire(value: object) -> object:
    """Read a wire value: whole numbers as int, secrets bare, assets as Pulumi's own objects.

    Members that are null are left out, as the engine leaves them out.

    Raises:
        UnsupportedFeatureError: The value bears a signature that this run did not offer.
    """
    if isinstance(value, struct_pb2.Struct):
        members = dict(value.items())
        signature = members.get(SIGNATURE_KEY)
        if signature is not None:
            return _from_signed(str(signature), members)
        return _sorted(members)
    if isinstance(value, struct_pb2.ListValue):
        return [from_wire(member) for member in cast("Sequence[object]", value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def properties(struct: struct_pb2.Struct) -> dict[str, object]:
    """Read the top-level properties of a resource or a call.

    Raises:
        UnsupportedFeatureError: A value bears a signature that this run did not offer.
    """
    return _sorted(dict(struct.items()))


def to_wire(values: Mapping[str, object], secret_keys: frozenset[str]) -> struct_pb2.Struct:
    """Write properties; those in `secret_keys` as secrets, so that what uses them is secret too."""
    struct = struct_pb2.Struct()
    for key, value in values.items():
        bare = _to_bare(value)
        wrapped = {SIGNATURE_KEY: SECRET_SIGNATURE, "value": bare} if key in secret_keys else bare
        struct.update(cast("dict[str, Any]", {key: wrapped}))
    return struct


def _sorted(members: Mapping[str, object]) -> dict[str, object]:
    """Read members, by name: the wire has them in another order in every process."""
    return {key: from_wire(members[key]) for key in sorted(members) if members[key] is not None}


def _from_signed(signature: str, members: Mapping[str, object]) -> object:
    if signature == SECRET_SIGNATURE:
        return from_wire(members["value"])
    kinds = _KINDS.get(signature)
    if kinds is not None:
        for key, kind in kinds.items():
            if key in members:
                return kind(from_wire(members[key]))
    message = f"a property has the signature {signature!r}, which this run did not offer"
    raise UnsupportedFeatureError(message)


def _to_bare(value: object) -> object:
    for signature, kinds in _KINDS.items():
        for key, kind in kinds.items():
            if isinstance(value, kind):
                return {SIGNATURE_KEY: signature, key: _to_bare(getattr(value, key))}
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value)
        return {key: _to_bare(member) for key, member in members.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_to_bare(member) for member in cast("Sequence[object]", value)]
    return value
