"""One backfill at a time, and no write after its lease ends."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import pytest

from firelake.history.backfill.errors import LeaseError
from firelake.history.backfill.lease import Clocks, HeldLease, leased, renewing
from firelake.history.backfill.rules import Lease
from tests.unit.history.runs import MemoryLeases


@dataclass(slots=True)
class Machine:
    """The clocks of one machine, one of which stands still while it sleeps; and the table's."""

    leases: MemoryLeases
    running_s: float = 50.0
    wall_s: float = 7_000.0
    naps: list[float] = field(default_factory=list[float])

    def lease(self, holder: str) -> HeldLease:
        readings = (lambda: self.running_s, lambda: self.wall_s)
        return HeldLease(self.leases, holder, Clocks(readings, self.nap))

    def nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.pass_s(seconds)

    def pass_s(self, seconds: float) -> None:
        self.running_s += seconds
        self.wall_s += seconds
        self.leases.now_s += int(seconds)

    def suspend(self, seconds: float) -> None:
        self.wall_s += seconds
        self.leases.now_s += int(seconds)


@pytest.fixture
def machine() -> Machine:
    return Machine(MemoryLeases(now_s=1000))


def ignore(_: str) -> None:
    pass


def test_a_lease_that_nobody_has_is_taken_at_the_time_of_the_table(machine: Machine) -> None:
    lease = machine.lease("mine")
    assert lease.take(ignore) == 1000
    assert machine.leases.lease == Lease("mine", 1120)
    lease.check()
    assert machine.naps == []


def test_writing_ends_a_margin_before_the_lease_does(machine: Machine) -> None:
    lease = machine.lease("mine")
    lease.take(ignore)
    machine.pass_s(73)
    lease.check()
    machine.pass_s(1)
    with pytest.raises(LeaseError, match="could not be renewed in time"):
        lease.check()


def test_time_that_the_machine_slept_counts(machine: Machine) -> None:
    lease = machine.lease("mine")
    lease.take(ignore)
    machine.suspend(100)
    with pytest.raises(LeaseError, match="the right to write has ended"):
        lease.check()


def test_a_renewed_lease_lasts_longer(machine: Machine) -> None:
    lease = machine.lease("mine")
    lease.take(ignore)
    machine.pass_s(60)
    lease.renew()
    assert machine.leases.lease == Lease("mine", 1180)
    machine.pass_s(60)
    lease.check()


def test_another_run_waits_for_the_end_of_a_lease_that_nobody_renews(machine: Machine) -> None:
    machine.lease("dead").take(ignore)
    said: list[str] = []
    lease = machine.lease("mine")
    assert lease.take(said.append) == 1123
    assert said == [
        "another backfill or a move is running or was killed: waiting up to 120 s to see which"
    ]
    assert machine.naps == [3.0] * 41
    lease.check()


def test_another_run_gives_up_as_soon_as_the_lease_is_renewed(machine: Machine) -> None:
    alive = machine.lease("alive")
    alive.take(ignore)
    other = Machine(machine.leases)
    other.naps = machine.naps

    def nap_and_renew(seconds: float) -> None:
        machine.nap(seconds)
        alive.renew()

    waiting = HeldLease(machine.leases, "mine", Clocks((lambda: machine.running_s,), nap_and_renew))
    with pytest.raises(LeaseError, match="another backfill or a move is running"):
        waiting.take(ignore)
    assert machine.naps == [3.0]


def test_a_lease_that_was_taken_over_allows_nothing_and_is_not_taken_back(
    machine: Machine,
) -> None:
    lease = machine.lease("mine")
    lease.take(ignore)
    machine.leases.lease = Lease("another", 2000)
    lease.renew()
    with pytest.raises(LeaseError, match="another run has taken it over"):
        lease.check()
    lease.release()
    assert machine.leases.lease == Lease("another", 2000)


def test_only_one_of_two_that_see_the_end_gets_the_lease(machine: Machine) -> None:
    ended = Lease("dead", 900)
    machine.leases.lease = ended
    assert machine.leases.write(Lease("first", 1120), ended)[0]
    assert not machine.leases.write(Lease("second", 1120), ended)[0]
    with pytest.raises(LeaseError, match="it was never taken"):
        machine.lease("second").check()


def test_a_lease_is_given_back_at_the_end_and_lasts_no_longer(machine: Machine) -> None:
    lease = machine.lease("mine")
    lease.take(ignore)
    with renewing(lease):
        lease.check()
    assert machine.leases.lease is None
    with pytest.raises(LeaseError, match="it was given back"):
        lease.check()


def test_a_body_ends_in_an_error_once_the_lease_has_ended(machine: Machine) -> None:
    lease = machine.lease("mine")
    lease.take(ignore)
    body = leased(io.BytesIO(b"abcdef"), lease)
    assert body.read(2) == b"ab"
    assert (body.tell(), body.readable(), body.seekable()) == (2, True, True)
    machine.pass_s(100)
    with pytest.raises(LeaseError, match="the right to write has ended"):
        body.read(2)
    assert body.seek(0) == 0
