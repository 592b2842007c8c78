"""Provisions the key, to which KMS assigns an id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.local.provider import Created

if TYPE_CHECKING:
    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place


def key(place: Place, registration: Registration) -> Created:
    """Make a key; its id is known only then, so what names it is sent afterwards."""
    # When a key is deleted is told when it is deleted.
    later = frozenset({"EnableKeyRotation", "ScheduleKeyDeletion"})
    made = place.send(registration, leave_out=later)["CreateKey"]["KeyMetadata"]
    key_id = str(made["KeyId"])
    if registration.inputs.get("enableKeyRotation"):
        days = registration.inputs.get("rotationPeriodInDays")
        period = {} if days is None else {"RotationPeriodInDays": days}
        place.clients.call("kms", "EnableKeyRotation", {"KeyId": key_id, **period})
    return Created(key_id, {"arn": str(made["Arn"]), "keyId": key_id})
