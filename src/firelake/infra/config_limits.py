"""Limits that keys of several sections share, and whose they are."""

from __future__ import annotations

from typing import Final

from firelake.contract.facts import MAX_LATENESS_DAYS

S3_API: Final = "https://docs.aws.amazon.com/AmazonS3/latest/API"
# The longest that anything may be kept; a hundred years, as S3, Glue and DynamoDB set no bound.
MOST_DAYS: Final = MAX_LATENESS_DAYS
NO_BOUND: Final = "AWS sets no upper bound; Firelake's is a hundred years"
