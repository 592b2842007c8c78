"""What a caller may do of Athena, by the policies that the cloud behind holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from athena_on_duckdb.api.errors import AccessDeniedError

if TYPE_CHECKING:
    from athena_on_duckdb.api.callers import Caller
    from athena_on_duckdb.clients import Clients


class Permissions:
    """The policies of callers, asked by simulation.

    Args:
        root: Clients of the root user, who may simulate the policies of others.
    """

    def __init__(self, root: Clients) -> None:
        self._root = root

    def require(self, caller: Caller, action: str, resource: str) -> None:
        """Refuse what no policy of a caller allows.

        Args:
            caller: Who calls.
            action: Of IAM, such as `athena:StartQueryExecution`.
            resource: Kind and name, such as `workgroup/primary`, an ARN, or `*`.

        Raises:
            AccessDeniedError: It is not allowed.
        """
        if caller.is_root:
            return
        service = action.partition(":")[0]
        arn = resource
        if resource != "*" and not resource.startswith("arn:"):
            arn = f"arn:aws:{service}:{caller.region}:{caller.account_id}:{resource}"
        answer = self._root.call(
            "iam",
            "SimulatePrincipalPolicy",
            {
                "PolicySourceArn": _policy_source(caller),
                "ActionNames": [action],
                "ResourceArns": [arn],
            },
        )
        if answer["EvaluationResults"][0]["EvalDecision"] != "allowed":
            message = (
                f"User: {caller.arn} is not authorized to perform: {action} on resource: {arn}"
                f" because no identity-based policy allows the {action} action"
            )
            raise AccessDeniedError(message)


def _policy_source(caller: Caller) -> str:
    """The role of a session, which is what has policies."""
    resource = caller.arn.rpartition(":")[2]
    if resource.startswith("assumed-role/"):
        return f"arn:aws:iam::{caller.account_id}:role/{resource.split('/')[1]}"
    return caller.arn
