"""The domain of the services of each of AWS's partitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# As botocore's partitions.json has them; every other partition has that of `aws`.
_DNS_SUFFIX: Final = "amazonaws.com"
_DNS_SUFFIXES: Final[Mapping[str, str]] = {
    "aws-cn": "amazonaws.com.cn",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}


def dns_suffix(partition: str) -> str:
    """Returns the domain of a partition's services."""
    return _DNS_SUFFIXES.get(partition, _DNS_SUFFIX)
