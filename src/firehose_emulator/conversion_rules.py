"""What CreateDeliveryStream refuses in record format conversion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MIN_CONVERTED_MB: Final = 64
_BLOCKS: Final = ("InputFormatConfiguration", "OutputFormatConfiguration", "SchemaConfiguration")
_SCHEMA_MEMBERS: Final = ("RoleARN", "DatabaseName", "TableName")


def conversion_problems(s3: Mapping[str, object]) -> Iterator[str]:
    """Give what is refused of a destination that converts, in the service's order.

    Compression comes first, then the size of the buffer, then whether the three blocks are there,
    then their members. https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
    """
    conversion = member(s3, "DataFormatConversionConfiguration")
    # Unlike that of processing, this switch is on where it is not given.
    if not conversion or not conversion.get("Enabled", True):
        return
    if s3.get("CompressionFormat", "UNCOMPRESSED") != "UNCOMPRESSED":
        yield (
            "The S3 destination's compression format must be set to UNCOMPRESSED when data format"
            " conversion is enabled. To enable compression within the converted output format, set"
            " the appropriate serialization option in the output format configuration."
        )
    size_mb = member(s3, "BufferingHints").get("SizeInMBs", _MIN_CONVERTED_MB)
    if cast("int", size_mb) < _MIN_CONVERTED_MB:
        yield (
            "BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled."
        )
    for block in _BLOCKS:
        if block not in conversion:
            yield f"{block} must not be null"
    for block, serde in (("InputFormat", "Deserializer"), ("OutputFormat", "Serializer")):
        yield from _serde_problems(member(conversion, f"{block}Configuration"), serde)
    schema = member(conversion, "SchemaConfiguration")
    for each in _SCHEMA_MEMBERS:
        if not schema.get(each):
            name = "RoleArn" if each == "RoleARN" else each
            yield f"SchemaConfiguration.{name} must not be null or empty"


def _serde_problems(block: Mapping[str, object], serde: str) -> Iterator[str]:
    chosen = member(block, serde)
    if not chosen:
        yield f"{serde} must not be null"
    if len(chosen) > 1:
        yield f"More than one {serde.lower()} specified. Only one may be chosen."


def member(structure: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Returns a structure within another one, empty where it is not there."""
    return cast("Mapping[str, object]", structure.get(name) or {})
