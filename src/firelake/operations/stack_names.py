"""The names of what has no output of its own, told from those that have one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firelake.aws.lake_ref import Fact
from firelake.infra.naming import Names
from firelake.infra.own_names import OwnNames

if TYPE_CHECKING:
    from firelake.aws.lake_ref import LakeRef


def names_of(lake: LakeRef) -> Names:
    """Returns a lake's names, as far as they do without account and Region.

    Args:
        lake: Its prefix is needed; of what else it knows, the names are as given.

    Raises:
        LakeRefError: The prefix or the Firehose stream is not known.
    """
    return Names(
        project="",
        stack="",
        account_id="",
        region="",
        own=OwnNames(
            prefix=lake.name_prefix,
            delivery_stream=lake.delivery_stream,
            claims_table=lake.claims_table,
            function=lake.given(Fact.FUNCTION),
            crawler=lake.given(Fact.CRAWLER),
            alarms=lake.given(Fact.ALARM_PREFIX),
        ),
    )
