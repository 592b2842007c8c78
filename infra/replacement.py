"""Refuses a change that would replace or delete what must stay, by the properties that cause it.

`pulumi preview --json | python -m infra.replacement` exits with 0 if nothing that must stay is
touched, with 1 if something is, and with 2 if the preview failed or is not one. Pulumi's own
protection stops a replacement, too, but tells neither the property nor what would be lost; another
granularity, which leaves what is there out of every answer, looks to Pulumi like any update.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from infra.errors import PreviewError
from infra.preview import digest_of, objects, steps_of, texts, type_and_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REFUSED: Final = 1
UNUSABLE: Final = 2

LOSSES: Final = {
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
"""What is lost with a resource of each type that must stay."""

# What tells a table's granularity, `catalog.projection.by_date` writes it.
GRANULARITY: Final = "projection.dt.format"

_TABLE: Final = "aws:glue/catalogTable:CatalogTable"

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
_ERROR: Final = "error"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One resource that must stay and would go.

    Attributes:
        type_name: Its type.
        name: Its name in the program.
        is_deleted: Whether it would be deleted and nothing put in its place.
        properties: Paths of the properties because of which; empty where Pulumi names none.
    """

    type_name: str
    name: str
    is_deleted: bool
    properties: tuple[str, ...]

    def __str__(self) -> str:
        """Give the resource, the cause and the loss, for people."""
        if self.is_deleted:
            what = "would be deleted: the program has it no more, or under another name or parent"
        elif self.properties:
            what = f"would be replaced because of {', '.join(self.properties)}"
        else:
            what = "would be replaced; Pulumi names no property as the cause"
        return f"{self.name} ({self.type_name}) {what}: {LOSSES[self.type_name]}"


@dataclass(frozen=True, slots=True)
class GranularityRefusal:
    """A table whose partitions would hold another length of time; each form is one of `dt`."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        """Give the table, the change and the loss, for people."""
        return (
            f"{self.name} ({_TABLE}) would write dt as {self.after} instead of {self.before}: a "
            "stack keeps its granularity, as no query would find the partitions that are there; "
            "another granularity is another stack, filled by backfill"
        )


def refusals(preview: str) -> tuple[Refusal | GranularityRefusal, ...]:
    """Find what must stay and would go, and tables that would get another granularity.

    Args:
        preview: What `pulumi preview --json` wrote.

    Raises:
        PreviewError: The preview failed, or the text is not a preview.
    """
    digest = digest_of(preview)
    found = dict[str, Refusal]()
    changed = list[GranularityRefusal]()
    for step in steps_of(digest):
        urn, operation = str(step.get("urn", "")), step.get("op")
        type_name, name = type_and_name(urn)
        if type_name == _TABLE:
            changed += _other_granularity(name, step)
        if operation not in _GOES or type_name not in LOSSES:
            continue
        before = found.get(urn)
        properties = (*(before.properties if before else ()), *_properties(step))
        # Of a replacement, Pulumi may list the deletion of the old resource as a step of its own.
        is_deleted = operation == _DELETE and (before is None or before.is_deleted)
        found[urn] = Refusal(type_name, name, is_deleted, tuple(dict.fromkeys(properties)))
    if not found and not changed:
        _check_complete(digest)
    return (*found.values(), *dict.fromkeys(changed))


def main() -> int:
    """Read a preview from standard input, report, and give the exit code."""
    try:
        found = refusals(sys.stdin.read())
    except PreviewError as error:
        sys.stderr.write(f"{error}\n")
        return UNUSABLE
    for refusal in found:
        sys.stderr.write(f"refused: {refusal}\n")
    return REFUSED if found else 0


def _check_complete(digest: Mapping[str, object]) -> None:
    """Refuse to take a preview that failed for one that found nothing.

    One that would replace a protected resource fails, too, but lists the step: that is found first.
    """
    errors = [
        str(each.get("message", "")).strip()
        for each in objects(digest.get("diagnostics"))
        if each.get("severity") == _ERROR
    ]
    if errors:
        message = "the preview failed:\n" + "\n".join(errors)
        raise PreviewError(message)
    if not steps_of(digest):
        # The step of the stack itself is always there.
        message = "the preview has no steps: it did not run, or is not of `pulumi preview --json`"
        raise PreviewError(message)


def _other_granularity(name: str, step: Mapping[str, object]) -> list[GranularityRefusal]:
    before, after = (_granularity(step.get(state)) for state in ("oldState", "newState"))
    if before is None or after is None or before == after:
        return []
    return [GranularityRefusal(name, before, after)]


def _granularity(state: object) -> str | None:
    for key in ("inputs", "parameters", GRANULARITY):
        if not isinstance(state, dict):
            return None
        state = cast("dict[str, object]", state).get(key)
    return state if isinstance(state, str) else None


def _properties(step: Mapping[str, object]) -> Iterable[str]:
    """The properties that cause a step, as precisely as Pulumi tells."""
    reasons = texts(step.get("replaceReasons"))
    diff = step.get("detailedDiff")
    if isinstance(diff, dict):
        detailed = [
            path
            for path, change in cast("dict[str, object]", diff).items()
            if isinstance(change, dict)
            and str(cast("dict[str, object]", change).get("kind", "")).endswith(_REPLACING_DIFF)
        ]
        # `replaceReasons` has the outermost property only, of which the paths are the parts.
        reasons = [
            *detailed,
            *(each for each in reasons if not any(_is_part_of(path, each) for path in detailed)),
        ]
    return reasons or texts(step.get("diffReasons"))


def _is_part_of(path: str, whole: str) -> bool:
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))


if __name__ == "__main__":
    sys.exit(main())
