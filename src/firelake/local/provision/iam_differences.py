"""What MiniStack's IAM must be told otherwise than AWS's: a table, with the reason of each line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

Statement: TypeAlias = "dict[str, object]"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherActions:
    """Actions that MiniStack checks under other names and on another resource.

    Attributes:
        actions: What AWS checks, on the resources of the statement.
        local_actions: What MiniStack checks instead.
        local_resource: On what it checks that.
        reason: Why, and what is lost.
    """

    actions: frozenset[str]
    local_actions: tuple[str, ...]
    local_resource: str
    reason: str

    def change(self, statement: Mapping[str, object]) -> list[Statement]:
        """Give what a statement becomes: what AWS alone checks makes way for what is checked."""
        actions = _listed(statement.get("Action", []))
        if self.actions.isdisjoint(actions):
            return [dict(statement)]
        others = [each for each in actions if each not in self.actions]
        local: Statement = {
            **statement,
            "Action": list(self.local_actions),
            "Resource": self.local_resource,
        }
        if "Sid" in statement:
            local["Sid"] = f"{statement['Sid']}Local"
        return [*([{**statement, "Action": others}] if others else []), local]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Statements that cannot be kept to here.

    Attributes:
        effect: The effect that they have.
        condition: The whole condition that they have.
        reason: Why, and what is lost.
    """

    effect: str
    condition: Mapping[str, Mapping[str, str]]
    reason: str

    def change(self, statement: Mapping[str, object]) -> list[Statement]:
        """Give what a statement becomes."""
        is_one = (statement["Effect"], statement.get("Condition")) == (self.effect, self.condition)
        return [] if is_one else [dict(statement)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutCondition:
    """Statements whose condition MiniStack does not know, and so would take for not met.

    Attributes:
        condition: The whole condition that they have.
        reason: Why, and what is lost.
    """

    condition: Mapping[str, Mapping[str, str]]
    reason: str

    def change(self, statement: Mapping[str, object]) -> list[Statement]:
        """Give what a statement becomes: the same without its condition."""
        if statement.get("Condition") != self.condition:
            return [dict(statement)]
        return [{name: part for name, part in statement.items() if name != "Condition"}]


DIFFERENCES: Final[tuple[OtherActions | LeftOut | WithoutCondition, ...]] = (
    OtherActions(
        actions=frozenset(
            {
                "dynamodb:PartiQLDelete",
                "dynamodb:PartiQLInsert",
                "dynamodb:PartiQLSelect",
                "dynamodb:PartiQLUpdate",
            }
        ),
        local_actions=("dynamodb:BatchExecuteStatement", "dynamodb:ExecuteStatement"),
        local_resource="*",
        reason=(
            "AWS checks what a PartiQL statement does, on its table; MiniStack checks the call, "
            "on no table. A statement on another table, or of another kind, is not refused here."
        ),
    ),
    LeftOut(
        effect="Deny",
        condition={"Bool": {"aws:SecureTransport": "false"}},
        reason=(
            "MiniStack is asked over plain HTTP on loopback, so a policy that asks for TLS would "
            "refuse every role. That a request without TLS is refused is not seen here."
        ),
    ),
    LeftOut(
        effect="Deny",
        condition={
            "StringEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
            "Null": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "true"},
        },
        reason=(
            "MiniStack's policies do not know which key a write names, and would take every one "
            "for nameless. That a write under the account's own key of S3 is refused is not seen "
            "here."
        ),
    ),
    WithoutCondition(
        condition={"Null": {"s3:if-none-match": "false"}},
        reason=(
            "MiniStack's policies do not know by which condition an object is written. That one "
            "which overwrites another is refused is not seen here."
        ),
    ),
)


def as_put(document: str) -> str:
    """Give a policy as MiniStack is to have it; the same text where nothing differs.

    Args:
        document: The policy as the program has it, JSON.
    """
    policy = cast("dict[str, object]", json.loads(document))
    asked = cast("list[Statement]", policy["Statement"])
    put = asked
    for difference in DIFFERENCES:
        put = [changed for statement in put for changed in difference.change(statement)]
    return document if put == asked else json.dumps({**policy, "Statement": put})


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(cast("list[str]", value))
