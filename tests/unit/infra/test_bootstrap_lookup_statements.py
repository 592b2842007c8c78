"""Tests of what the preview role may ask AWS, whole: what the program looks up and nothing more."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, cast

from firelake.infra.bootstrap.lookup_statements import LOOKUPS, lookup_statements
from firelake.infra.bootstrap.names import STACKS, BootstrapNames

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
NAMES = BootstrapNames("111122223333", "us-east-1")
GLUE = "arn:aws:glue:us-east-1:111122223333:"
TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/firelake-{}-claims"
# What anybody may ask: the caller, the Region and the partition.
FREE = {"get_caller_identity", "get_partition", "get_region"}
# What is asked of things that are no lake's: whoever deploys is let by their owner (existing.md).
FOREIGN = {"get_stream"}


def test_the_preview_role_may_look_this_up_and_nothing_else() -> None:
    assert lookup_statements([NAMES.lake(stack) for stack in STACKS]) == [
        {
            "Sid": "Database",
            "Effect": "Allow",
            "Action": ["glue:GetPartitionIndexes", "glue:GetTable"],
            "Resource": [
                f"{GLUE}catalog",
                f"{GLUE}database/firelake_dev",
                f"{GLUE}table/firelake_dev/*",
                f"{GLUE}userDefinedFunction/firelake_dev/*",
                f"{GLUE}database/firelake_prod",
                f"{GLUE}table/firelake_prod/*",
                f"{GLUE}userDefinedFunction/firelake_prod/*",
            ],
        },
        {
            "Sid": "Table",
            "Effect": "Allow",
            "Action": [
                "dynamodb:DescribeContinuousBackups",
                "dynamodb:DescribeTable",
                "dynamodb:DescribeTimeToLive",
                "dynamodb:ListTagsOfResource",
            ],
            "Resource": [TABLE.format("dev"), TABLE.format("prod")],
        },
        {
            "Sid": "Unconfined",
            "Effect": "Allow",
            "Action": ["dynamodb:ListTables"],
            "Resource": ["*"],
        },
    ]


def test_every_function_that_the_program_calls_is_known_and_every_known_one_is_called() -> None:
    called = {
        name
        for path in (ROOT / "src" / "firelake" / "infra").rglob("*.py")
        for name in _called(ast.parse(path.read_text("utf-8")))
    }
    known = {lookup.token.rpartition(":")[2] for lookup in LOOKUPS}
    assert {_camel_case(name) for name in called - FREE - FOREIGN} == known
    assert called >= FREE | FOREIGN


def _called(tree: ast.AST) -> Iterator[str]:
    """Names of the provider's functions that a module calls: `aws.get_region()`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func).partition(".")[0]
            if owner == "aws" and node.func.attr.startswith("get_"):
                yield node.func.attr.removesuffix("_output")


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def test_no_lookup_reads_what_a_resource_holds() -> None:
    actions = {
        action
        for each in lookup_statements([NAMES.lake("dev")])
        for action in cast("list[str]", each["Action"])
    }
    assert {action.partition(":")[2][:4] for action in actions} <= {"Desc", "GetP", "GetT", "List"}
