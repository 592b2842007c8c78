"""Finds what must stay and would be replaced or deleted, by the properties that cause it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from firelake.infra.losses.refusal import Refusal
from firelake.infra.preview import (
    JsonObject,
    PreviewStep,
    errors_of,
    mapping,
    steps_of,
    texts,
    type_and_name,
    value_at,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE: Final = "aws:glue/catalogTable:CatalogTable"
VIEW: Final = "VIRTUAL_VIEW"

DATA_LOSSES: Final = {
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (
        "a new Firehose begins to read the stream at its own creation: what the old one had not "
        "delivered by then is left out, until it is replayed from the stream or from raw/"
    ),
    "aws:kinesis/stream:Stream": (
        "a new stream is empty: what the old one held and Firehose had not delivered is lost, and "
        "Firehose must be replaced with it"
    ),
    "aws:dynamodb/table:Table": (
        "a new table has no claims: a copy of an event that was delivered would be delivered again"
    ),
    "aws:s3/bucket:Bucket": "a new bucket is empty: events, errors and raw records are in the old",
    "aws:kms/key:Key": (
        "a new key decrypts nothing that the old one encrypted: after its waiting period the old "
        "one is gone, and with it all data under it"
    ),
}
"""What is lost with a resource of each type that holds data."""

_SCHEMA_LOSS: Final = (
    "Firehose converts by this schema: without it events go to errors/, and no query finds those "
    "that are there"
)
SCHEMA_LOSSES: Final = {
    "aws:glue/catalogDatabase:CatalogDatabase": _SCHEMA_LOSS,
    TABLE: _SCHEMA_LOSS,
}
"""What is lost while a resource that describes the data is not there; views describe none."""

_LOSSES: Final = {**DATA_LOSSES, **SCHEMA_LOSSES}
_GOES: Final = frozenset(
    {
        "create-replacement",
        "delete",
        "delete-replaced",
        "discard-replaced",
        "import-replacement",
        "read-replacement",
        "replace",
    }
)
_DELETE: Final = "delete"
_REPLACING_DIFF: Final = "-replace"

# The texts of Pulumi's engine where protection ends a preview:
# https://github.com/pulumi/pulumi/blob/v3.274.1/pkg/resource/deploy/step_generator.go
_NOT_REPLACED: Final = re.compile(
    r'unable to replace resource "([^"]+)"\s+(?:as part of replacing "([^"]+)"\s+)?'
    r"as it is currently marked for protection"
)
_NOT_DELETED: Final = re.compile(r'resource "([^"]+)" cannot be deleted\s+because it is protected')


@dataclass(frozen=True, slots=True)
class _Going:
    """A resource that would go.

    Attributes:
        is_deleted: Whether nothing would be put in its place.
        properties: Paths of the properties because of which; empty where Pulumi names none.
        causes: What it depends on that goes as well, as phrases.
    """

    is_deleted: bool
    properties: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.is_deleted:
            return "would be deleted: the program has it no more, or under another name or parent"
        if self.properties:
            return f"would be replaced because of {', '.join(self.properties)}"
        if self.causes:
            return f"would be replaced with {', and with '.join(self.causes)}"
        return "would be replaced; Pulumi names no property as the cause"


def kept_refusals(digest: JsonObject) -> list[Refusal]:
    """Find what must stay and would go, listed as a step or named by an error of protection."""
    going = _going_by_steps(steps_of(digest))
    for urn, found in _going_by_errors(errors_of(digest)).items():
        going.setdefault(urn, found)
    return [
        Refusal(name, type_name, str(found), _LOSSES[type_name])
        for urn, found in going.items()
        for type_name, name in [type_and_name(urn)]
        if type_name in _LOSSES
    ]


def _going_by_steps(steps: Sequence[PreviewStep]) -> dict[str, _Going]:
    gone = {step.urn for step in steps if step.operation in _GOES}
    going = dict[str, _Going]()
    for step in steps:
        if step.operation not in _GOES or VIEW in {
            step.before.get("tableType"),
            step.after.get("tableType"),
        }:
            continue
        before = going.get(step.urn)
        # Of a replacement, Pulumi may list the deletion of the old resource as a step of its own.
        found = _Going(
            is_deleted=step.operation == _DELETE and (before is None or before.is_deleted),
            properties=tuple(_properties(step)),
            causes=tuple(_causes(step, gone - {step.urn})),
        )
        if before is not None:
            found = replace(
                found,
                properties=tuple(dict.fromkeys((*before.properties, *found.properties))),
                causes=tuple(dict.fromkeys((*before.causes, *found.causes))),
            )
        going[step.urn] = found
    return going


def _going_by_errors(messages: Sequence[str]) -> dict[str, _Going]:
    going = dict[str, _Going]()
    for message in messages:
        for urn, because_of in _NOT_REPLACED.findall(message):
            causes = (type_and_name(because_of)[1],) if because_of else ()
            going[urn] = _Going(is_deleted=False, causes=causes)
        for urn in _NOT_DELETED.findall(message):
            going[urn] = _Going(is_deleted=True)
    return going


def _properties(step: PreviewStep) -> list[str]:
    """The properties that cause a step, as precisely as Pulumi tells."""
    reasons = texts(step.listed.get("replaceReasons"))
    detailed = [
        path
        for path, change in mapping(step.listed.get("detailedDiff")).items()
        if str(mapping(change).get("kind", "")).endswith(_REPLACING_DIFF)
    ]
    # `replaceReasons` has the outermost property only, of which the paths are the parts.
    reasons = [
        *detailed,
        *(each for each in reasons if not any(_is_part_of(path, each) for path in detailed)),
    ]
    return reasons or texts(step.listed.get("diffReasons"))


def _causes(step: PreviewStep, gone: set[str]) -> list[str]:
    """What else goes and this depends on: Pulumi replaces dependents without naming a property."""
    by_urn = dict[str, list[str]]()
    for state in ("oldState", "newState"):
        for key, urns in mapping(value_at(step.listed, state, "propertyDependencies")).items():
            for urn in gone.intersection(texts(urns)):
                by_urn.setdefault(urn, []).append(key)
        for urn in gone.intersection(texts(value_at(step.listed, state, "dependencies"))):
            by_urn.setdefault(urn, [])
        parent = value_at(step.listed, state, "parent")
        if isinstance(parent, str) and parent in gone:
            by_urn.setdefault(parent, [])
    return [
        f"{type_and_name(urn)[1]}, on which its {', '.join(dict.fromkeys(keys))} depends"
        if keys
        else f"{type_and_name(urn)[1]}, on which it depends"
        for urn, keys in sorted(by_urn.items())
    ]


def _is_part_of(path: str, whole: str) -> bool:
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))
