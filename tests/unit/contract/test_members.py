"""What a contract may ask of members of structs, what it says wrongly, and which changes pass."""

from __future__ import annotations

from decimal import Decimal

import pytest

from firelake.contract.changes import changes
from firelake.contract.constraints import Constraints
from firelake.contract.errors import ContractFileError
from firelake.contract.events import parse_contract
from firelake.contract.members import MemberRule

AND_OF_THOSE = "and arrays and maps of those"
KEYS = "required, enum, min, max, pattern, max_length"
STRUCT = "struct<sku:string,qty:bigint,size:struct<w:double,price:decimal(9,2)>>"


def contract_of(members: str, field_type: str = STRUCT, version: int = 1) -> str:
    """A contract whose field's members begin on line 5."""
    return (
        f'version = {version}\n[fields.it]\ndescription = "It."\ntype = "{field_type}"\n{members}\n'
        '[events.a]\ndescription = "An event."\noptional = ["it"]\n'
    )


@pytest.mark.parametrize(
    "members",
    [
        'members.sku = { required = true }\nmembers."size.price" = { max = 0.5 }',
        '[fields.it.members]\nsku = { required = true }\n"size.price" = { max = "0.5" }',
        'members = { sku = { required = true }, "size.price" = { max = 0.5 } }',
    ],
)
@pytest.mark.parametrize("field_type", [STRUCT, f"array<{STRUCT}>"])
def test_members_are_named_by_their_paths(members: str, field_type: str) -> None:
    field = parse_contract(contract_of(members, field_type)).fields["it"]
    most = Constraints(most=Decimal("0.5"))
    assert field.members.by_path == {
        "sku": MemberRule(is_required=True),
        "size.price": MemberRule(most),
    }
    assert field.members.inside("size").by_path == {"price": MemberRule(most)}


@pytest.mark.parametrize(
    ("members", "key", "rule"),
    [
        ("members = 1", "", "must be a table: of each member what its values must be"),
        (
            "members.color = { min = 1 }",
            ".color",
            "is no member: there are sku, qty, size, size.w, size.price",
        ),
        ("members.sku = 1", ".sku", f"must be a table with some of {KEYS}"),
        ("members.sku = {}", ".sku", f"must be a table with some of {KEYS}"),
        (
            "members.sku = { require = true }",
            ".sku.require",
            f"unknown key: known are {KEYS}",
        ),
        ("members.sku = { required = 1 }", ".sku.required", "must be true or false"),
        (
            "members.sku = { min = 1 }",
            ".sku.min",
            f"is for bigint, double, decimal, date, timestamp {AND_OF_THOSE}, not for string",
        ),
        (
            "members.size = { max_length = 1 }",
            ".size.max_length",
            f"is for string {AND_OF_THOSE}, not for struct<w:double,price:decimal(9,2)>",
        ),
        ("members.qty = { min = 2, max = 1 }", ".qty.min", "is above max: no value fits"),
        (
            "members.size.w = { max = 1 }",
            ".size.w",
            'write the path as one key in quotation marks: "size.w"',
        ),
    ],
)
def test_what_is_said_wrongly_is_named(members: str, key: str, rule: str) -> None:
    with pytest.raises(ContractFileError) as raised:
        parse_contract(contract_of(members))
    (problem,) = raised.value.problems
    assert (problem.line, problem.key, problem.rule) == (5, f"fields.it.members{key}", rule)


def test_what_has_no_members_takes_no_rules_of_them() -> None:
    with pytest.raises(ContractFileError) as raised:
        parse_contract(contract_of("members.sku = { min = 1 }", "array<string>"))
    assert [each.rule for each in raised.value.problems] == [
        "is for structs and arrays and maps of those, not for array<string>"
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "members.qty = { min = 1 }", [("it.members.qty.min", "none -> 1", False)]),
        ("members.qty = { min = 1 }", "", [("it.members.qty.min", "1 -> none", True)]),
        (
            "members.qty = { min = 1, required = true }",
            "members.qty = { min = 0 }",
            [
                ("it.members.qty.required", "required -> optional", True),
                ("it.members.qty.min", "1 -> 0", True),
            ],
        ),
        (
            "",
            "members.sku = { required = true }",
            [("it.members.sku.required", "optional -> required", False)],
        ),
    ],
)
def test_rules_of_members_may_widen_and_not_narrow(
    old: str, new: str, expected: list[tuple[str, str, bool]]
) -> None:
    before, after = contract_of(old), contract_of(new, version=2)
    found = changes(parse_contract(before), parse_contract(after))[1:]
    assert [(each.key, each.what, each.allowed) for each in found] == [
        (f"fields.{key}", what, allowed) for key, what, allowed in expected
    ]


def test_a_member_that_is_new_may_be_constrained_and_not_required() -> None:
    longer = STRUCT.removesuffix(">") + ",color:string,unit:string>"
    rules = "members.color = { enum = ['red'] }\nmembers.unit = { required = true }"
    before, after = contract_of(""), contract_of(rules, longer, version=2)
    found = changes(parse_contract(before), parse_contract(after))
    assert [each.key for each in found if not each.allowed] == ["fields.it.members.unit.required"]
