"""Backfill's lease, taken for one statement of Athena and given back after it.

Nobody renews it: between two calls of a move there may be no process that could.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from firelake.history.backfill.rules import Lease

if TYPE_CHECKING:
    from firelake.history.backfill.lease import Leases

STATEMENT_LEASE_S: Final = 2700
"""A statement runs for 30 minutes at most, and may stand in line before.

https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
"""


class StatementLease:
    """The lease of one claims table, for moves."""

    def __init__(self, leases: Leases) -> None:
        """Takes where it stands."""
        self._leases = leases

    def take(self, holder: str) -> bool:
        """Take it, unless another holder has it.

        Raises:
            LeaseError: The table has no answer.
        """
        found, now_s = self._leases.read()
        if found is not None and found.holder != holder and not found.is_expired(now_s):
            return False
        is_written, _ = self._leases.write(Lease.granted(holder, now_s, STATEMENT_LEASE_S), found)
        return is_written

    def is_held(self, holder: str) -> bool:
        """Return whether a holder may still do one thing under it, at once.

        Raises:
            LeaseError: The table has no answer.
        """
        found, now_s = self._leases.read()
        # The table tells whole seconds.
        return found is not None and found.holder == holder and found.allows_writing(now_s + 1)

    def release(self, holder: str) -> None:
        """Give it back, if it is this holder's.

        Raises:
            LeaseError: The table has no answer; it ends by itself then.
        """
        found, _ = self._leases.read()
        if found is not None and found.holder == holder:
            self._leases.delete(found)
