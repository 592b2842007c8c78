"""All that a run has gathered, to be judged once; what was refused is kept as trouble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from firelake.aws.query_stored import Identity
    from firelake.health.verify.canaries import Canary
    from firelake.health.verify.lake import FileForm
    from firelake.health.verify.seen import Seen
    from firelake.health.verify.services import CrawlerState
    from firelake.transform.claims import Claim

# Short names of metrics, as `Evidence.sums` has them.
FRESHNESS: Final = "freshness"
READ: Final = "read"
RECEIVED: Final = "received"
CLAIM_WRITES: Final = "claimwrites"
MATCHED: Final = "matched"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something could not be looked at; text from outside, to be shown harmlessly."""

    why: str


Answer: TypeAlias = _T | Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What there is of a run.

    Attributes:
        seen: Rows and error lines.
        lake: Trouble with looking for these; None without.
        views: Ids by view.
        claims: The claim of each event; None where there is none.
        raw: What the source backup has, piece after piece.
        literals: The type of `1.5` in Athena, and the text of the double 1.
        form: How a file with canaries is written; None where there is none, or a large one.
        sums: Sums of metrics by short name; see the constants above.
        crawler: How the crawler is, or in words why that is not known.
        is_registered: Whether the crawler registered a partition of the canaries; None if nobody
            looked.
        has_rules: Whether the stack has rules that count what they match.
    """

    canaries: Sequence[Canary]
    seen: Seen
    lake: Trouble | None
    views: Answer[Mapping[str, Sequence[str]]]
    claims: Answer[Mapping[Identity, Claim | None]]
    raw: Answer[bytes]
    literals: Answer[tuple[str, str]]
    form: Answer[FileForm | None]
    sums: Answer[Mapping[str, float]]
    crawler: Answer[CrawlerState | str]
    is_registered: bool | None
    has_rules: bool = True
