"""When S3 deletes what is in a lake's bucket, by the lifecycle that the bucket has now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, cast

from botocore.exceptions import ClientError

from firelake.aws.error_codes import error_code
from firelake.contract.facts import ERRORS_WARNED_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_s3 import S3Client

_NO_LIFECYCLE: Final = "NoSuchLifecycleConfiguration"

# S3 counts days from the midnight after an object was made, and deletes within a day or so:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
SLACK_DAYS: Final = 2


def warned_days(expire_days: int) -> int:
    """Returns how long before it expires an error is told, where errors are kept for so long."""
    return min(ERRORS_WARNED_DAYS, expire_days // 2)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The rules of a bucket that are in force.

    Attributes:
        folder: The lake's folder in the bucket, with a slash at its end; empty for none.
        rules: As S3 tells them.
    """

    folder: str
    rules: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, client: S3Client, bucket: str) -> Self:
        """Ask S3.

        Args:
            bucket: The lake's bucket, with the folder in it if there is one.

        Raises:
            ClientError: S3 refuses.
        """
        folder = bucket.partition("/")[2].rstrip("/")
        try:
            answer = client.get_bucket_lifecycle_configuration(Bucket=bucket)
        except ClientError as error:
            if error_code(error) != _NO_LIFECYCLE:
                raise
            return cls("", ())
        return cls(f"{folder}/" if folder else "", cast("Any", answer.get("Rules", [])))

    def expire_days(self, prefix: str) -> int | None:
        """Returns after how many days all objects under a prefix expire; None if they never do."""
        found = (each.get("Expiration", {}).get("Days") for each in self._rules_of(prefix))
        return min((days for days in found if days), default=None)

    def old_version_days(self, prefix: str) -> int | None:
        """Returns for how long old versions under a prefix are kept; None for ever."""
        found = (
            each.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays")
            for each in self._rules_of(prefix)
        )
        return min((days for days in found if days), default=None)

    def _rules_of(self, prefix: str) -> Iterator[Mapping[str, Any]]:
        """Yields the rules that hold for each object under a prefix."""
        for rule in self.rules:
            narrowed: Mapping[str, Any] = rule.get("Filter") or {}
            covered = str(narrowed.get("Prefix", rule.get("Prefix", "")))
            is_of_all = rule.get("Status") == "Enabled" and narrowed.keys() <= {"Prefix"}
            if is_of_all and f"{self.folder}{prefix}".startswith(covered):
                yield rule
