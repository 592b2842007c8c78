"""The keys of a configuration: fields of dataclasses, each with all that is known of its key.

A field's default stands where a dataclass has it; beside it stand what the value must be, what it
decides, and whose rule that is. The tables of docs/configuration.md, the checks and the types
follow from the fields.
"""

from __future__ import annotations

from dataclasses import Field, dataclass, field, fields, replace
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from _typeshed import DataclassInstance

_Value = TypeVar("_Value")
_SETTING: Final = "setting"
_SECTION: Final = "section"


@unique
class CapacityMode(StrEnum):
    """Who decides how much a stream or a table can take."""

    ON_DEMAND = "on_demand"
    PROVISIONED = "provisioned"


@unique
class TableClass(StrEnum):
    """What of a table is cheap: its writes, or what it keeps."""

    STANDARD = "STANDARD"
    INFREQUENT_ACCESS = "STANDARD_INFREQUENT_ACCESS"


@unique
class Kind(StrEnum):
    """What a value is."""

    WHOLE = "whole number"
    NUMBER = "number"
    TRUTH = "true or false"
    TEXT = "text"
    DATE = "date"
    CHOICE = "choice"
    TAGS = "map"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One key of the configuration.

    Attributes:
        kind: What its value is.
        meaning: What it decides.
        rule: Why the range is what it is, and where that is written.
        unit: Unit of a number; empty where it has none.
        lowest: Least number, or least date.
        highest: Greatest number.
        choices: The values of a choice.
        pattern: What a text, or each of a list, must match as a whole; empty for any text.
        form: The pattern in words, for people.
        key: Path of the key, such as `stream.retentionHours`, which is that of its field.
    """

    kind: Kind
    meaning: str
    rule: str
    unit: str = ""
    lowest: float = 0
    highest: float = 0
    choices: tuple[str | int, ...] = ()
    pattern: str = ""
    form: str = ""
    key: str = ""

    @property
    def expected(self) -> str:
        """What a value must be, in words, such as `a whole number from 24 to 8760`."""
        match self.kind:
            case Kind.WHOLE | Kind.NUMBER:
                return f"a {self.kind} from {_plain(self.lowest)} to {_plain(self.highest)}"
            case Kind.CHOICE:
                return f"one of {', '.join(str(choice) for choice in self.choices)}"
            case Kind.TRUTH:
                return "true or false"
            case _:
                return self.form


class Range(NamedTuple):
    """From where to where a number may be, and its unit."""

    lowest: float
    highest: float
    unit: str


class Form(NamedTuple):
    """What a text must match as a whole, and that in words for people."""

    pattern: str
    words: str


def known(setting: Setting) -> Mapping[str, Any]:
    """Returns the metadata of a field that a setting is about."""
    return {_SETTING: setting}


def section(cls: Callable[[], _Value]) -> _Value:
    """Makes a field of a section: a dataclass of settings, all of which have defaults."""
    return field(default_factory=cls, metadata={_SECTION: cls})


def whole(default: _Value, bounds: Range, meaning: str, *, rule: str) -> _Value:
    """Makes a field of a whole number."""
    return _number(Kind.WHOLE, default, bounds, meaning, rule)


def number(default: _Value, bounds: Range, meaning: str, *, rule: str) -> _Value:
    """Makes a field of any number."""
    return _number(Kind.NUMBER, default, bounds, meaning, rule)


def truth(meaning: str, *, default: bool, rule: str) -> bool:
    """Makes a field that is true or false."""
    return _field(default, Setting(kind=Kind.TRUTH, meaning=meaning, rule=rule))


def choice(
    default: _Value, choices: tuple[str | int, ...], meaning: str, *, rule: str, unit: str = ""
) -> _Value:
    """Makes a field of one of some values."""
    setting = Setting(kind=Kind.CHOICE, choices=choices, meaning=meaning, rule=rule, unit=unit)
    return _field(default, setting)


def text(default: _Value, form: Form, meaning: str, *, rule: str, unit: str = "") -> _Value:
    """Makes a field of a text."""
    return _text(Kind.TEXT, default, form, meaning, rule, unit)


def texts(default: _Value, form: Form, meaning: str, *, rule: str) -> _Value:
    """Makes a field of a list of texts, none of which is there twice."""
    return _text(Kind.LIST, default, form, meaning, rule, "")


def tags(form: str, meaning: str, *, rule: str) -> Mapping[str, str]:
    """Makes a field of tags, by default none."""
    setting = Setting(kind=Kind.TAGS, form=form, meaning=meaning, rule=rule)
    return field(default_factory=dict[str, str], metadata=known(setting))


def camel_case(name: str) -> str:
    """Returns the configuration key of a field, such as `retentionHours` for `retention_hours`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def path_of(section_name: str, key: str) -> str:
    """Returns the path of a key; that of no section is the key itself."""
    return f"{section_name}.{key}" if section_name else key


def sections_of(cls: type[DataclassInstance]) -> Mapping[str, type[DataclassInstance]]:
    """Returns the classes of the sections of a configuration, by their names."""
    return {each.name: each.metadata[_SECTION] for each in fields(cls) if _SECTION in each.metadata}


def fields_of(
    cls: type[DataclassInstance],
) -> Iterator[tuple[str, Field[Any], Setting]]:
    """Yields the section, the field and the setting of every key of a configuration, in order."""
    for section_name, owner in (("", cls), *sections_of(cls).items()):
        for each in fields(owner):
            if _SETTING in each.metadata:
                key = path_of(section_name, camel_case(each.name))
                yield section_name, each, replace(each.metadata[_SETTING], key=key)


def settings_of(cls: type[DataclassInstance]) -> tuple[Setting, ...]:
    """Returns the settings of a configuration and of its sections, in their order."""
    return tuple(setting for _, _, setting in fields_of(cls))


def _number(kind: Kind, default: _Value, bounds: Range, meaning: str, rule: str) -> _Value:
    lowest, highest, unit = bounds
    setting = Setting(
        kind=kind, lowest=lowest, highest=highest, unit=unit, meaning=meaning, rule=rule
    )
    return _field(default, setting)


def _text(  # noqa: PLR0913, PLR0917 -- the columns of a table
    kind: Kind, default: _Value, form: Form, meaning: str, rule: str, unit: str
) -> _Value:
    pattern, words = form
    setting = Setting(kind=kind, pattern=pattern, form=words, meaning=meaning, rule=rule, unit=unit)
    return _field(default, setting)


def _field(default: _Value, setting: Setting) -> _Value:
    return field(default=default, metadata=known(setting))


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)
