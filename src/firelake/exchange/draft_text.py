"""A draft as the text of an `events.toml`; what the contract's rules refuse is noted in it."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Final, cast

from firelake.contract.column_names import member_problem, suggested_column
from firelake.contract.data_subject import DATA_SUBJECT_KEY
from firelake.contract.errors import ContractFileError
from firelake.contract.events import parse_contract
from firelake.contract.lines import spell
from firelake.contract.members import MEMBERS_KEY
from firelake.exchange.errors import ExchangeError
from firelake.operations.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firelake.contract.events import EventContract
    from firelake.exchange.draft import Draft, DraftSource

_WIDTH: Final = 100
_BARE_KEY: Final = re.compile("[A-Za-z0-9_-]+")
# Each round drops what the one before made wrong: a field that no event lists any more.
_MOST_ROUNDS: Final = 10
_HEAD: Final = (
    "Columns, views and checks are made of this file. Every rule: `firelake contract check`. Each"
    " event also has event_uuid, event_name and created_at, which are not listed here."
)
_DIFFERS_IN_CASE: Final = "differs from the field"


def lawful(draft: Draft) -> tuple[str, EventContract]:
    """Drop from a draft what the contract's rules refuse, with a note of each, and write it.

    Args:
        draft: Is changed.

    Returns:
        The text, and the contract that it is.

    Raises:
        ExchangeError: Nothing is left, or what is left breaks a rule that is not about a name.
    """
    for _ in range(_MOST_ROUNDS):
        _drop_unused(draft)
        if not draft.events:
            message = f"no event can be declared: {'; '.join(draft.notes) or 'none was found'}"
            raise ExchangeError(message)
        text = "\n".join(_lines(draft)) + "\n"
        try:
            return text, parse_contract(text)
        except ContractFileError as error:
            if not _drop_refused(draft, error):
                message = f"the draft breaks rules of the contract: {error}"
                raise ExchangeError(message) from error
    message = "the draft breaks rules of the contract over and over"
    raise ExchangeError(message)


def _drop_unused(draft: Draft) -> None:
    used = draft.used_fields()
    for name in [each for each in draft.fields if each not in used]:
        del draft.fields[name]


def _drop_refused(draft: Draft, error: ContractFileError) -> bool:
    """Mends or drops what is refused by its name; tells whether there was any.

    A field whose name can be no column gets a column of another name, if it can be a field.
    """
    fields = {spell(("fields", name)): name for name in draft.fields}
    fields |= {spell(("fields", name, "column")): name for name in draft.fields}
    events = {spell(("events", name)): name for name in draft.events}
    refused = [each for each in error.problems if each.key in fields or each.key in events]
    # Of two names that differ only in case, one may go for another reason.
    others = [each for each in refused if not each.rule.startswith(_DIFFERS_IN_CASE)]
    for problem in others or refused:
        field, event = fields.get(problem.key), events.get(problem.key)
        about = draft.fields.get(field or "")
        if field is not None and about is not None and member_problem(field) is None:
            about.column = suggested_column(field, draft.columns() - {about.column})
        elif field is not None and about is not None:
            draft.in_extras[field] = f"{about.type}. {about.description}"
            draft.drop_field(field)
        elif event in draft.events:
            draft.notes.append(f"the event {event}: a name {problem.rule}")
            del draft.events[event]
    return bool(refused)


def _lines(draft: Draft) -> Iterator[str]:
    yield from _comment(draft.title, _HEAD)
    yield ""
    yield f"version = {draft.version}  # raise it by one with each change"
    everywhere = _everywhere(draft)
    if everywhere:
        yield ""
        yield "[every_event]  # fields that any event may carry"
        yield from _listed("optional", everywhere)
    yield from _field_lines(draft)
    for name, event in draft.events.items():
        yield ""
        yield f"[events.{_key(name)}]"
        yield from _comment(*event.notes)
        yield f"description = {_value(event.description)}"
        yield from _listed("required", event.required)
        optional = [each for each in event.optional if each not in everywhere]
        yield from _listed("optional", optional)
    for name, source in draft.sources.items():
        yield ""
        yield from _source_lines(name, source)


def _field_lines(draft: Draft) -> Iterator[str]:
    if draft.fields:
        yield ""
        yield "[fields]  # the columns, in their order"
    for name, field in draft.fields.items():
        yield from _comment(*field.notes)
        column = {} if field.column is None else {"column": field.column}
        mark = {DATA_SUBJECT_KEY: True} if field.is_data_subject else {}
        described = {
            "type": field.type,
            **column,
            **mark,
            **field.constraints,
            "description": field.description,
        }
        if field.members:
            # A table in a line cannot be gone on with.
            yield from (f"{_key(name)}.{key} = {_value(each)}" for key, each in described.items())
        else:
            yield f"{_key(name)} = {_value(described)}"
        for path, asked in field.members.items():
            yield f"{_key(name)}.{MEMBERS_KEY}.{_key(path)} = {_value(asked)}"
    if draft.in_extras:
        yield ""
        any_name = next(iter(draft.in_extras))
        yield from _comment(
            "Fields that cannot be declared by these names. They are kept in extras:"
            f" json_extract_scalar(extras, '$[\"{any_name}\"]')."
        )
        listed = (f"- {name}: {known}" for name, known in draft.in_extras.items())
        yield from _comment(*listed, indent="  ")
    if draft.notes:
        yield ""
        yield "# Not decided:"
        yield from _comment(*(f"- {note}" for note in draft.notes), indent="  ")


def _everywhere(draft: Draft) -> list[str]:
    """The fields that every event may carry, where there is more than one event."""
    events = list(draft.events.values())
    if len(events) == 1:
        return []
    return [name for name in draft.fields if all(name in event.optional for event in events)]


def _source_lines(name: str, source: DraftSource) -> Iterator[str]:
    yield from _comment(*source.notes)
    members = (f"{_key(key)} = {_value(value)}" for key, value in source.table.items())
    lines = [f"[sources.{_key(name)}]", *members]
    yield from lines if source.is_active else (f"# {line}" for line in lines)


def _listed(key: str, names: Sequence[str]) -> Iterator[str]:
    if not names:
        return
    line = f"{key} = {_value(list(names))}"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"{key} = ["
    yield from (f"  {_value(name)}," for name in names)
    yield "]"


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _value(name)


def _value(value: object) -> str:
    """TOML of a value; a text is escaped as JSON's are, and one character more."""
    if isinstance(value, dict):
        members = (
            f"{_key(key)} = {_value(each)}"
            for key, each in cast("dict[str, object]", value).items()
        )
        return f"{{ {', '.join(members)} }}"
    if isinstance(value, list):
        return f"[{', '.join(_value(each) for each in cast('list[object]', value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(*texts: str, indent: str = "") -> Iterator[str]:
    wrapper = textwrap.TextWrapper(
        _WIDTH - 2, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    for text in texts:
        yield from (f"# {line}" for line in wrapper.wrap(visible(text)))
