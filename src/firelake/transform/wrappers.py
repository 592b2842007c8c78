"""Several events in one JSON value: arrays, and wrappers such as Segment's `batch`.

A wrapper is taken apart into wrappers of one item each, so that no field of it is lost and each
item can be sent again by itself. An array is taken apart into its elements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec import Raw

from firelake.contract.reasons import Reason
from firelake.transform.diagnosis import Problem
from firelake.transform.paths import value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from firelake.contract.sources import Source

Members = dict[str, Raw]

_encode: Final = msgspec.json.Encoder().encode
_decode_members: Final = msgspec.json.Decoder(Members).decode
_decode_elements: Final = msgspec.json.Decoder(list[Raw]).decode
_BLANK: Final = b" \t\n\r"


class Opened(NamedTuple):
    """A wrapper of one item, opened.

    Attributes:
        wrapper: The wrapper without it: its last array is empty.
    """

    item: Members
    wrapper: Raw


def split_value(
    raw: Raw, source_of: Callable[[Members], Source | None], max_bytes: int
) -> Sequence[Raw]:
    """Takes a JSON value apart into values of one event each.

    Args:
        raw: The value.
        source_of: The source that knows an object.
        max_bytes: How long they may be in all: each repeats the fields of its wrapper.

    Returns:
        The values, in their order. The value itself where it holds one event, or none, or would
        pass `max_bytes`, or is no such wrapper: never empty.
    """
    parts: list[Raw] = []
    size_bytes = 0
    try:
        for part in _parts(raw, source_of):
            parts.append(part)
            size_bytes += len(bytes(part))
            if size_bytes > max_bytes:
                return [raw]
    except msgspec.DecodeError:
        return [raw]
    return parts or [raw]


def open_wrapper(members: Members, items: Sequence[str]) -> Opened | Problem:
    """Opens a wrapper of one item.

    Args:
        items: Paths of its arrays, each within the elements of the one before.

    Returns:
        The item and what is around it; or why it does not hold just one.
    """
    around: list[tuple[bytes, bytes]] = []
    for path in items:
        try:
            elements = _array_at(members, path)
        except msgspec.DecodeError:
            return Problem(Reason.FIELD_TYPE, 0, path, "an array of events")
        if not elements:
            return Problem(Reason.EMPTY_RECORD, 0, path, "at least one event")
        if len(elements) > 1:
            return Problem(Reason.ANSWER_TOO_LARGE, 0, path, "fewer events in a shorter wrapper")
        around.append(_around(members, path))
        try:
            members = _decode_members(elements[0])
        except msgspec.DecodeError:
            return Problem(Reason.NOT_AN_OBJECT, 0, path, "an array of JSON objects")
    before = b"".join(each[0] for each in around)
    return Opened(members, Raw(before + b"".join(each[1] for each in reversed(around))))


def wrap(item: Mapping[str, Raw], wrapper: Raw, items: Sequence[str]) -> Members:
    """Puts an item back into its wrapper; the inverse of `open_wrapper`."""
    return _decode_members(_wrapped(_encode(dict(item)), wrapper, items))


def _wrapped(item: bytes, wrapper: Raw, items: Sequence[str]) -> bytes:
    path, *rest = items
    members = _decode_members(wrapper)
    before, after = _around(members, path)
    if rest:
        (element,) = _array_at(members, path)
        item = _wrapped(item, element, rest)
    return before + item + after


def _parts(raw: Raw, source_of: Callable[[Members], Source | None]) -> Iterator[Raw]:
    is_array = bytes(raw).lstrip(_BLANK).startswith(b"[")
    for element in _decode_elements(raw) if is_array else [raw]:
        if not bytes(element).lstrip(_BLANK).startswith(b"{"):
            yield element
            continue
        members = _decode_members(element)
        source = source_of(members)
        if source is None or not source.items:
            yield element
        else:
            yield from map(Raw, _singles(members, source.items))


def _singles(members: Members, items: Sequence[str]) -> Iterator[bytes]:
    """Wrappers of one item each."""
    path, *rest = items
    elements = _array_at(members, path)
    if not elements:
        return
    before, after = _around(members, path)
    for element in elements:
        for single in _singles(_decode_members(element), rest) if rest else (bytes(element),):
            yield before + single + after


def _array_at(members: Members, path: str) -> list[Raw]:
    """The elements of an array; none where it is absent or null."""
    raw = value_at(members, path)
    return [] if raw is None else _decode_elements(raw)


def _around(members: Members, path: str) -> tuple[bytes, bytes]:
    """An object's JSON before and after the elements of the array at a path, which goes last."""
    return _around_at(members, (path,) if path in members else path.split("."))


def _around_at(members: Members, names: Sequence[str]) -> tuple[bytes, bytes]:
    name, *rest = names
    others = _encode({each: raw for each, raw in members.items() if each != name})[:-1]
    before = others + (b"," if len(others) > 1 else b"") + _encode(name) + b":"
    if not rest:
        return before + b"[", b"]}"
    inner_before, inner_after = _around_at(_decode_members(members[name]), rest)
    return before + inner_before, inner_after + b"}"
