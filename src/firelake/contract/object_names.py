"""The object names that Firehose gives in S3: build and parse."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from firelake.contract.errors import LayoutError
from firelake.contract.utc import as_utc

# https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
_OBJECT_NAME: Final = re.compile(
    r"(?P<stream_name>[a-zA-Z0-9_.-]{1,64})"
    r"-(?P<version>[1-9][0-9]{0,9})"
    r"-(?P<opened_at>[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2}-[0-9]{2})"
    r"-(?P<suffix>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"(?:\.[0-9a-z!\-_.*'()]{1,127})?)"
)


@dataclass(frozen=True, slots=True)
class ObjectName:
    """The parts of a name `<stream name>-<version>-<yyyy-MM-dd-HH-mm-ss>-<uuid><extension>`.

    Attributes:
        version: Version of its configuration: 1 when new, one more with each change.
        opened_at: Arrival of the object's oldest record, UTC, whole seconds.
        suffix: The random UUID and the extension, such as `.parquet`; error objects have none.
    """

    stream_name: str
    version: int
    opened_at: datetime
    suffix: str

    @property
    def file_name(self) -> str:
        """The name as Firehose writes it; `parse_object_name` is the inverse.

        Raises:
            LayoutError: The parts make no name that Firehose could give.
        """
        moment = as_utc(self.opened_at).isoformat()[:19].replace("T", "-").replace(":", "-")
        name = f"{self.stream_name}-{self.version}-{moment}-{self.suffix}"
        if parse_object_name(name) != self:
            message = f"{name!r} would lose a part of {self!r}: opened_at is in whole seconds"
            raise LayoutError(message)
        return name


def parse_object_name(file_name: str) -> ObjectName:
    """Take apart the last part of an S3 key that Firehose wrote.

    Args:
        file_name: The key after its last `/`.

    Raises:
        LayoutError: Firehose gives no such name.
    """
    match = _OBJECT_NAME.fullmatch(file_name)
    if match is None:
        message = (
            f"{file_name!r} is no object name of Firehose:"
            " expected <stream name>-<version>-<yyyy-MM-dd-HH-mm-ss>-<uuid><extension>"
        )
        raise LayoutError(message)
    year, month, day, hour, minute, second = map(int, match["opened_at"].split("-"))
    try:
        opened_at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        message = f"{file_name!r} is no object name of Firehose: its time is none ({error})"
        raise LayoutError(message) from error
    return ObjectName(match["stream_name"], int(match["version"]), opened_at, match["suffix"])
