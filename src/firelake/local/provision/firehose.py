"""Provisions Firehose's resource: checks a delivery stream as Firehose does, makes and keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firehose_emulator.settings import DeliverySettings
from firehose_emulator.validate import validate
from firelake.local.provider import Created
from firelake.local.provision.place import DeliveryStream, text

if TYPE_CHECKING:
    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place


def delivery_stream(place: Place, registration: Registration) -> Created:
    """Make a delivery stream that delivers nothing, and keep it for `firehose_emulator`.

    What comes from now on is delivered.

    Raises:
        local.firehose.errors.FirehoseError: Firehose would refuse it, or an input has no meaning
            here.
        botocore.exceptions.ClientError: MiniStack refused.
    """
    inputs = registration.inputs
    validate(inputs)
    created_at_ms = place.now_ms()
    DeliverySettings.from_inputs(inputs, created_at_ms=created_at_ms)
    place.send(registration)
    name = text(inputs, "name")
    arn = place.arn("firehose", f"deliverystream/{name}")
    place.kept.keep_delivery_stream(
        DeliveryStream(name=name, arn=arn, inputs=inputs, created_at_ms=created_at_ms)
    )
    outputs = {"arn": arn, "destinationId": "destinationId-000000000001", "versionId": "1"}
    return Created(arn, outputs)
