"""Sample events that the transform function refuses, each for the one reason that is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from firelake.contract.facts import MAX_EVENT_NAME_LENGTH, SECONDS_PER_DAY
from firelake.contract.names import CREATED_AT, EVENT_NAME, EVENT_UUID
from firelake.contract.reasons import Reason
from firelake.contract.types import Kind
from firelake.samples.constrained_values import refused_values
from firelake.samples.sample_events import write
from firelake.transform.rules import MAX_EVENT_UUID_LENGTH, MAX_NESTING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from firelake.contract.events import Event, Field
    from firelake.samples.sample_events import Members, SampleEvents
    from firelake.samples.story import Step

# What a producer can cause by the content of one record. ANSWER_TOO_LARGE takes a whole batch,
# UUID_REUSED another event, and TOO_LATE is a share of its own.
REASONS: Final = (
    Reason.NOT_UTF8,
    Reason.NOT_JSON,
    Reason.EMPTY_RECORD,
    Reason.NOT_AN_OBJECT,
    Reason.NESTED_TOO_DEEP,
    Reason.EVENT_UUID,
    Reason.EVENT_NAME,
    Reason.CREATED_AT,
    Reason.FIELD_MISSING,
    Reason.FIELD_TYPE,
    Reason.TOO_EARLY,
    Reason.MIXED_PARTITIONS,
)

# None: the member is left out.
_WRONG_COMMON: Final[dict[Reason, tuple[str, tuple[str | None, ...]]]] = {
    Reason.EVENT_UUID: (
        EVENT_UUID,
        (None, "null", "17", '""', f'"{"a" * (MAX_EVENT_UUID_LENGTH + 1)}"', '"a\\u0007b"'),
    ),
    Reason.EVENT_NAME: (
        EVENT_NAME,
        (None, "null", '"Lesson:Started"', '"a::b"', f'"{"a" * (MAX_EVENT_NAME_LENGTH + 1)}"'),
    ),
    Reason.CREATED_AT: (
        CREATED_AT,
        (None, "null", "true", '"1700000000"', '"2026-01-15T12:00:00Z"'),
    ),
}

# Each of no type but json, or of none but the one left out here.
_OBJECT: Final = '{"wrong":[1]}'
_WRONG_VALUES: Final = {
    Kind.STRING: ("17", "true"),
    Kind.BIGINT: ("1.0", '"17"', "9223372036854775808"),
    Kind.DOUBLE: ('"0.5"', "1e999"),
    Kind.BOOLEAN: ("0", '"true"'),
    Kind.DECIMAL: ('"1,50"', "true", "1" * 39),
    Kind.TIMESTAMP: ('"2026-01-15 12:00"', '"2026-02-30T00:00:00Z"', "true"),
    Kind.DATE: ('"15.01.2026"', '"2026-02-30"', "20260115"),
    Kind.STRUCT: ('"a text"', "17", "[[]]"),
}
_EARLY_S: Final = 30 * SECONDS_PER_DAY


def spoil(  # noqa: PLR0911 -- one way out a kind of fault
    reason: Reason, step: Step, samples: SampleEvents, random: Random, now_s: float
) -> bytes | None:
    """Make an event that is invalid for one reason.

    Args:
        reason: One of `REASONS`.
        step: What it is made from; with a fault, of which the reason must be, it is that one.
        samples: Makes valid ones.
        random: Chooses between the ways of being wrong.
        now_s: Unix time of its creation, were it valid.

    Returns:
        The content of its record, a newline at the end aside; None where an event of this kind
        cannot be wrong in this way. `MIXED_PARTITIONS` gives two events.
    """
    event, broken = step.kind, None if step.fault is None else step.fault.field
    members = samples.members(event, now_s, step.values)
    if step.fault is not None and broken is None:
        text = datetime.fromtimestamp(int(now_s), UTC).isoformat()
        return write(_with(members, CREATED_AT, f'"{text}"'))
    fields = samples.contract.fields
    if reason in _WRONG_COMMON:
        name, wrong = _WRONG_COMMON[reason]
        return write(_with(members, name, random.choice(wrong)))
    match reason:
        case Reason.FIELD_MISSING:
            names = event.required if broken is None else (broken,)
            return _without_field(members, [fields[name] for name in names], random)
        case Reason.FIELD_TYPE:
            names = event.fields if broken is None else (broken,)
            return _wrong_field(members, [fields[name] for name in names], random)
        case Reason.TOO_EARLY:
            return write(_with(members, CREATED_AT, f"{now_s + _EARLY_S:.3f}"))
        case Reason.NESTED_TOO_DEEP:
            depth = MAX_NESTING + random.randint(0, 99)
            return write(members | {samples.undeclared: "[" * depth + "]" * depth})
        case Reason.MIXED_PARTITIONS:
            return write(members) + b" " + write(_of_another_type(event, samples, now_s))
        case _:
            takes_arrays = bool(samples.contract.sources)
            return _no_event(reason, write(members), random, takes_arrays=takes_arrays)


def _with(members: Members, name: str, value: str | None) -> Members:
    if value is not None:
        return members | {name: value}
    return {each: members[each] for each in members if each != name}


def _without_field(members: Members, fields: Sequence[Field], random: Random) -> bytes | None:
    if not fields:
        return None
    field = random.choice(fields)
    # A null is a value of the type json, and lacking in any other.
    is_json = field.type.kind is Kind.JSON
    return write(_with(members, field.name, None if is_json else random.choice((None, "null"))))


def _wrong_field(members: Members, fields: Sequence[Field], random: Random) -> bytes | None:
    typed = [field for field in fields if field.type.kind is not Kind.JSON]
    if not typed:
        return None
    field = random.choice(typed)
    # To a struct, an object with other members is one all the same.
    objects = () if field.type.kind is Kind.STRUCT else (_OBJECT,)
    wrong = random.choice((*_WRONG_VALUES[field.type.kind], *refused_values(field), *objects))
    if field.type.is_array:
        wrong = random.choice((f"[null,{wrong}]", _OBJECT))
    elif field.type.is_map:
        wrong = random.choice((f'{{"a":null,"b":{wrong}}}', "[]"))
    return write(_with(members, field.name, wrong))


def _of_another_type(event: Event, samples: SampleEvents, now_s: float) -> Members:
    for _ in samples.contract.events:
        other = samples.kind()
        if other.event_type != event.event_type:
            return samples.members(other, now_s)
    while True:
        members, event_type = samples.unregistered(now_s)
        if event_type != event.event_type:
            return members


def _no_event(reason: Reason, text: bytes, random: Random, *, takes_arrays: bool) -> bytes:
    match reason:
        case Reason.NOT_UTF8:
            return text[:-1] + b',"\xff\xfe":1}'
        case Reason.NOT_JSON:
            # Cut within ASCII, so that it stays UTF-8.
            return text[: random.randint(1, len(text) // 2)].decode(errors="ignore").encode()
        case Reason.EMPTY_RECORD:
            return b" "
        case _:
            # A contract with sources takes the events of an array for what they are.
            array = b"[17]" if takes_arrays else b"[%b]" % text
            return random.choice((array, b'"event"', b"17", b"null", b"true"))
