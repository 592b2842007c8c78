"""The rules that an `events.toml` must keep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from firelake.contract.column_names import (
    MAX_NAME_LENGTH,
    column_problem,
    member_problem,
    suggested_column,
)
from firelake.contract.data_subject import DATA_SUBJECT_KEY, data_subject_problems
from firelake.contract.errors import FieldTypeError, Problem
from firelake.contract.facts import MAX_EVENT_NAME_LENGTH
from firelake.contract.lines import LineFinder, spell
from firelake.contract.lint_constraints import CONSTRAINT_KEYS, constraint_problems
from firelake.contract.members import MEMBERS_KEY, member_problems
from firelake.contract.names import COMMON_FIELDS, UNREGISTERED, view_name
from firelake.contract.retention import RETENTION_KEY, retention_problems
from firelake.contract.sources import source_problems
from firelake.contract.types import parse_type

if TYPE_CHECKING:
    import tomllib
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

_TOP_KEYS: Final = ("version", "every_event", "fields", "events", "sources", RETENTION_KEY)
_EVERY_EVENT_KEYS: Final = ("required", "optional")
_FIELD_KEYS: Final = (
    *("type", "column", "description", "since", "until", DATA_SUBJECT_KEY),
    *CONSTRAINT_KEYS,
    MEMBERS_KEY,
)
_EVENT_KEYS: Final = ("description", "required", "optional", "until")
_EVENT_NAME_PART: Final = re.compile("[a-z0-9_]+")
_SYNTAX_PLACE: Final = re.compile(r"(?s)(.*) \(at (?:line ([0-9]+), column \d+|end of document)\)")
_MISSING: Final = "(missing)"
_MAX_VALUE_LENGTH: Final = 60


def encoding_problem(error: UnicodeDecodeError) -> Problem:
    """Turn a byte that is not UTF-8 into a problem with its line.

    Args:
        error: What decoding the whole document raised.
    """
    line = error.object.count(b"\n", 0, error.start) + 1
    value = _shown(error.object[error.start : error.end])
    return Problem(line, "TOML syntax", value, "TOML is written in UTF-8: save the file as that")


def syntax_problem(error: tomllib.TOMLDecodeError, text: str) -> Problem:
    """Turn a TOML syntax error into a problem with its line.

    Args:
        error: What `tomllib` raised for the text.
        text: The document.
    """
    lines = text.split("\n")
    match = _SYNTAX_PLACE.fullmatch(str(error))
    # tomllib had the place in its message only, before Python 3.14.
    line = len(lines) if match is None or match[2] is None else int(match[2])
    rule = str(error) if match is None else match[1]
    content = lines[min(line, len(lines)) - 1].strip()
    return Problem(line, "TOML syntax", _shown(content), rule)


def find_problems(document: Mapping[str, object], text: str) -> tuple[Problem, ...]:
    """Check a contract document against all rules.

    Args:
        document: The document as `tomllib` reads it.
        text: The document, to find line numbers in.

    Returns:
        Every problem, sorted by line; those without a line come first.
    """
    linter = _Linter(document)
    linter.check()
    if not linter.findings:
        return ()
    finder = LineFinder(text)
    problems = [
        Problem(finder.line_of(path, member), spell(path), value, rule)
        for path, member, value, rule in linter.findings
    ]
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


class _Linter:
    """One pass over a document, which gathers findings instead of stopping at the first."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self.findings: list[tuple[tuple[str, ...], str | None, str, str]] = []
        self._document = document
        self._used: set[str] = set()
        # What every event has already: required or optional, by the field's name.
        self._every_event: dict[str, str] = {}

    def check(self) -> None:
        self._check_keys((), self._document, _TOP_KEYS)
        version = self._check_version()
        fields = self._table_at((), self._document, "fields")
        self._check_fields(fields, version)
        self._check_every_event(fields)
        self._check_events(fields)
        for name, entry in self._table_at((), self._document, "sources").items():
            for key, value, rule in source_problems(entry):
                self._add(("sources", name, key) if key else ("sources", name), value, rule)
        events = self._document.get("events")
        names = cast("dict[str, object]", events) if isinstance(events, dict) else {}
        types = {name.partition(":")[0] for name in names}
        retention = self._table_at((), self._document, RETENTION_KEY)
        for key, value, rule in retention_problems(retention, types):
            self._add((RETENTION_KEY, key), value, rule)
        for name in fields:
            if name not in self._used:
                rule = "no event uses this field: add it to an event or remove it"
                self._add(("fields", name), name, rule)

    def _add(
        self, path: tuple[str, ...], value: object, rule: str, member: str | None = None
    ) -> None:
        self.findings.append((path, member, _shown(value), rule))

    def _add_missing(self, path: tuple[str, ...], rule: str) -> None:
        self.findings.append((path, None, _MISSING, rule))

    def _check_keys(
        self, path: tuple[str, ...], table: Mapping[str, object], known: tuple[str, ...]
    ) -> None:
        for key in table:
            if key not in known:
                rule = f"unknown key: known are {', '.join(known)}"
                self._add((*path, key), table[key], rule)

    def _table_at(
        self, path: tuple[str, ...], table: Mapping[str, object], key: str
    ) -> dict[str, object]:
        value = table.get(key, {})
        if isinstance(value, dict):
            return cast("dict[str, object]", value)
        self._add((*path, key), value, "must be a table")
        return {}

    def _check_version(self) -> int | None:
        if "version" not in self._document:
            self._add_missing(("version",), "give the version of the contract, from 1")
            return None
        version = self._document["version"]
        if not _is_int(version) or cast("int", version) < 1:
            self._add(("version",), version, "must be an integer of 1 or more")
            return None
        return cast("int", version)

    def _check_description(self, path: tuple[str, ...], entry: Mapping[str, object]) -> None:
        where = (*path, "description")
        if "description" not in entry:
            self._add_missing(where, "say in a sentence what it means")
            return
        description = entry["description"]
        if not isinstance(description, str) or not description.strip():
            self._add(where, description, "must be a text that says what it means")

    def _check_fields(self, fields: Mapping[str, object], version: int | None) -> None:
        by_column: dict[str, str] = {}
        for name, value in fields.items():
            path = ("fields", name)
            self._check_field_name(path, name, value, by_column)
            if not isinstance(value, dict):
                self._add(path, value, "must be a table with type and description")
                continue
            entry = cast("dict[str, object]", value)
            self._check_keys(path, entry, _FIELD_KEYS)
            self._check_type(path, entry)
            self._check_description(path, entry)
            self._check_since(path, entry, version)
            self._check_until(path, entry, entry.get("since", 1))

    def _check_field_name(
        self, path: tuple[str, ...], name: str, value: object, by_column: dict[str, str]
    ) -> None:
        """Check the name of a field and of its column, which is the same unless it says another."""
        rule = member_problem(name)
        if rule is not None:
            self._add(path, name, rule)
            return
        entry = cast("dict[str, object]", value) if isinstance(value, dict) else {}
        column = entry.get("column", name)
        where = (*path, "column") if "column" in entry else path
        if not isinstance(column, str):
            self._add(where, column, "must be a text: the name of the field's column")
            return
        rule = column_problem(column)
        if rule is not None and where == path:
            rule = f'{rule}: name its column, such as column = "{suggested_column(name)}"'
        elif where != path and column == name:
            rule = rule or "is the name of the field, which its column has anyway: leave it out"
        if rule is not None:
            self._add(where, column, rule)
        other = by_column.setdefault(column.lower(), name)
        if other == name:
            return
        if column != name:
            self._add(where, column, f"is the column of the field {other!r} already")
        else:
            rule = f"differs from the field {other!r} only in case: Athena has no case in names"
            is_case = other.lower() == name.lower()
            self._add(path, name, rule if is_case else f"is the column of the field {other!r}")

    def _check_type(self, path: tuple[str, ...], entry: Mapping[str, object]) -> None:
        where = (*path, "type")
        if "type" not in entry:
            self._add_missing(where, 'give the type of the field, such as "string"')
            return
        value = entry["type"]
        if not isinstance(value, str):
            self._add(where, value, 'must be a text such as "string"')
            return
        try:
            field_type = parse_type(value)
        except FieldTypeError as error:
            self._add(where, value, str(error))
            return
        for key, found, rule in (
            *constraint_problems(entry, field_type),
            *data_subject_problems(entry, field_type),
        ):
            self._add((*path, key), found, rule)
        for keys, found, rule in member_problems(entry, field_type):
            self._add((*path, *keys), found, rule)

    def _check_since(
        self, path: tuple[str, ...], entry: Mapping[str, object], version: int | None
    ) -> None:
        since = entry.get("since", 1)
        if not _is_int(since) or cast("int", since) < 1:
            self._add((*path, "since"), since, "must be an integer of 1 or more")
        elif version is not None and cast("int", since) > version:
            rule = f"must be 1 to the version of the contract, {version}"
            self._add((*path, "since"), since, rule)

    def _check_until(
        self, path: tuple[str, ...], entry: Mapping[str, object], since: object = 1
    ) -> None:
        until = entry.get("until")
        if "until" not in entry:
            return
        if not _is_int(until) or cast("int", until) < 1:
            self._add((*path, "until"), until, "must be an integer of 1 or more")
        elif _is_int(since) and cast("int", until) < cast("int", since):
            self._add((*path, "until"), until, f"must be its since, {since}, or later")

    def _check_every_event(self, fields: Mapping[str, object]) -> None:
        table = self._table_at((), self._document, "every_event")
        self._check_keys(("every_event",), table, _EVERY_EVENT_KEYS)
        seen: set[str] = set()
        for need in _EVERY_EVENT_KEYS:
            before = {*seen}
            self._check_list(("every_event", need), table.get(need, []), fields, seen)
            self._every_event |= dict.fromkeys(seen - before, need)

    def _check_events(self, fields: Mapping[str, object]) -> None:
        events = self._table_at((), self._document, "events")
        if not events and isinstance(self._document.get("events", {}), dict):
            self._add_missing(("events",), "declare at least one event")
        views: dict[str, str] = {}
        for name, value in events.items():
            path = ("events", name)
            self._check_event_name(path, name)
            view = view_name(name)
            other = views.setdefault(view, name)
            if other != name:
                self._add(path, name, f"its view {view} is also that of the event {other!r}")
            if len(view) > MAX_NAME_LENGTH:
                rule = f"its view's name has {len(view)} characters: Glue takes {MAX_NAME_LENGTH}"
                self._add(path, name, rule)
            if not isinstance(value, dict):
                self._add(path, value, "must be a table with a description")
                continue
            entry = cast("dict[str, object]", value)
            self._check_keys(path, entry, _EVENT_KEYS)
            self._check_description(path, entry)
            self._check_until(path, entry)
            seen: set[str] = set()
            # An event may require what every event may carry; nothing else is said twice.
            everywhere = {name for name, need in self._every_event.items() if need == "required"}
            for need in ("required", "optional"):
                self._check_list(
                    (*path, need), entry.get(need, []), fields, seen, of_every_event=everywhere
                )
                everywhere = {*self._every_event}
            self._check_required(path, entry, fields)

    def _check_required(
        self, path: tuple[str, ...], entry: Mapping[str, object], fields: Mapping[str, object]
    ) -> None:
        """An event that is still sent must not require what is not."""
        required = entry.get("required")
        if "until" in entry or not isinstance(required, list):
            return
        for name in cast("list[object]", required):
            field = fields.get(name) if isinstance(name, str) else None
            until = (
                cast("dict[str, object]", field).get("until") if isinstance(field, dict) else None
            )
            if until is not None:
                rule = f"is sent until version {until} only, so it must be optional"
                self._add((*path, "required"), name, rule, str(name))

    def _check_event_name(self, path: tuple[str, ...], name: str) -> None:
        parts = name.split(":")
        if any(_EVENT_NAME_PART.fullmatch(part) is None for part in parts):
            self._add(path, name, "must be parts of [a-z0-9_]+ joined by a colon")
        if any(part.startswith("_") or part.endswith("_") or "__" in part for part in parts):
            rule = "no part may hold __ nor begin or end with _: views would collide"
            self._add(path, name, rule)
        if parts[0] == UNREGISTERED:
            rule = f"the event type {UNREGISTERED!r} is kept for events the contract does not know"
            self._add(path, name, rule)
        if len(name) > MAX_EVENT_NAME_LENGTH:
            rule = f"has {len(name)} characters: the limit is {MAX_EVENT_NAME_LENGTH}"
            self._add(path, name, rule)

    def _check_list(
        self,
        path: tuple[str, ...],
        value: object,
        fields: Mapping[str, object],
        seen: set[str],
        *,
        of_every_event: AbstractSet[str] = frozenset(),
    ) -> None:
        if not isinstance(value, list):
            self._add(path, value, "must be a list of field names")
            return
        for name in cast("list[object]", value):
            if not isinstance(name, str):
                self._add(path, name, "must be the name of a field")
                continue
            if name in COMMON_FIELDS:
                self._add(path, name, "every event carries this field: do not list it", name)
            elif name not in fields:
                self._add(path, name, "is not declared under [fields]", name)
            elif name in seen:
                self._add(path, name, "is listed twice in this event", name)
            elif name in of_every_event:
                rule = f"is {self._every_event[name]} in every event already: do not list it"
                self._add(path, name, rule, name)
            seen.add(name)
            self._used.add(name)


def _is_int(value: object) -> bool:
    # TOML's true is a Python bool, which is an int too.
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(value: object) -> str:
    text = repr(value)
    if len(text) <= _MAX_VALUE_LENGTH:
        return text
    return f"{text[: _MAX_VALUE_LENGTH - 3]}..."
