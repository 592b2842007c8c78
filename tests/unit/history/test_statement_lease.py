"""Backfill's lease in the hands of a move, which has no process that could renew it."""

from __future__ import annotations

from firelake.history.backfill.rules import Lease
from firelake.history.move.lease import StatementLease
from tests.unit.history.runs import MemoryLeases


def test_it_lasts_longer_than_a_statement_may_run() -> None:
    leases = MemoryLeases(now_s=1000)

    assert StatementLease(leases).take("move")
    assert leases.lease == Lease("move", 3700)


def test_it_is_not_taken_from_a_backfill_before_that_ends() -> None:
    leases = MemoryLeases(now_s=1000, lease=Lease("backfill", 1120))
    lease = StatementLease(leases)

    assert not lease.take("move")
    leases.now_s = 1120
    assert not lease.take("move")
    leases.now_s = 1121
    assert lease.take("move")


def test_a_call_that_is_repeated_takes_it_again() -> None:
    leases = MemoryLeases(now_s=1000)
    StatementLease(leases).take("move")
    leases.now_s = 1010

    assert StatementLease(leases).take("move")
    assert leases.lease == Lease("move", 3710)


def test_it_is_held_until_a_margin_before_its_end_and_by_its_holder_alone() -> None:
    leases = MemoryLeases(now_s=1000)
    lease = StatementLease(leases)
    assert not lease.is_held("move")
    lease.take("move")

    assert (lease.is_held("move"), lease.is_held("another")) == (True, False)
    leases.now_s = 3653
    assert lease.is_held("move")
    leases.now_s = 3654
    assert not lease.is_held("move")


def test_it_is_given_back_by_its_holder_alone() -> None:
    leases = MemoryLeases(now_s=1000)
    lease = StatementLease(leases)
    lease.take("move")

    lease.release("another")
    assert leases.lease is not None
    lease.release("move")
    assert leases.lease is None
