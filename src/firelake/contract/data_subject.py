"""The mark of a field that says whom an event is about, so that a person's events can be erased.

The word is that of Article 4 (1) GDPR: a data subject is whom personal data are about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.contract.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firelake.contract.types import FieldType

DATA_SUBJECT_KEY: Final = "data_subject"
"""The key of a field's entry in the contract."""

DATA_SUBJECT_KINDS: Final = frozenset({Kind.STRING, Kind.BIGINT})
"""The types that a marked field may have: their values have one text each, in every engine."""


def data_subject_problems(
    entry: Mapping[str, object], field_type: FieldType
) -> Iterator[tuple[str, object, str]]:
    """Yield what is wrong with the mark of a field: its key, what stands there, and the rule.

    Args:
        entry: The entry of the field.
        field_type: The type of the field.
    """
    if DATA_SUBJECT_KEY not in entry:
        return
    value = entry[DATA_SUBJECT_KEY]
    if not isinstance(value, bool):
        yield DATA_SUBJECT_KEY, value, "must be true or false"
    elif value and (field_type.is_several or field_type.kind not in DATA_SUBJECT_KINDS):
        rule = f"takes a field of type string or bigint, this one is {field_type}"
        yield DATA_SUBJECT_KEY, value, rule
