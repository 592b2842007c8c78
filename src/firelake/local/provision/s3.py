"""Provisions the bucket of S3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.local.provider import Created
from firelake.local.provision.place import text

if TYPE_CHECKING:
    from firelake.local.provider import Registration
    from firelake.local.provision.place import Place

# The one Region that a request names by not naming it:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
_FIRST_REGION: Final = "us-east-1"


def bucket(place: Place, registration: Registration) -> Created:
    """Make a bucket."""
    name = text(registration.inputs, "bucket")
    region = {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
    place.send(
        registration,
        changes={} if place.region == _FIRST_REGION else {"CreateBucket": region},
    )
    return Created(
        name,
        {
            "arn": f"arn:aws:s3:::{name}",
            "bucketDomainName": f"{name}.s3.amazonaws.com",
            "bucketRegion": place.region,
            "bucketRegionalDomainName": f"{name}.s3.{place.region}.amazonaws.com",
        },
    )
