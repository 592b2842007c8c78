"""Patterns of AWS's service models in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.model import ListShape, MapShape, StructureShape

from firelake.formats.emulation import PatternError
from firelake.formats.service_models.constraints import operation_model
from firelake.formats.service_models.operations import CALLS
from firelake.formats.service_models.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

OPERATIONS = sorted({(call.service, call.operation) for calls in CALLS.values() for call in calls})


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        pytest.param("[a-z]+", ["lake"], ["", "Lake", "lake!"], id="unanchored means the whole"),
        pytest.param("^[a-z]+$", ["lake"], ["lake\n", "a b"], id="anchored"),
        pytest.param("(alias/)?[a-z]+", ["alias/lake", "lake"], ["alias/"], id="optional part"),
        pytest.param(
            r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*",
            ["Größe 1/2 é日", "", "a-b@c"],
            ["a;b", "a\tb", "a*b"],
            id="letters, spaces and numbers of Unicode",
        ),
        pytest.param(r"\p{Print}+", ["a b~"], ["", "é", "a\n"], id="a property outside a class"),
        pytest.param(r"[\p{L}\p{N}\p{P}]*", ["a1!"], ["a b", "a+b"], id="punctuation"),
        pytest.param(
            r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*",
            ["a\té😀"],
            ["a\nb", "\x00"],
            id="characters beyond 16 bits",
        ),
        pytest.param(r"[\w-_]*", ["a-b_c"], ["a.b"], id="a hyphen after a class escape"),
        pytest.param(r"\d+", ["12"], ["١٢"], id="digits are those of ASCII"),
        pytest.param(r"[]a]+", ["]a"], ["b"], id="a bracket that does not close"),
        pytest.param(r"[\]a]+\p{L}", ["]aé"], ["]a1"], id="an escaped bracket"),
    ],
)
def test_a_pattern_means_in_python_what_it_means_in_java(
    pattern: str, matching: list[str], others: list[str]
) -> None:
    compiled = compile_pattern(pattern)
    assert [text for text in matching if compiled.fullmatch(text) is None] == []
    assert [text for text in others if compiled.fullmatch(text) is not None] == []


@pytest.mark.parametrize("pattern", [r"\p{Greek}", r"[a-z", r"\h+"])
def test_a_pattern_that_cannot_be_translated_is_an_error(pattern: str) -> None:
    with pytest.raises(PatternError, match="of AWS's model"):
        compile_pattern(pattern)


def patterns_in(shape: Shape, seen: set[str]) -> Iterator[str]:
    if shape.name in seen:
        return
    seen.add(shape.name)
    if "pattern" in shape.metadata:
        yield shape.metadata["pattern"]
    inner: list[Shape] = []
    if isinstance(shape, StructureShape):
        inner = list(shape.members.values())
    elif isinstance(shape, ListShape):
        inner = [shape.member]
    elif isinstance(shape, MapShape):
        inner = [shape.key, shape.value]
    for each in inner:
        yield from patterns_in(each, seen)


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_every_pattern_of_the_calls_of_the_program_compiles(service: str, operation: str) -> None:
    shape = operation_model(service, operation).input_shape
    assert shape is not None
    for pattern in patterns_in(shape, set()):
        compile_pattern(pattern)
