"""The value at a path of the contract within a decoded event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from firelake.contract.paths import ROOT, AnyMember, Where, steps_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firelake.contract.paths import Step

_decode_members: Final = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_elements: Final = msgspec.json.Decoder(list[Raw]).decode
_decode_text: Final = msgspec.json.Decoder(str).decode


def value_at(
    members: Mapping[str, Raw], path: str, root: Mapping[str, Raw] | None = None
) -> Raw | None:
    """The value at a path; None where it is absent or null.

    Args:
        members: The event's members. One whose name is the whole path goes first.
        path: The path, as `firelake.contract.paths` reads it.
        root: The members of the wrapper that holds this event alone; those of the event itself
            where it has none.
    """
    if path.startswith(ROOT):
        members, path = members if root is None else root, path.removeprefix(ROOT)
    whole = members.get(path)
    if whole is not None:
        return _present(whole)
    first, *rest = steps_of(path) or ("",)
    raw = _present(members.get(first) if isinstance(first, str) else None)
    for step in rest:
        if raw is None:
            return None
        try:
            raw = _present(_inside(raw, step))
        except msgspec.DecodeError:
            return None
    return raw


def _present(raw: Raw | None) -> Raw | None:
    return None if raw is None or bytes(raw).strip() == b"null" else raw


def _inside(raw: Raw, step: Step) -> Raw | None:
    if isinstance(step, str):
        return _decode_members(raw).get(step)
    if isinstance(step, int):
        elements = _decode_elements(raw)
        return elements[step] if -len(elements) <= step < len(elements) else None
    if isinstance(step, AnyMember):
        values = [each for each in _decode_members(raw).values() if _present(each) is not None]
        return values[0] if len(values) == 1 else None
    return next((each for each in _decode_elements(raw) if _has(each, step)), None)


def _has(raw: Raw, where: Where) -> bool:
    """Whether an element has the text; other elements may be anything."""
    try:
        member = _decode_members(raw).get(where.member)
        return member is not None and _decode_text(member) == where.text
    except msgspec.DecodeError:
        return False
