"""Provisions Firehose's resource: checks a delivery stream as Firehose does, and keeps it.

MiniStack's own would call the function once for every record and write an object for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.firehose.settings import DeliverySettings
from local.firehose.validate import validate
from local.provider import Created
from local.provision.place import DeliveryStream, text

if TYPE_CHECKING:
    from local.provider import Registration
    from local.provision.place import Place


def delivery_stream(place: Place, registration: Registration) -> Created:
    """Keep a delivery stream for `local.firehose`, which reads what comes from now on.

    Raises:
        local.firehose.errors.FirehoseError: Firehose would refuse it, or an input has no meaning
            here.
    """
    inputs = registration.inputs
    validate(inputs)
    created_at_ms = place.now_ms()
    DeliverySettings.from_inputs(inputs, created_at_ms=created_at_ms)
    name = text(inputs, "name")
    arn = place.arn("firehose", f"deliverystream/{name}")
    place.kept.keep_delivery_stream(
        DeliveryStream(name=name, arn=arn, inputs=inputs, created_at_ms=created_at_ms)
    )
    outputs = {"arn": arn, "destinationId": "destinationId-000000000001", "versionId": "1"}
    return Created(arn, outputs)
