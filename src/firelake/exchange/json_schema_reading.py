"""What a JSON Schema describes, as events and their properties.

https://json-schema.org/draft/2020-12/json-schema-validation
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from firelake.contract.errors import FieldTypeError
from firelake.contract.members import MEMBER_REQUIRED_KEY
from firelake.contract.names import EVENT_NAME
from firelake.contract.types import parse_type
from firelake.exchange.contract_document import Described, Property
from firelake.exchange.documents import list_of, object_of, objects_of
from firelake.exchange.draft import DraftField
from firelake.exchange.errors import ExchangeError
from firelake.exchange.schema_constraints import constraints_of, not_checked, unread
from firelake.exchange.value_types import JSON, struct_of, type_or_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from firelake.contract.types import FieldType
    from firelake.exchange.draft import MemberTables

# Our own type, beside what JSON Schema can say of it, and the name of the column.
TYPE_KEY: Final = "x-firelake-type"
COLUMN_KEY: Final = "x-firelake-column"
# Whether events are erased by it, which JSON Schema has no word for.
DATA_SUBJECT_SCHEMA_KEY: Final = "x-firelake-data-subject"

_NAME_KEYS: Final = (EVENT_NAME, "event", "eventName", "event_type", "type", "detail-type")
_SCALARS: Final = {"integer": "bigint", "number": "double", "boolean": "boolean"}
_FORMATS: Final = {"date": "date", "date-time": "timestamp"}
_VALUES: Final = "additionalProperties"
_ALTERNATIVES: Final = ("oneOf", "anyOf")
_DEFINITIONS: Final = ("$defs", "definitions")
_SUFFIX: Final = re.compile(r"(\.schema)?\.json$")
# Schemas may refer to themselves.
_DEEPEST: Final = 20

Schema = dict[str, object]


def objects_of_json_schema(text: str, source: str) -> list[Described]:
    """Return the events that a JSON Schema describes.

    An object schema is one event. The schemas in `oneOf` and `anyOf` are one each, and so are those
    in `$defs` of a document that has no schema of its own. An event's name is the constant of its
    property `event_name` or the like, else its title, its key or its file's.

    Args:
        text: The document.
        source: Name of the file.

    Raises:
        ExchangeError: It is no JSON object, or describes no object.
    """
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"{source} is no JSON: {error}"
        raise ExchangeError(message) from error
    if not isinstance(document, dict):
        message = f"{source} is no JSON Schema: it is no object"
        raise ExchangeError(message)
    root = cast("Schema", document)
    found = [*_Reading(root).objects(root, _SUFFIX.sub("", source))]
    if not found:
        message = f"{source} describes no object with properties"
        raise ExchangeError(message)
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads the schemas of one document."""

    root: Schema

    def objects(self, schema: Schema, name: str, depth: int = 0) -> Iterator[Described]:
        """The events that a schema describes, called `name` where it gives them none."""
        whole = self.whole(schema, depth)
        alternatives = [each for key in _ALTERNATIVES for each in objects_of(whole.get(key))]
        if depth > _DEEPEST:
            return
        if alternatives:
            for index, each in enumerate(alternatives):
                label = _last_part(each) or f"{name}_{index + 1}"
                yield from self.objects(each, label, depth + 1)
        elif object_of(whole.get("properties")):
            yield self._described(whole, name)
        else:
            for key in _DEFINITIONS:
                for label, each in object_of(whole.get(key)).items():
                    yield from self.objects(object_of(each), label, depth + 1)

    def whole(self, schema: Schema, depth: int = 0) -> Schema:
        """A schema with what its `$ref` and its `allOf` add to it."""
        whole = self._resolved(schema)
        if depth > _DEEPEST:
            return {}
        for each in objects_of(whole.get("allOf")):
            part = self.whole(each, depth + 1)
            whole = (
                part
                | whole
                | {
                    "properties": object_of(part.get("properties"))
                    | object_of(whole.get("properties")),
                    "required": [*list_of(part.get("required")), *list_of(whole.get("required"))],
                }
            )
        return whole

    def _resolved(self, schema: Schema) -> Schema:
        """A schema without `$ref`; what another file holds is not known."""
        for _ in range(_DEEPEST):
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                return schema
            target: object = self.root if reference.startswith("#") else {}
            for step in reference.split("/")[1:]:
                target = object_of(target).get(_key_of(step))
            schema = object_of(target) | {
                key: each for key, each in schema.items() if key != "$ref"
            }
        return {}

    def _described(self, schema: Schema, name: str) -> Described:
        properties = object_of(schema.get("properties"))
        required = list_of(schema.get("required"))
        constants = (_constant(self.whole(object_of(properties.get(key)))) for key in _NAME_KEYS)
        title = next((each for each in constants if each), schema.get("title"))
        return Described(
            title if isinstance(title, str) and title else name,
            str(schema.get("description") or ""),
            [
                self._property(key, self.whole(object_of(each)), is_required=key in required)
                for key, each in properties.items()
            ],
        )

    def _property(self, name: str, schema: Schema, *, is_required: bool) -> Property:
        forms = self._forms(schema)
        kinds = _all_kinds(forms)
        accepts_null = "null" in kinds or not kinds
        spelled, note = self._type_of(schema, forms)
        constraints, refused = self._asked(schema, forms, parse_type(spelled))
        members: MemberTables = {}
        for path, asked, not_taken in self._members(schema, parse_type(spelled)):
            refused += [f"{path}: {each}" for each in not_taken]
            if asked:
                members[path] = asked
        note = note or not_checked(refused)
        field = DraftField(
            spelled,
            str(schema.get("description") or schema.get("title") or ""),
            [f"{name}: {note}"] if note else [],
            constraints,
            str(schema.get(COLUMN_KEY) or "") or None,
            is_data_subject=schema.get(DATA_SUBJECT_SCHEMA_KEY) is True,
            members=members,
        )
        return Property(name, field, is_required and (spelled == JSON or not accepts_null))

    def _members(
        self, schema: Schema, field_type: FieldType, start: str = ""
    ) -> Iterator[tuple[str, dict[str, object], list[str]]]:
        """What is asked of the members of objects: path, what is taken over, and what is not."""
        values = self._object(schema)
        if field_type.is_several:
            values = self._object(self.whole(object_of(values.get(_inside(field_type)))))
        properties, required = object_of(values.get("properties")), list_of(values.get("required"))
        for each in field_type.members:
            path = f"{start}{each.name}"
            inner = self.whole(object_of(properties.get(each.name)))
            forms = self._forms(inner)
            kinds = _all_kinds(forms)
            asked, refused = self._asked(inner, forms, each.type)
            if each.name in required and kinds and "null" not in kinds:
                asked = {MEMBER_REQUIRED_KEY: True, **asked}
            yield path, asked, refused
            yield from self._members(inner, each.type, f"{path}.")

    def _asked(
        self, schema: Schema, forms: list[Schema], field_type: FieldType
    ) -> tuple[dict[str, object], list[str]]:
        """What is asked of a value, or of what an array or a map holds, and what is not taken."""
        if len(forms) > 1:
            return {}, []
        if not field_type.is_several:
            return constraints_of(schema, str(field_type))
        values = self.whole(object_of(schema.get(_inside(field_type))))
        asked, refused = constraints_of(values, str(field_type))
        return asked, refused + unread(schema)

    def _object(self, schema: Schema) -> Schema:
        """The one form of a schema that is more than null; nothing where there are several."""
        forms = [each for each in self._forms(schema) if set(_kinds(each)) != {"null"}]
        return forms[0] if len(forms) == 1 else {}

    def _forms(self, schema: Schema) -> list[Schema]:
        """The schema, or its alternatives with what it says itself."""
        alternatives = [
            self.whole(each) for key in _ALTERNATIVES for each in objects_of(schema.get(key))
        ]
        return [{**schema, **each} for each in alternatives] or [schema]

    def _type_of(self, schema: Schema, forms: list[Schema], depth: int = 0) -> tuple[str, str]:
        """The contract's type that takes what a schema allows, and what could not be taken over."""
        ours = schema.get(TYPE_KEY)
        if isinstance(ours, str):
            try:
                return str(parse_type(ours)), ""
            except FieldTypeError:
                return JSON, f"{TYPE_KEY} is {ours!r}, which is no type"
        found = {
            self._single(each, kind, depth)
            for each in forms
            for kind in _kinds(each)
            if kind != "null"
        }
        if found == {"bigint", "double"}:
            return "double", ""
        if len(found) == 1:
            return next(iter(found)), ""
        kinds = sorted(_all_kinds(forms) - {"null"})
        return JSON, f"of several kinds: {', '.join(kinds)}" if kinds else ""

    def _single(self, schema: Schema, kind: str, depth: int) -> str:
        if kind == "string":
            return _FORMATS.get(str(schema.get("format")), "string")
        if kind == "object":
            return self._struct(schema, depth)
        if kind != "array":
            return _SCALARS.get(kind, JSON)
        return type_or_json(f"array<{self._spelled(schema.get('items'), depth + 1)}>")

    def _struct(self, schema: Schema, depth: int) -> str:
        """A struct of an object's properties, where each has a type, or a map; else any JSON."""
        if depth > _DEEPEST:
            return JSON
        values, properties = object_of(schema.get(_VALUES)), object_of(schema.get("properties"))
        if values and not properties:
            return type_or_json(f"map<string,{self._spelled(values, depth + 1)}>")
        return struct_of(
            {name: self._spelled(each, depth + 1) for name, each in properties.items()}
        )

    def _spelled(self, schema: object, depth: int) -> str:
        whole = self.whole(object_of(schema))
        return self._type_of(whole, self._forms(whole), depth)[0]


def _inside(field_type: FieldType) -> str:
    """Where the schema of what an array or a map holds stands."""
    return _VALUES if field_type.is_map else "items"


def _all_kinds(forms: Iterable[Schema]) -> set[str]:
    return {kind for each in forms for kind in _kinds(each)}


def _kinds(schema: Schema) -> list[str]:
    """The JSON types that a schema allows, by its type or else by the values that it lists."""
    kinds = schema.get("type")
    if kinds is not None:
        return [str(each) for each in (list_of(kinds) or [kinds])]
    values = [*list_of(schema.get("enum")), *([schema["const"]] if "const" in schema else [])]
    return sorted({_kind_of(each) for each in values})


def _kind_of(value: object) -> str:
    # true is an int in Python, too.
    kinds: dict[type, str] = {
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        type(None): "null",
    }
    return kinds.get(type(value), "object")


def _constant(schema: Schema) -> str | None:
    values = list_of(schema.get("enum"))
    value = schema.get("const", values[0] if len(values) == 1 else None)
    return value if isinstance(value, str) else None


def _last_part(schema: Schema) -> str | None:
    """What a schema is called among the definitions, by its reference."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return None
    return _key_of(reference.rpartition("/")[2])


def _key_of(step: str) -> str:
    """The key that a step of a JSON Pointer (RFC 6901) names."""
    return step.replace("~1", "/").replace("~0", "~")
