"""Provisions roles and managed policies, to which IAM assigns ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.local.provider import Created
from firelake.local.provision.iam_differences import as_put
from firelake.local.provision.place import text

if TYPE_CHECKING:
    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place


def role(place: Place, registration: Registration) -> Created:
    """Make a role."""
    made = place.send(registration)["CreateRole"]["Role"]
    name = text(registration.inputs, "name")
    return Created(name, {"arn": str(made["Arn"]), "uniqueId": str(made["RoleId"])})


def policy(place: Place, registration: Registration) -> Created:
    """Make a managed policy, as MiniStack must have it to mean what the program says."""
    document = as_put(text(registration.inputs, "policy"))
    answers = place.send(registration, changes={"CreatePolicy": {"PolicyDocument": document}})
    made = answers["CreatePolicy"]["Policy"]
    arn = str(made["Arn"])
    return Created(arn, {"arn": arn, "policyId": str(made["PolicyId"])})
