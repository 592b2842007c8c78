"""Provisions Lambda's resources: the function, from the program's own zip, and its alias."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pulumi import FileArchive

from firelake.formats.emulation import InputError
from firelake.local.provider import Created
from firelake.local.provision.place import text
from firelake.local.provision.waiting import wait_until

if TYPE_CHECKING:
    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place


def function(place: Place, registration: Registration) -> Created:
    """Make a function and wait until it can be called.

    Raises:
        InputError: The code is no zip file, or not the one whose hash the program names.
    """
    inputs = registration.inputs
    name = text(inputs, "name")
    code = inputs.get("code")
    if not isinstance(code, FileArchive):
        message = f"code must be a FileArchive of a zip file, not {code!r}"
        raise InputError(message)
    answers = place.send(
        registration,
        changes={"CreateFunction": {"Code": {"ZipFile": Path(code.path).read_bytes()}}},
    )
    made = answers["CreateFunction"]
    if inputs.get("sourceCodeHash", made["CodeSha256"]) != made["CodeSha256"]:
        message = f"sourceCodeHash is not {made['CodeSha256']}, the hash of {code.path}"
        raise InputError(message)

    def is_active() -> bool:
        answer = place.clients.call("lambda", "GetFunctionConfiguration", {"FunctionName": name})
        return answer["State"] == "Active"

    wait_until(is_active, f"the function {name!r} is active")
    arn = place.arn("lambda", f"function:{name}")
    api = f"arn:aws:apigateway:{place.region}:lambda:path/2015-03-31/functions"
    return Created(
        name,
        {
            "arn": arn,
            "codeSha256": str(made["CodeSha256"]),
            "invokeArn": f"{api}/{arn}/invocations",
            "qualifiedArn": f"{arn}:{made['Version']}",
            "version": str(made["Version"]),
        },
    )


def alias(place: Place, registration: Registration) -> Created:
    """Make an alias of a version."""
    made = place.send(registration)["CreateAlias"]
    arn = str(made["AliasArn"])
    api = f"arn:aws:apigateway:{place.region}:lambda:path/2015-03-31/functions"
    return Created(arn, {"arn": arn, "invokeArn": f"{api}/{arn}/invocations"})
