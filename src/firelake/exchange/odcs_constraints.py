"""The constraints of a field as an Open Data Contract says them, and read from one.

https://bitol-io.github.io/open-data-contract-standard/v3.1.0/schema/,
https://bitol-io.github.io/open-data-contract-standard/v3.1.0/data-quality/
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from firelake.contract.constraints import bound_text
from firelake.exchange.documents import list_of, object_of, objects_of
from firelake.exchange.schema_constraints import (
    constraints_of,
    is_ecmascript,
    not_checked,
    unread,
)

if TYPE_CHECKING:
    from firelake.contract.constraints import Bound, Constraints

Element = dict[str, object]

# A custom property: of what a column says of a person ODCS has classifications, free texts.
DATA_SUBJECT_PROPERTY: Final = "dataSubject"

_CUSTOM: Final = "firelake."
"""How properties of our own begin: the key of `logicalTypeOptions` follows."""

VALUES_PROPERTY: Final = f"{_CUSTOM}values"
"""What a map's values are, as a property of ODCS, which has no word for maps."""

_INVALID: Final = "invalidValues"
_VALID: Final = "validValues"


def odcs_constraints(constraints: Constraints) -> Element:
    """Return what is said of a value's constraints, as keys of its property.

    The values that there are stand as a rule of quality, as 3.1 has no other place for them. A
    bound that no number of JSON is, and a pattern that is RE2's alone, are custom properties.
    """
    options: Element = {}
    custom: list[Element] = []
    if constraints.max_length is not None:
        options["maxLength"] = constraints.max_length
    found = {
        "pattern": constraints.pattern,
        "minimum": _bound(constraints.least),
        "maximum": _bound(constraints.most),
    }
    for key, value in found.items():
        is_known = is_ecmascript(value) if key == "pattern" else not isinstance(value, Decimal)
        if value is not None and is_known:
            options[key] = value
        elif value is not None:
            custom.append({"property": f"{_CUSTOM}{key}", "value": str(value)})
    said: Element = {"logicalTypeOptions": options} if options else {}
    if constraints.enum:
        arguments = {_VALID: [*constraints.enum]}
        rule = {"type": "library", "metric": _INVALID, "arguments": arguments, "mustBe": 0}
        said["quality"] = [rule]
    return said | ({"customProperties": custom} if custom else {})


def constraints_of_odcs(element: Element, spelled: str) -> tuple[dict[str, object], str]:
    """Read the constraints of a property, or of the members of an array.

    Args:
        element: The property.
        spelled: The type that takes it, as the contract spells it.

    Returns:
        What the contract takes over, and what it cannot, for people; empty where it takes all.
    """
    items = inside_of(element)
    asked, refused = _asked(items or element)
    if items:
        of_array, rules = _asked(element)
        refused += [*unread(of_array), *rules]
    taken, unfit = constraints_of(asked, spelled)
    return taken, not_checked([*unfit, *refused])


def inside_of(element: Element) -> Element:
    """What an array or a map holds; nothing of what is neither."""
    for each in objects_of(element.get("customProperties")):
        if each.get("property") == VALUES_PROPERTY:
            return object_of(each.get("value"))
    return object_of(element.get("items"))


def _asked(element: Element) -> tuple[Element, list[str]]:
    """What is asked of a value, in the words of JSON Schema, and what else is."""
    options = object_of(element.get("logicalTypeOptions"))
    # YAML has days and moments of its own.
    asked = {
        key: each.isoformat() if isinstance(each, date) else each for key, each in options.items()
    }
    for each in objects_of(element.get("customProperties")):
        name = str(each.get("property"))
        if name.startswith(_CUSTOM) and name != VALUES_PROPERTY:
            asked[name.removeprefix(_CUSTOM)] = each.get("value")
    # Of 3.2.
    if objects_of(element.get("enum")):
        asked["enum"] = [each.get("value") for each in objects_of(element.get("enum"))]
    rules: list[str] = []
    for rule in objects_of(element.get("quality")):
        arguments = object_of(rule.get("arguments"))
        is_each = rule.get("metric") == _INVALID and rule.get("mustBe") == 0
        if is_each and _VALID in arguments:
            asked["enum"] = list_of(arguments[_VALID])
        elif is_each and "pattern" in arguments:
            asked["pattern"] = arguments["pattern"]
        else:
            rules.append(f"quality {rule.get('metric') or rule.get('type') or 'rule'}")
    return asked, rules


def _bound(bound: Bound | None) -> str | int | float | Decimal | None:
    """A bound as JSON has it; a decimal that is no number of JSON stays one."""
    if isinstance(bound, Decimal):
        number = float(bound)
        return number if Decimal(str(number)) == bound else bound
    return bound if bound is None or isinstance(bound, int | float) else bound_text(bound)
