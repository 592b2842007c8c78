"""What CreateDeliveryStream refuses in processors."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FUNCTION_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+(?::[A-Za-z0-9$_-]+)?"
)
_MAX_PROCESSORS: Final = 5
_SUB_RECORD_TYPES: Final = frozenset({"JSON", "DELIMITED"})
_NEED_PARTITIONING: Final = ("MetadataExtraction", "RecordDeAggregation")
# Parameter, what messages call it, least and greatest value.
_RANGES: Final = (
    ("BufferSizeInMBs", "BufferSizeInMBs for lambda processor", 0.2, 3.0),
    ("BufferIntervalInSeconds", "BufferIntervalInSeconds for lambda processor", 0.0, 900.0),
    ("NumberOfRetries", "Number of retries for lambda", 0.0, 300.0),
)


def duplicate_problems(configuration: Mapping[str, object]) -> Iterator[str]:
    """Give a parameter that is passed twice, which is looked at before everything else."""
    for processor in _processors(configuration):
        names = Counter(each["ParameterName"] for each in _parameters(processor))
        if max(names.values(), default=0) > 1:
            yield "Duplicate ProcessorParameter passed to ProcessingConfiguration."


def processor_problems(
    configuration: Mapping[str, object], *, is_partitioned: bool
) -> Iterator[str]:
    """Give what is refused in a `ProcessingConfiguration`, in the service's order."""
    processors = _processors(configuration)
    if not configuration.get("Enabled", False):
        return
    if not 1 <= len(processors) <= _MAX_PROCESSORS:
        yield (
            "A maximum of 5 and a minimum of 1 processor needs to be supplied when processing is"
            " enabled."
        )
    kinds = [cast("str", each["Type"]) for each in processors]
    for kind in kinds:
        if kind in _NEED_PARTITIONING and not is_partitioned:
            yield (
                f"class com.amazonaws.services.firehose.internal.model.{kind}Processor can only be"
                " present when Dynamic Partitioning is enabled."
            )
    if kinds.count("Lambda") > 1:
        yield "Cannot have more than 1 Lambda processor."
    for processor in processors:
        parameters = {
            each["ParameterName"]: each["ParameterValue"] for each in _parameters(processor)
        }
        yield from _PROBLEMS.get(cast("str", processor["Type"]), _no_problems)(parameters)


def _lambda_problems(parameters: Mapping[str, str]) -> Iterator[str]:
    if "LambdaArn" not in parameters:
        yield "LambdaArn is required when Lambda processor is used."
    elif _FUNCTION_ARN.fullmatch(parameters["LambdaArn"]) is None:
        yield "Invalid lambda ARN."
    if ("BufferSizeInMBs" in parameters) != ("BufferIntervalInSeconds" in parameters):
        yield (
            "Both BufferSizeInMBs and BufferIntervalInSeconds are required to configure buffering"
            " for lambda processor."
        )
    for name, subject, least, greatest in _RANGES:
        if name in parameters and not least <= _number(parameters[name]) <= greatest:
            yield f"{subject} must be between {least:g} and {greatest:g}."


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")  # within no range


def _extraction_problems(parameters: Mapping[str, str]) -> Iterator[str]:
    if (
        parameters.get("JsonParsingEngine") != "JQ-1.6"
        or "MetadataExtractionQuery" not in parameters
    ):
        yield "MetaDataExtraction JSON Parsing Engine has to be one of JQ-1.6"


def _de_aggregation_problems(parameters: Mapping[str, str]) -> Iterator[str]:
    kind = parameters.get("SubRecordType")
    if kind not in _SUB_RECORD_TYPES:
        yield "SubRecordType has to be one of JSON, DELIMITED"
    if kind == "DELIMITED" and "Delimiter" not in parameters:
        yield "Delimiter should be present for DELIMITED"


def _no_problems(_parameters: Mapping[str, str]) -> Iterator[str]:
    return iter(())


_PROBLEMS: Final = {
    "Lambda": _lambda_problems,
    "MetadataExtraction": _extraction_problems,
    "RecordDeAggregation": _de_aggregation_problems,
}


def _processors(configuration: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    return cast("Sequence[Mapping[str, object]]", configuration.get("Processors") or [])


def _parameters(processor: Mapping[str, object]) -> Sequence[Mapping[str, str]]:
    return cast("Sequence[Mapping[str, str]]", processor.get("Parameters") or [])
